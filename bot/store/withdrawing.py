"""Requests to a lead that are taken back: by who asked, or because the conversation is not his any
more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import audit
from bot.store.engine import Row, Tx

MACHINE = "appeal"
# With these whoever asked has the conversation no longer, and could not send what a lead lets pass.
ENDS = frozenset({"pass_on", "drop", "release", "resolve", "transfer", "mute"})


def open_of(tx: Tx, keys: Sequence[str]) -> list[Row]:
    """What a lead is asked in these conversations and has not decided, oldest first."""
    return tx.rows("appeal_open", keys=list(keys))


def withdraw(tx: Tx, row: Row, login: str, now: int, reason: str) -> None:
    """Nobody is asked any more, and no lead is reminded of it."""
    tx.run("appeal_withdraw", note=row["note"], login=login, now=now, reason=reason)
    tx.run("mention_over", note=row["note"], now=now)
    audit.record(tx, [audit.note(MACHINE, row["note"], "withdrawn", at=now, actor=login,
                                 reason=reason)])  # fmt: skip


def moved(tx: Tx, key: str, event: str, now: int, actor: str, reason: str) -> None:
    """The conversation has changed hands by ``event``: what its holder had asked falls."""
    for row in open_of(tx, [key]) if event in ENDS else ():
        withdraw(tx, row, actor, now, reason)
