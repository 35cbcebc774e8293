"""What people will do next, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random

from bot.core.clock import DAY, HOUR, MINUTE, local, to_ms

Act = Callable[[], Awaitable[None] | None]


class Agenda:
    """A list of acts that never looks back. Equal moments keep the order in which they came."""

    def __init__(self, until: int) -> None:
        self._until, self._count = until, 0
        self._acts: list[tuple[int, int, Act]] = []

    def put(self, at: int, act: Act) -> None:
        """What lies behind the end of the rehearsal is forgotten."""
        if at < self._until:
            self._count += 1
            heapq.heappush(self._acts, (at, self._count, act))

    def next_at(self) -> int:
        """When the next act comes; the end of the rehearsal when there is none."""
        return self._acts[0][0] if self._acts else self._until

    async def act(self, now: int) -> int:
        """Everything whose time has come; how many acts."""
        done = 0
        while self._acts and self._acts[0][0] <= now:
            waits = heapq.heappop(self._acts)[2]()
            if waits is not None:
                await waits
            done += 1
        return done


class Days:
    """The hours of a day in a zone, as people keep them."""

    def __init__(self, zone: str, grid: int) -> None:
        self._zone, self._grid = zone, grid

    def on_grid(self, at: int) -> int:
        """The next full step."""
        return -(-at // self._grid) * self._grid

    def awake(self, at: int, hours: tuple[float, ...], rng: Random, after: int) -> int:
        """A moment on the day of ``at``, in an hour drawn by its weight; the next day when that has
        passed."""
        hour = rng.choices(range(24), hours)[0]
        found = self._midnight(at) + hour * HOUR + rng.randrange(60) * MINUTE
        return self.on_grid(found if found > after else found + DAY)

    def working(self, at: int, since: int, until: int) -> int:
        """``at``, or the next moment between these minutes of a day."""
        day = local(at, self._zone)
        minute = day.hour * 60 + day.minute
        if since <= minute < until:
            return at
        later = day if minute < since else day + timedelta(days=1)
        return to_ms(_at_minute(later, since))

    def _midnight(self, at: int) -> int:
        return to_ms(_at_minute(local(at, self._zone), 0))


def _at_minute(day: datetime, minute: int) -> datetime:
    return day.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
