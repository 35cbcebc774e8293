"""Who waits too long for a person: one alarm for each level of an episode, and its messages.

An episode is a conversation and the moment since which it waits. The row and the messages are one
transaction behind the conversation's lock, so of several processes one tells, once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from bot.core.model import Outbound
from bot.store import audit, desk, outbox
from bot.store.engine import Row, Tx
from bot.store.sql import Composed, compose

FIRST, SECOND = 1, 2
PAGE = 200
SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One who waits and has no alarm of a level yet. ``holder`` is the colleague to whom he was
    handed, empty in the queue."""

    conversation: str
    channel: str
    account: str
    persona: str
    name: str
    since: int
    reason: str
    holder: str
    complaint: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm(Waiting):
    """What is shown on the page. ``level`` is how far it went, ``at`` when it began to ring."""

    level: int
    at: int


def candidates(
    tx: Tx, level: int, before: int, now: int, after: tuple[int, str] = (0, ""), n: int = PAGE
) -> list[Waiting]:
    """Who has waited since ``before`` or longer without an alarm of this level, oldest first."""
    rows = tx.rows(_made("alarm_candidates"), level=level, before=before, now=now, since=after[0],
                   id=after[1], n=n)  # fmt: skip
    return [Waiting(**_place(row)) for row in rows]


@cache
def _made(name: str) -> Composed:
    return compose(name, waits=compose("alarm_waits"), speaks=compose("alarm_speaks"))


def _place(row: Row) -> dict[str, Any]:
    return {"conversation": row["id"], "channel": row["channel"], "account": row["account"],
            "persona": row["persona"], "name": row["name"] or "", "since": row["waiting_since"],
            "reason": row["waiting_for"], "holder": row["held_by"],
            "complaint": row["complaint_at"] is not None}  # fmt: skip


def sound(
    tx: Tx, waiting: Sequence[Waiting], level: int, now: int, why: str,
    tell: Callable[[Sequence[Waiting]], Sequence[Outbound]],
) -> list[Waiting]:  # fmt: skip
    """Raises the alarm of a level for several at once; those for whom it is new. ``tell`` makes the
    messages about them. Who does not wait any more is left out; who was taken and put back in the
    same episode is shown again, and nobody is told twice. Who was handed to a colleague since it
    rang is new to her."""
    by_key = sorted(waiting, key=attrgetter("conversation"))
    rows = [(who, desk.hold(tx, who.conversation)) for who in by_key]
    new = [who for who, row in rows
           if _waits(row, who, now) and _rings(tx, who, level, now, row["handed_at"])]  # fmt: skip
    audit.record(tx, [audit.note("conversation", who.conversation, "alarm", at=now, actor="desk",
                                 reason=why) for who in new])  # fmt: skip
    for out in tell(sorted(new, key=attrgetter("since"))) if new else ():
        outbox.enqueue(tx, out, now)
    return new


def _waits(row: Row, who: Waiting, now: int) -> bool:
    put_off = row["snoozed_until"] is not None and row["snoozed_until"] > now
    free = not row["held_by"] or row["handed_at"] is not None
    waits = free and row["mode"] not in ("client", "muted") and not put_off
    return waits and row["waiting_since"] == who.since


def _rings(tx: Tx, who: Waiting, level: int, now: int, handed_at: int | None) -> bool:
    place = {"conversation": who.conversation, "since": who.since, "level": level}
    if tx.row("alarm_add", now=now, **place) is not None:
        return True
    if handed_at is not None and tx.run("alarm_handed", now=now, handed=handed_at, **place):
        return True
    tx.run("alarm_again", **place)
    return False


def clear(tx: Tx, now: int) -> int:
    """Ends the alarms of whoever does not wait for anybody any more; how many."""
    return len(tx.rows(_made("alarm_clear"), now=now))


def standing(tx: Tx, now: int, n: int = SHOWN) -> list[Alarm]:
    """The alarms that ring now, who waits longest first. What somebody took a moment ago is not
    among them, cleared or not."""
    return [Alarm(**_place(row), level=row["level"], at=row["at"])
            for row in tx.rows(_made("alarm_standing"), now=now, n=n)]  # fmt: skip


def reachable(tx: Tx) -> list[Row]:
    """Staff who can get a message in WeCom: login, role, userid."""
    return tx.rows("alarm_staff")
