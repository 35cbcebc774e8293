"""Holders who give no sign of life: what they hold goes back, to the persona or into the queue."""

from __future__ import annotations

from bot.core.handoff import silent_holder
from bot.store import desk
from bot.store.engine import Row, Tx


def put_down(tx: Tx, now: int, idle: int, n: int = 100) -> int:
    """Gives back what holders left alone for ``idle`` ms; how many. A member who waits goes to the
    queue, and the persona stays silent for him."""
    if not idle:
        return 0
    rows = tx.rows("desk_idle", before=now - idle, now=now, n=n)
    for row in rows:
        found = tx.row("desk_open", conversation=row["id"], after=row["answered_in"]) or {}
        waits = row["waiting_since"] or found["at"] or _elsewhere_waits(tx, row)
        end = silent_holder(row["active_at"], now, idle, waiting=waits is not None)
        why = f"{row['held_by']} {idle // 60_000} 分钟没有动静"
        if end == "release":
            desk.give_back(tx, row, end, now, "desk", why, desk.glance(tx, row["id"]).inbox)
        elif end == "drop":
            desk.drop(tx, row, now, "desk", "idle", why, waits or now)
    return len(rows)


def _elsewhere_waits(tx: Tx, row: Row) -> int | None:
    """Since when he waits in a conversation that is shown together with this one."""
    found = tx.row("joins_others", id=row["id"], joined=row["joined"]) if row["joined"] else None
    return found["at"] if found else None


def next_idle(tx: Tx, idle: int) -> int | None:
    """When the next holder will have been silent for too long, or None."""
    row = tx.row("desk_idle_next", idle=idle) if idle else None
    return row["at"] if row else None
