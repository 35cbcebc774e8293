"""Deriving everything anew from the event log, while the product runs.

A page of persons is one transaction: whoever reads sees a person as he was or as he is, never half,
and what happens meanwhile waits no longer than for a page.
"""

from __future__ import annotations

from bot.core.event import NOBODY
from bot.store import audit, persons, projections
from bot.store.engine import Tx

PAGE = 50  # persons; with a few events of every kind each some 30 ms


def people(tx: Tx) -> int:
    """How many ids have events."""
    return int((tx.row("event_members_count") or {"n": 0})["n"])


def begin(tx: Tx, now: int, actor: str, *, clear: bool = False) -> None:
    """What belongs to nobody. ``clear``: all rooms are emptied first, and are incomplete until the
    last page; only for a service that is stopped."""
    if clear:
        projections.clear(tx)
    projections.again(tx, [NOBODY])
    audit.record(tx, [audit.note("events", "all", "rebuild", at=now, actor=actor)])


def page(tx: Tx, after: str, n: int = PAGE) -> tuple[str, int]:
    """The persons behind the next ``n`` ids; the last of them and how many they were, 0 at the end.

    A person whose ids fall into two pages is derived twice, which changes nothing."""
    ids = [str(row["member"]) for row in tx.rows("event_members", after=after, n=n)]
    stays = dict.fromkeys(persons.person_of(tx, ids).values())
    if ids:
        projections.again(tx, [id for person in stays for id in persons.ids_of(tx, person)])
    return (ids[-1] if ids else after), len(ids)
