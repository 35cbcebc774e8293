"""Answers that take long where there are many people: kept for a while, made once at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.clock import Clock

T = TypeVar("T")
TIMES = 20  # as long as it took
MOST = 64
PATIENCE = 0.8  # seconds that a page waits
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """``at``: as of when, UTC ms; ``took``: ms."""

    value: T
    at: int
    took: int


class Kept(Generic[T]):
    """The latest of each key. What is quick to make is made anew each time; what took 30 s stands
    for ten minutes, so that looking never costs more than a twentieth of a core."""

    def __init__(self, clock: Clock, what: str) -> None:
        self._clock, self._what = clock, what
        self._kept: dict[Hashable, Made[T]] = {}
        self._one = asyncio.Lock()
        self._making: dict[Hashable, asyncio.Task[Made[T]]] = {}

    async def soon(
        self, key: Hashable, make: Callable[[], Awaitable[T]], seconds: float = PATIENCE
    ) -> Made[T] | None:
        """As ``of``; None when it takes longer than so many seconds: then it goes on, and is there
        when somebody asks again."""
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self.of(key, make))
            task.add_done_callback(lambda done: self._over(key, done))
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return task.result() if done else None

    def _over(self, key: Hashable, task: asyncio.Task[Made[T]]) -> None:
        self._making.pop(key, None)
        if not task.cancelled() and (why := task.exception()) is not None:
            log.warning("%s: %s", self._what, why)

    async def of(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> Made[T]:
        """What it is now, or was a moment ago."""
        async with self._one:
            began = self._clock.now()
            found = self._kept.get(key)
            if found is not None and began - found.at < TIMES * found.took:
                return found
            value = await make()
            self._kept.pop(key, None)
            made = self._kept[key] = Made(value, began, self._clock.now() - began)
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            return made
