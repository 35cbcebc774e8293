"""Tasks that wait for a person's tap: since when, until when, and what the platform reports."""

from __future__ import annotations

from typing import Any

from bot.core.clock import HOUR
from bot.core.lifecycle import advance
from bot.core.model import Outbound, TapStatus
from bot.core.taptime import Timing
from bot.store import audit, chronicle, outbox
from bot.store.codec import outbound
from bot.store.engine import Row, Tx

ACTOR = "scheduler"
# In the data of a row that was made again: what it takes over from the one before.
AGAIN = "again"
# Somebody tapped, and the platform is slow to say what became of each.
RESULTS_WITHIN = 1 * HOUR
PAGE = 1_000
OPENED = 10  # in one transaction; each may have 10,000 receivers


def due(tx: Tx, now: int, every: int, n: int = 50) -> list[Outbound]:
    """Tasks to ask about now; their next look is planned ``every`` ms later."""
    rows = tx.rows("outbox_waiting", now=now, next=now + every, n=n)
    return [outbound(row) for row in rows]


def next_look(tx: Tx) -> int | None:
    """When the next task is to be asked about."""
    row = tx.row("outbox_waiting_next")
    return row["at"] if row else None


def open_new(tx: Tx, now: int, timing: Timing, n: int = OPENED) -> list[Outbound]:
    """Writes down since when tasks wait that came to wait, whatever brought them there."""
    rows = [outbound(row) for row in tx.rows("tap_unopened", n=n)]
    return [task for task in rows if _open(tx, task, now, timing)]


def _open(tx: Tx, task: Outbound, now: int, timing: Timing) -> bool:
    before: dict[str, Any] = task.data.get(AGAIN, {})
    since = before.get("since", now)
    deadline = timing.deadline_at(since, task.expires_at)
    reminded, told = before.get("reminded", 0), before.get("escalated_at")
    targets = tx.row("tap_targets", outbox=task.id)
    made = tx.row(
        "tap_open", outbox=task.id, account=task.account, channel=task.channel,
        persona=task.persona, now=now, since=since, deadline_at=deadline, reminded=reminded,
        escalated_at=told, targets=targets["n"] if targets else 0,
        next_at=timing.next_at(since, deadline, reminded, told is not None),
        generation=before.get("generation", 1), made_from=before.get("from"),
    )  # fmt: skip
    return made is not None


def members(tx: Tx, id: int) -> tuple[str, ...]:
    """Who is on the list of a task that waits."""
    rows = tx.rows("reply_receivers", outbox=id)
    return tuple(row["member"] for row in rows if row["member"] and row["status"] == "waiting_tap")


def any_waits(tx: Tx) -> bool:
    """False when no task waits for a tap and none is looked after."""
    return tx.row("tap_any") is not None


def due_taps(tx: Tx, now: int, n: int = PAGE) -> list[Row]:
    """Tasks about which something is to be done that needs no call."""
    return tx.rows("tap_due", now=now, n=n)


def to_take_back(tx: Tx, now: int, n: int = PAGE) -> list[Row]:
    """Tasks that are being taken back and whose next step is due."""
    return tx.rows("tap_pulling", now=now, n=n)


def next_due(tx: Tx) -> int | None:
    """When the next of them is."""
    row = tx.row("tap_next")
    return row["at"] if row else None


def give_up(tx: Tx, id: int, now: int, why: str) -> None:
    """It was tapped, and for some receivers no result has come: those have expired."""
    row = tx.row("outbox_get", id=id)
    if row is not None and row["state"] == "waiting":
        outbox.move(tx, row, "expire", now, actor=ACTOR, reason=why)
    close(tx, id, now, reason=why)


def report(tx: Tx, task: Outbound, status: TapStatus, now: int) -> bool:
    """Writes what became of each receiver; the task is sent once nothing more will change. True
    when there was something to write."""
    tx.many("reply_receiver", [
        {"outbox": task.id, "peer": one.peer, "note": one.note, "operator": task.account,
         "status": "sent" if one.ok else "failed", "at": one.at or now} for one in status.results
    ])  # fmt: skip
    if any(one.ok for one in status.results):
        chronicle.reached(tx, [task.id], now)
    row = tx.row("outbox_get", id=task.id)
    if row is None or row["state"] != "waiting":
        return False
    if status.task and status.task != row["provider_id"]:
        tx.run("outbox_rename", id=task.id, provider_id=status.task)
    covered = sum(one.ok for one in status.results)
    tx.run("tap_numbers", outbox=task.id, covered=covered, failed=len(status.results) - covered)
    if status.tapped:
        _tapped(tx, task, now)
    if status.done:
        event = "sent" if not status.note else "never"
        outbox.move(tx, row, event, now, actor=task.account, reason=status.note)
        close(tx, task.id, now, actor=task.account)
    return status.tapped or status.done


def _tapped(tx: Tx, task: Outbound, now: int) -> None:
    tap = tx.row("tap_hold", outbox=task.id)
    if tap is not None and tap["state"] in ("open", "pulling"):
        late = max(tap["deadline_at"] or now, now + RESULTS_WITHIN)
        move(tx, tap, "tap", now, actor=task.account, next_at=late)


def close(
    tx: Tx, id: int, now: int, *, actor: str = ACTOR, reason: str = "", into: int | None = None
) -> None:
    """Nothing more is to be done about a task. ``into``: the row that was made in its place."""
    tap = tx.row("tap_hold", outbox=id)
    if tap is not None and tap["state"] != "over":
        move(tx, tap, "close", now, actor=actor, reason=reason, into=into)


def close_orphans(tx: Tx, now: int) -> int:
    """Tasks whose rows were finished in some other way; how many."""
    rows = tx.rows("tap_orphans")
    for row in rows:
        close(tx, row["outbox"], now)
    return len(rows)


def move(
    tx: Tx, tap: Row, event: str, now: int, *, actor: str, reason: str = "",
    next_at: int | None = None, into: int | None = None,
) -> bool:  # fmt: skip
    """A change of state with its trail; False when somebody else was faster."""
    after = advance("tap", tap["state"], event)
    if not tx.run("tap_move", outbox=tap["outbox"], before=tap["state"], state=after,
                  next_at=next_at, closed_at=now if after == "over" else None,
                  made_into=into):  # fmt: skip
        return False
    audit.record(tx, [audit.entry("tap", tap["outbox"], tap["state"], event, at=now, actor=actor,
                                  reason=reason)])  # fmt: skip
    return True
