"""Keeping to a rate: at most ``most`` in any ``period``, per key.

A key has ``most`` slots. Whoever goes takes one, and it is free again a period later, so no window
of that length ever holds more, wherever it begins, and yet a whole burst may go at once. (A single
"next at" per key cannot do both: with a burst of 20 a minute it lets 39 pass in the first one.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


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
    slot = min(range(len(free_at)), key=free_at.__getitem__, default=0)
    if len(free_at) < rate.most and (not free_at or free_at[slot] > now):
        return Pick(len(free_at), 0)
    return Pick(slot, max(free_at[slot] - now, 0))


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
        slots[slot:slot + 1] = [now + self._rate.period]
        self._free_at[key] = slots
        return 0
