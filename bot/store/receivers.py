"""Whom a task is for: each has a row of his own in the reply log."""

from __future__ import annotations

from collections.abc import Iterable

from bot.store.engine import Row, Tx


def refuse(tx: Tx, outbox: int, peers: Iterable[str], note: str) -> None:
    """Marks receivers whom the platform says it cannot reach."""
    for peer in peers:
        tx.run("reply_receiver", outbox=outbox, peer=peer, status="failed", note=note,
               operator="bot", at=None)  # fmt: skip


def of(tx: Tx, outbox: int) -> list[Row]:
    """peer, member and status of every recipient, in the order they were queued."""
    return tx.rows("reply_receivers", outbox=outbox)
