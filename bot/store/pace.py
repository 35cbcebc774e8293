"""Rates and windows that all processes keep together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.model import Outbound
from bot.core.pace import Pacing, Rate, pick
from bot.core.windows import Window
from bot.store.engine import Tx

# Whoever lost so many races for a slot asks again after this many ms.
RACES, AFTER_RACES = 5, 50
NEVER_USED = -1
# Rows with these change or recall a message; they are none themselves.
NO_MESSAGE = frozenset({"update", "recall"})


def take(tx: Tx, key: str, rate: Rate, now: int) -> int:
    """Takes a slot of ``key``: 0, or the ms to wait before asking again."""
    for _ in range(RACES):
        rows = tx.rows("pace_slots", key=key)
        place, wait = pick([row["next_at"] for row in rows], rate, now)
        if wait:
            return wait
        before = rows[place]["next_at"] if place < len(rows) else NEVER_USED
        if tx.run("pace_take", key=key, slot=place, next_at=now + rate.period, before=before):
            return 0
    return AFTER_RACES


def hold(tx: Tx, row: Outbound, paces: Mapping[str, Sequence[Pacing]], now: int) -> int:
    """How long a claimed row must wait for its channel's rates; 0 when it was counted and may go.

    A row that the second rate holds up has taken a slot of the first, which errs on the safe side.
    """
    if row.data.keys() & NO_MESSAGE:
        return 0
    for pacing in paces.get(row.channel, ()):
        if wait := take(tx, pacing.key(row), pacing.rate, now):
            return wait
    return 0


def open_window(tx: Tx, conversation: str, opened_by: str, window: Window, at: int) -> None:
    """The follower did something at ``at``: so many messages may be said, for so long."""
    tx.run("allowance_open", conversation=conversation, opened_by=opened_by,
           until=at + window.lasts, remaining=window.messages)  # fmt: skip


def spend(tx: Tx, conversation: str, now: int) -> bool:
    """Counts one message against the open windows. False when there is no room left."""
    return bool(tx.run("allowance_spend", conversation=conversation, now=now))
