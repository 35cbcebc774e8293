"""Runs workers on a clock that jumps: what is due is done, then time goes on to what is next."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from bot.core.clock import MINUTE, ManualClock
from bot.core.errors import OneVoiceError
from bot.workers import Worker

# A worker that says nothing looks again when its bell rings, or after so long.
IDLE = 30 * MINUTE
MOST = 10_000


class Stuck(OneVoiceError):
    """A worker always has something more to do at the same moment."""


class Tasks:
    """Counts the tasks of a loop that have not ended."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.alive = 0
        loop.set_task_factory(self._make)  # type: ignore[arg-type]

    def _make(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **more: Any
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **more)
        self.alive += 1
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.alive -= 1

    async def rest(self) -> None:
        """Until none is left."""
        while self.alive:  # noqa: ASYNC110 - nothing sleeps: the loop only turns
            await asyncio.sleep(0)


class Quick(selectors.DefaultSelector):
    """Asks the system for news only when there is nothing else to do."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As it is, but never for the sake of asking."""
        return super().select(timeout) if timeout is None or timeout > 0 else []


def loop() -> asyncio.AbstractEventLoop:
    """The loop of a rehearsal."""
    return asyncio.SelectorEventLoop(Quick())


Peek = Callable[[int], Awaitable[int | None]]


class Hand:
    """A worker and when it steps again."""

    def __init__(self, worker: Worker, at: int, pace: int, peek: Peek | None = None) -> None:
        self.worker, self.at, self.pace = worker, at, pace
        self._peek = peek
        self.steps = 0

    async def wanted(self, now: int) -> bool:
        if self.at <= now:
            return True
        if not self.worker.bell.is_set():
            return False
        if self._peek is None:
            return True
        at = await self._peek(now)
        if at is not None and at <= now:
            return True
        self.worker.bell.clear()
        if at is not None:
            self.at = min(at, self.at)
        return False

    async def step(self, now: int) -> None:
        """One step."""
        self.worker.bell.clear()
        self.steps += 1
        wanted = await self.worker.step(now)
        self.at = (
            now + IDLE
            if wanted is None
            else wanted
            if wanted <= now
            else max(wanted, now + self.pace)
        )


class Clockwork:
    """All workers on one clock. ``paces``: how seldom a worker may look by itself, in ms."""

    def __init__(
        self,
        clock: ManualClock,
        workers: Sequence[Worker],
        paces: Mapping[str, int],
        peeks: Mapping[str, Peek],
    ) -> None:
        self._clock = clock
        self._tasks = Tasks(asyncio.get_running_loop())
        self.hands = [
            Hand(w, clock.now(), paces.get(w.name, 0), peeks.get(w.name)) for w in workers
        ]

    async def settle(self) -> None:
        """Until nobody has anything to do at this moment. Raises Stuck."""
        now = self._clock.now()
        for _ in range(MOST):
            stepped = False
            for hand in self.hands:
                if (hand.at <= now or hand.worker.bell.is_set()) and await hand.wanted(now):
                    await hand.step(now)
                    stepped = True
            if not stepped:
                return
            await self._tasks.rest()
        raise Stuck(f"no rest at {now}: ")

    def next_at(self) -> int:
        """When the next worker wants to step."""
        return min(hand.at for hand in self.hands)
