"""Keeping to a rate: at most ``most`` in any ``period``, per key.

A key has ``most`` slots. Whoever goes takes one, and it is free again a period later, so no window
of that length ever holds more, wherever it begins, and yet a whole burst may go at once. (A single
"next at" per key cannot do both: with a burst of 20 a minute it lets 39 pass in the first one.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.clock import HOUR, MINUTE, SECOND
from bot.core.config import Limits
from bot.core.model import Outbound

# A call reserves before it travels, and not all travel equally fast.
JITTER = 1 * SECOND


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``most`` in any ``period`` (ms)."""

    most: int
    period: int


class Pick(NamedTuple):
    """Which slot to take, and the ms to wait before it may be taken; 0: now."""

    slot: int
    wait: int


def pick(free_at: Sequence[int], rate: Rate, now: int) -> Pick:
    """The slot for one more. ``free_at``: when each slot used so far is free again."""
    order = sorted(range(len(free_at)), key=free_at.__getitem__)
    # A rate that was lowered leaves slots over: only the busiest ``most`` of them count.
    busiest = order[max(len(order) - rate.most, 0) :]
    if len(order) < rate.most and (not order or free_at[busiest[0]] > now):
        return Pick(len(order), 0)
    return Pick(busiest[0], max(free_at[busiest[0]] - now, 0))


class Pacer:
    """In memory; keys that were idle for a period are forgotten."""

    def __init__(self, burst: int, period: int) -> None:
        self._rate = Rate(burst, period)
        self._free_at: dict[str, list[int]] = {}

    def reserve(self, key: str, now: int) -> int:
        """0 when it may happen now (and is counted), else the ms to wait before asking again."""
        slots = self._free_at.get(key, [])
        slot, wait = pick(slots, self._rate, now)
        if wait:
            return wait
        self._free_at = {k: s for k, s in self._free_at.items() if max(s) > now}
        slots[slot : slot + 1] = [now + self._rate.period]
        self._free_at[key] = slots
        return 0


@dataclass(frozen=True, slots=True)
class Pacing:
    """A rate that every process keeps together: for an account, or for each of its peers.

    ``name`` tells the rates of one channel apart.
    """

    rate: Rate
    each_peer: bool = False
    name: str = ""

    def key(self, row: Outbound) -> str:
        """Whose slots a row takes."""
        account = f"{row.channel}{self.name}:{row.account}"
        return f"{account}:{row.peer}" if self.each_peer else account


def pacings(limits: Limits) -> Mapping[str, Sequence[Pacing]]:
    """The rates by channel: a push robot (page 91770), an app towards one member (page 90312), a
    smart robot in one chat (page 101463).

    The platform refuses what is above them, but for an app's, which it drops in silence: there, so
    many a minute that an hour of them keeps the hour's limit as well.
    """
    member = min(limits.app_member_per_minute, limits.app_member_per_hour // 60)
    return {
        "webhook": [Pacing(Rate(limits.webhook_per_minute, MINUTE + JITTER))],
        "app": [Pacing(Rate(max(member, 1), MINUTE + JITTER), each_peer=True)],
        "robot": [Pacing(Rate(limits.robot_per_minute, MINUTE + JITTER), each_peer=True),
                  Pacing(Rate(limits.robot_per_hour, HOUR + JITTER), each_peer=True, name="/h")],
    }  # fmt: skip
