"""Nicknames of kf customers: callbacks and messages do not carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.store import people
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A conversation whose customer was not asked for; ``name`` is known from elsewhere, or empty.
    ``last_in_at``: when he wrote last, in ms."""

    conversation: str
    peer: str
    last_in_at: int
    name: str


def unasked(tx: Tx, n: int) -> list[Unnamed]:
    """At most ``n`` of them."""
    return [Unnamed(row["id"], row["peer"], row["last_in_at"] or 0, row["name"])
            for row in tx.rows("names_unasked", n=n)]  # fmt: skip


def keep(tx: Tx, asked: Sequence[str], found: Mapping[str, str], now: int) -> None:
    """These conversations are done with; ``found`` has nicknames by customer."""
    for member, name in sorted(found.items()):
        people.ensure_member(tx, member, now, name)
    if asked:
        tx.run("names_asked", ids=sorted(asked), now=now)
