"""Who is told of a task that nobody has tapped: its owner, and later the lead. A row and its
message are one transaction, so of several processes one tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.model import Outbound
from bot.core.taptime import Timing
from bot.store import alarms, outbox
from bot.store.engine import Row, Tx

ROLE = "lead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """When somebody is told, and in which words. ``asleep``: when the night of a persona is over,
    None by day; ``leads`` are userids, empty: staff with the role; ``words`` make the messages from
    the tasks of which owners and leads hear, and the leads."""

    timing: Timing
    asleep: Callable[[str], int | None]
    leads: Sequence[str]
    words: Callable[[Sequence[Row], Sequence[Row], Sequence[str]], Sequence[Outbound]]


@dataclass(frozen=True, slots=True)
class Told:
    """Tasks of which an owner or a lead was told now."""

    owners: Sequence[Row]
    leads: Sequence[Row]


def tell(tx: Tx, rows: Sequence[Row], plan: Plan, now: int) -> Told:
    """Tells whoever is to be told by now. At night nobody is: it waits until the night is over."""
    awake = [row for row in rows if not _sleeps(tx, row, plan)]
    owners = [row for row in awake if _reminds(tx, row, plan.timing, now)]
    leads = [row for row in awake if _escalates(tx, row, plan.timing, now)]
    for row in awake:
        _wakes(tx, row, plan.timing, now)
    if owners or leads:
        for out in plan.words(owners, leads, plan.leads or _leads(tx)):
            outbox.enqueue(tx, out, now)
    return Told(owners, leads)


def _leads(tx: Tx) -> Sequence[str]:
    return [row["userid"] for row in alarms.reachable(tx) if row["role"] == ROLE]


def _sleeps(tx: Tx, row: Row, plan: Plan) -> bool:
    over = plan.asleep(row["persona"])
    if over is None:
        return False
    tx.run("tap_wakes", outbox=row["outbox"], next_at=min(over, row["deadline_at"]))
    return True


def _reminds(tx: Tx, row: Row, timing: Timing, now: int) -> bool:
    due = timing.due_reminders(row["since"], now)
    return due > row["reminded"] and bool(
        tx.run("tap_reminded", outbox=row["outbox"], before=row["reminded"], reminded=due, now=now)
    )


def _escalates(tx: Tx, row: Row, timing: Timing, now: int) -> bool:
    late = row["escalated_at"] is None and timing.escalates(row["since"], now)
    return late and bool(tx.run("tap_escalated", outbox=row["outbox"], now=now))


def _wakes(tx: Tx, row: Row, timing: Timing, now: int) -> None:
    told = row["escalated_at"] is not None or timing.escalates(row["since"], now)
    due = max(timing.due_reminders(row["since"], now), row["reminded"])
    at = timing.next_at(row["since"], row["deadline_at"], due, told)
    tx.run("tap_wakes", outbox=row["outbox"], next_at=at)
