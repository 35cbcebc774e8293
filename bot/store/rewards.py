"""What somebody got of activities, as he may read it, and as staff look at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.community.rewarding import words
from bot.store import persons
from bot.store.engine import Row, Tx
from bot.store.parts import listed

SHOWN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One reward of one person, or that he got none. ``state`` as in core/lifecycle.py; ``why`` in
    words for him; ``code``: of his coupon, once it is his; ``cents``: of a red packet, or what a
    thing is worth; ``member``: the person whose it is."""

    id: str
    activity: str
    run: str
    reward: str
    title: str
    how: str
    state: str
    at: int
    words: str
    code: str = ""
    points: int = 0
    cents: int = 0
    member: str = ""

    @property
    def why(self) -> str:
        """The same as ``words``."""
        return self.words


def grants_of(tx: Tx, member: str, n: int = SHOWN) -> list[Grant]:
    """What a person got, or did not get and why, the latest first."""
    person = persons.person_of(tx, [member])[member]
    return list(_told(tx, tx.rows("grants_of_members", members=[person], n=n)))


def by_cause(tx: Tx, event: str) -> list[Grant]:
    """What an event earned, by its dedupe."""
    return list(_told(tx, tx.rows("grants_of_causes", events=[event])))


def named(tx: Tx, ids: Sequence[str]) -> dict[str, Grant]:
    """Grants by their ids."""
    rows = list(listed(tx, "grants_named", "grants", ids))
    return {one.id: one for one in _told(tx, rows)}


def _told(tx: Tx, rows: Sequence[Row]) -> Iterable[Grant]:
    # a code is his business only while the grant is his
    his = [row["id"] for row in rows if row["state"] in ("sent", "settled")]
    codes = codes_of(tx, his)
    for row in rows:
        code = codes.get(row["id"], "")
        said = words(row["state"], row["how"], row["why"], title=row["title"],
                     points=row["points"], cents=row["cents"], code=code)  # fmt: skip
        yield Grant(id=row["id"], activity=row["activity"], run=row["run"], reward=row["reward"],
                    title=row["title"], how=row["how"], state=row["state"], at=row["at"],
                    words=said, code=code, points=row["points"], cents=row["cents"],
                    member=row["member"])  # fmt: skip


def codes_of(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """The codes that these grants hold."""
    return {row["holder"]: row["code"] for row in listed(tx, "coupons_held", "grants", ids)}
