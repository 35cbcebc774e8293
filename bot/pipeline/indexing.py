"""Behind the scenes: what was said becomes findable, a block of lines at a time."""

from __future__ import annotations

from bot.core.clock import SECOND
from bot.store import index, talks
from bot.store.engine import Store

EVERY = 20 * SECOND  # a search reads what is younger from the tables themselves
PAUSE = 1 * SECOND  # between two blocks, each of some 40 ms: catching up may take its time


class Indexing:
    """One block a step while there are any. Several processes may do it side by side: whoever
    comes second finds the block filled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._filled = False

    async def step(self, now: int) -> int:
        """One block of any table, or a page of conversations of an older release."""
        if not self._filled:
            self._filled = not await self._store.write(talks.fill)
            return now + PAUSE // 10
        for kind in index.KINDS:
            ready = await self._store.read(index.prepare, kind, now)
            if ready is not None and await self._store.write(index.fill, kind, now, ready):
                return now + PAUSE
        return now + EVERY
