"""What the people of a scope come to, which takes long where they are many: kept for a while, and
reckoned once at a time."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from bot.core.audience import Audience
from bot.core.clock import Clock
from bot.core.rfm import Thresholds
from bot.members.lives import Together
from bot.store import lives
from bot.store.engine import Store

KEPT = 20  # times as long as it took
MOST = 64  # scopes
PATIENCE = 0.8  # seconds that a page waits
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """``at``: as of when, UTC ms; ``took``: ms."""

    together: Together
    at: int
    took: int


class Reckoned:
    """The latest of each scope. What is quick to reckon is reckoned anew each time; what took 30 s
    stands for ten minutes, so that looking never costs more than a twentieth of a core."""

    def __init__(self, store: Store, clock: Clock, zone: str, limits: Thresholds) -> None:
        self._store, self._clock, self._zone, self._limits = store, clock, zone, limits
        self._kept: dict[Audience, Reckoning] = {}
        self._one = asyncio.Lock()
        self._making: dict[Audience, asyncio.Task[Reckoning]] = {}

    async def soon(self, scope: Audience, seconds: float = PATIENCE) -> Reckoning | None:
        """As ``of``; None when it takes longer than so many seconds: then it goes on, and is there
        when somebody asks again."""
        task = self._making.get(scope)
        if task is None:
            task = self._making[scope] = asyncio.create_task(self.of(scope))
            task.add_done_callback(lambda done: self._made(scope, done))
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return task.result() if done else None

    def _made(self, scope: Audience, task: asyncio.Task[Reckoning]) -> None:
        self._making.pop(scope, None)
        if not task.cancelled() and (why := task.exception()) is not None:
            log.warning("people as buyers: %s", why)

    async def of(self, scope: Audience) -> Reckoning:
        """What they come to now, or came to a moment ago."""
        async with self._one:
            began = self._clock.now()
            found = self._kept.get(scope)
            if found is not None and began - found.at < KEPT * found.took:
                return found
            made = await self._store.read(lives.numbers, scope, began, self._zone, self._limits)
            self._kept.pop(scope, None)
            self._kept[scope] = Reckoning(made, began, self._clock.now() - began)
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            return self._kept[scope]
