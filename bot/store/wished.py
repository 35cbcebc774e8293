"""What somebody agreed to and said no to, as it came: when, by whom, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.event import Event, Happened
from bot.store import history as log
from bot.store import persons
from bot.store.engine import Row, Tx

MOST = 100
# What the trail says of him, and what that means: a scope and a choice of bot/store/optouts.py.
TOLD: Mapping[str, tuple[str, str]] = {
    "opt_out": ("promotion", "no"), "opt_in": ("promotion", "usual"),
    "fewer": ("promotion", "fewer"), "rating_no": ("rating", "no"),
    "rating_yes": ("rating", "yes"), "consented": ("", "yes"), "refused": ("", "no"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One word of his. ``by``: the colleague who noted it, or ``member``; ``origin``: the message
    in which he said it himself, if he did."""

    at: int
    scope: str
    choice: str
    by: str
    reason: str = ""
    origin: str = ""


def history(tx: Tx, member: str, n: int = MOST) -> list[Said]:
    """The latest first: what the trail tells, and what he ticked in forms of personas."""
    ids = persons.ids_of(tx, member)
    rows = tx.rows("wished_trail", subjects=[f"member:{id}" for id in ids], events=list(TOLD), n=n)
    found = {(one.at, one.scope): one for one in map(_noted, reversed(rows))}
    events = log.of(tx, ids, (Happened.CONSENTED, Happened.REFUSED))
    for one in map(_ticked, events):
        if one.origin and not one.origin.startswith("staff:"):
            found.setdefault((one.at, one.scope), one)
    return sorted(found.values(), key=lambda one: -one.at)[:n]


def _noted(row: Row) -> Said:
    scope, choice = TOLD[row["event"]]
    return Said(at=row["at"], scope=scope or row["after"], choice=choice, by=row["actor"],
                reason=row["reason"])  # fmt: skip


def _ticked(event: Event) -> Said:
    choice = "yes" if event.kind is Happened.CONSENTED else "no"
    return Said(at=event.at, scope=event.which, choice=choice, by="member",
                origin=str(event.data.get("from", "")))  # fmt: skip
