"""Platform time: the system clock plus an offset that only grows, or a frozen start plus it."""

from __future__ import annotations

import time
from collections.abc import Callable


def system_ms() -> int:
    """UTC milliseconds of this machine."""
    return time.time_ns() // 1_000_000


class Clock:
    """Milliseconds as the platform sees them; never goes back by itself or by request."""

    def __init__(self, offset_ms: int = 0, base: Callable[[], int] = system_ms) -> None:
        self._base = base
        self.offset_ms = offset_ms
        self._latest = 0

    @classmethod
    def frozen(cls, at_ms: int) -> Clock:
        """A clock that moves by `advance` alone: rehearsals and tests live on it."""
        return cls(0, lambda: at_ms)

    def now(self) -> int:
        """Current platform time in milliseconds; a system clock set back does not show."""
        at = self._base() + self.offset_ms
        if at > self._latest:  # no max(): every rule of the platform asks for the time
            self._latest = at
        return self._latest

    def advance(self, delta_ms: int) -> int:
        """Move forward and return the new time. ValueError for a step back."""
        if delta_ms < 0:
            raise ValueError("the platform clock never goes back: advance_s must be >= 0")
        self.offset_ms += delta_ms
        return self.now()
