"""Members whose facts changed without an event: what is kept in memory about them is read anew."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.clock import DAY
from bot.store.engine import Tx

KEPT = DAY


def touch(tx: Tx, members: Iterable[str], now: int) -> None:
    """Marks them. Of members that are to go, before they are gone: their numbers are kept."""
    if rows := [{"member": member, "now": now} for member in members]:
        tx.run("touched_forget", before=now - KEPT)
        tx.many("touched_add", rows)
