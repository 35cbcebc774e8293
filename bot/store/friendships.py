"""What each account notes about a person, as the platform has it and as staff want it: remarks and
corporate tags, with what the two sides do not agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import persons, wishes
from bot.store.engine import Row, Tx

MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Friendship:
    """One that holds. ``tags``: id and name of those that it wears; ``wishes``: what waits for the
    platform, or for a person to decide."""

    member: str
    account: str
    remark: str
    description: str
    tags: Sequence[Row]
    wishes: Sequence[Row]

    @property
    def wanted(self) -> dict[str, Row]:
        """The wishes by what they are about."""
        return {row["field"]: row for row in self.wishes}


def of(tx: Tx, member: str) -> list[Friendship]:
    """All of the person behind an id, by all of his ids."""
    open_wishes = wishes.of(tx, member)
    found: list[Friendship] = []
    for id in persons.ids_of(tx, member):
        tags = tx.rows("panel_tags", member=id, n=MOST)
        found += [
            Friendship(
                member=id, account=row["account"], remark=row["remark"],
                description=row["description"],
                tags=[tag for tag in tags if tag["account"] == row["account"]],
                wishes=[one for one in open_wishes
                        if (one["member"], one["account"]) == (id, row["account"])],
            )
            for row in tx.rows("panel_friends", member=id, n=MOST) if row["until"] is None
        ]  # fmt: skip
    return found
