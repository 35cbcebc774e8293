"""Behind the scenes: what reached people moves them on their journey (``bot.store.learning``)."""

from __future__ import annotations

from bot.core.clock import MINUTE, SECOND
from bot.core.config import Config
from bot.library import categories
from bot.store import learning
from bot.store.engine import Store

EVERY = 5 * MINUTE
PAUSE = 1 * SECOND  # between two pages: catching up may take its time


class Knowing:
    """First what the settings say of categories, then a page of the log a step."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store, self._config = store, config
        self._settled = False

    async def step(self, now: int) -> int:
        """One page, while there are any."""
        if not self._settled:
            await categories.settle(self._store, self._config)
            self._settled = True
        return now + (PAUSE if await self._store.write(learning.look, now) else EVERY)
