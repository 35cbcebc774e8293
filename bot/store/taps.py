"""Tasks that wait for a person's tap, and what the platform reports about them."""

from __future__ import annotations

from bot.core.model import Outbound, TapStatus
from bot.store import outbox
from bot.store.codec import outbound
from bot.store.engine import Tx


def due(tx: Tx, now: int, every: int, n: int = 50) -> list[Outbound]:
    """Tasks to ask about now; their next look is planned ``every`` ms later."""
    rows = tx.rows("outbox_waiting", now=now, next=now + every, n=n)
    return [outbound(row) for row in rows]


def next_look(tx: Tx) -> int | None:
    """When the next task is to be asked about."""
    row = tx.row("outbox_waiting_next")
    return row["at"] if row else None


def report(tx: Tx, task: Outbound, status: TapStatus, now: int) -> None:
    """Writes what became of each receiver; the task is sent once nothing more will change."""
    for result in status.results:
        tx.run("reply_receiver", outbox=task.id, peer=result.peer, note=result.note,
               status="sent" if result.ok else "failed", operator=task.account,
               at=result.at or now)  # fmt: skip
    row = tx.row("outbox_get", id=task.id)
    if row is None or row["state"] != "waiting":
        return
    if status.task and status.task != row["provider_id"]:
        tx.run("outbox_rename", id=task.id, provider_id=status.task)
    if status.done:
        event = "sent" if not status.note else "never"
        outbox.move(tx, row, event, now, actor=task.account, reason=status.note)


def expire(tx: Tx, task: Outbound, now: int) -> None:
    """Nobody tapped in time: the task is over for us."""
    row = tx.row("outbox_get", id=task.id)
    if row is not None and row["state"] == "waiting":
        outbox.move(tx, row, "expire", now, actor="scheduler", reason="nobody tapped in time")
