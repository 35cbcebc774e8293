"""Behind the scenes: figures of days that are over are summed up, a piece of time a step."""

from __future__ import annotations

from bot.core.clock import MINUTE, SECOND
from bot.store import figures_making
from bot.store.engine import Store

EVERY = 1 * MINUTE
# Between two pieces: a day of 80,000 lines is a second of work.
PAUSE = 1 * SECOND


class Figuring:
    """Several processes may do it side by side: a piece is put down whole, whoever made it."""

    def __init__(self, store: Store, zone: str) -> None:
        self._store, self._zone = store, zone

    async def step(self, now: int) -> int:
        """Looks for what came late, then makes the next piece."""
        await self._store.write(figures_making.look, now, self._zone)
        made = await self._store.read(figures_making.prepare, now, self._zone)
        if made is None:
            return now + EVERY
        await self._store.write(figures_making.put, made)
        return now + PAUSE
