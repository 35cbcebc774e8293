"""Time. The only file that may read the system's clock; everyone else receives ``now``.

All times of the product are integer UTC milliseconds.
"""

from __future__ import annotations

import time
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def monotonic() -> int:
    """Milliseconds of this process's own steady clock: for spans, never for dates. It does not
    jump with the system's time or the sandbox's, and means nothing to another process."""
    return time.monotonic_ns() // 1_000_000


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> int:
        """UTC milliseconds."""
        ...


class SystemClock:
    """The machine's time plus an offset (the sandbox's virtual clock). Never runs backwards."""

    def __init__(self) -> None:
        self.offset = 0
        self._latest = 0

    def now(self) -> int:
        self._latest = max(self._latest, time.time_ns() // 1_000_000 + self.offset)
        return self._latest


class ManualClock:
    """A clock that moves only when told: tests and rehearsals."""

    def __init__(self, now: int = 1_790_000_000_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, ms: int) -> int:
        """Moves forward by ``ms`` and returns the new time."""
        self._now += ms
        return self._now


# One moment is asked about many times: hours, nights, days, words like 今天.
@lru_cache(maxsize=1_024)
def local(now: int, zone: str) -> datetime:
    """The wall-clock time of ``now`` in an IANA zone."""
    return datetime.fromtimestamp(now / 1000, ZoneInfo(zone))


def to_ms(moment: datetime) -> int:
    """UTC milliseconds of an aware datetime."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no instant; attach a zone first")
    return round(moment.timestamp() * 1000)
