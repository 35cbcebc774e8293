"""Every change of state leaves a row: who, what, from, to, why. Written with the change."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.lifecycle import advance
from bot.store.engine import Row, Tx

# Actors that are parts of the product; anybody else is a person. No login may be one of them.
PARTS = frozenset((
    "bot", "model", "converse", "deliver", "recover", "restore", "scheduler", "platform", "member",
    "desk", "library", "retention", "disk", "system",
))  # fmt: skip


def entry(
    machine: str, key: object, before: str, event: str, *, at: int, actor: str, reason: str = ""
) -> Row:
    """One audit row; the state after is read from the lifecycle table.

    Raises IllegalTransition when the table does not list the event.
    """
    return note(machine, key, event, at=at, actor=actor, reason=reason, before=before,
                after=advance(machine, before, event))  # fmt: skip


def note(
    what: str, key: object, event: str, *, at: int, actor: str, reason: str = "",
    before: str = "", after: str = "",
) -> Row:  # fmt: skip
    """One audit row of a change that no lifecycle table describes."""
    return {"at": at, "actor": actor, "subject": f"{what}:{key}", "event": event,
            "before": before, "after": after, "reason": reason,
            "person": int(actor not in PARTS)}  # fmt: skip


def record(tx: Tx, rows: Iterable[Row]) -> None:
    """Writes audit rows."""
    tx.many("audit_add", rows)


def history(tx: Tx, machine: str, key: object) -> list[Row]:
    """All audit rows of one thing, oldest first."""
    return tx.rows("audit_of", subject=f"{machine}:{key}")
