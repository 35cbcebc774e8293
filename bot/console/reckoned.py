"""What the people of a scope come to, which takes long where they are many: kept for a while, and
reckoned once at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.core.audience import Audience
from bot.core.clock import Clock
from bot.core.rfm import Thresholds
from bot.members.lives import Together
from bot.store import lives
from bot.store.engine import Store

KEPT = 20  # times as long as it took
MOST = 64  # scopes


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
