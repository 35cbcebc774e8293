"""Runs workers on a clock that jumps: what is due is done, then time goes on to what is next."""

from __future__ import annotations

import asyncio
import logging
import selectors
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from bot.core.clock import MINUTE, ManualClock
from bot.core.errors import OneVoiceError
from bot.core.meters import FAULTS
from bot.workers import Worker

# A worker that says nothing looks again when its bell rings, or after so long.
IDLE = 30 * MINUTE
AFTER_FAULT = 10 * MINUTE
MOST = 10_000  # rounds at one moment
log = logging.getLogger(__name__)


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
    """A worker and when it steps again. ``pace``: how seldom it may look by itself; ``peek``: a
    cheaper look than a step that finds nothing."""

    def __init__(self, worker: Worker, at: int, pace: int, peek: Peek | None) -> None:
        self.worker, self.at, self.steps = worker, at, 0
        self.rung = worker.bell.is_set
        self._pace, self._peek, self.early = pace, peek, False

    async def wanted(self, now: int) -> bool:
        """Whether it was called for something that is to be done at this moment."""
        if self.at <= now or self._peek is None:
            return True
        at = await self._peek(now)
        if at is not None and at <= now:
            return True
        self.worker.bell.clear()
        self.at = self.at if at is None else min(at, self.at)
        return False

    async def step(self, now: int) -> None:
        """One step. A fault is logged, as it is where workers run for ever, and the next step comes
        later."""
        self.worker.bell.clear()
        self.steps += 1
        try:
            at = await self.worker.step(now)
        except Exception:
            FAULTS.add(self.worker.name)
            log.exception("worker %s", self.worker.name)
            at = now + AFTER_FAULT
        at = now + IDLE if at is None else at
        self.at = at if at <= now else max(at, now + self._pace)
        self.early = self._peek is not None and not getattr(self.worker.busy, "idle", True)

    async def rested(self, now: int) -> None:
        """What a step said while its calls were under way is asked again when they have ended:
        mostly it is the end of a lease that nobody holds any more."""
        self.early = False
        at = await self._peek(now) if self._peek else now
        if at is None or at > now:
            self.at = now + IDLE if at is None else at


class Clockwork:
    """All workers on one clock. ``paces`` in ms and ``peeks`` by the name of a worker."""

    def __init__(
        self, clock: ManualClock, workers: Sequence[Worker], paces: Mapping[str, int],
        peeks: Mapping[str, Peek],
    ) -> None:  # fmt: skip
        self._clock = clock
        self._tasks = Tasks(asyncio.get_running_loop())
        self.hands = [Hand(worker, clock.now(), paces.get(worker.name, 0), peeks.get(worker.name))
                      for worker in workers]  # fmt: skip

    def call(self, name: str, at: int) -> None:
        """A worker is to step at ``at`` at the latest. Without one of that name nothing happens."""
        for hand in self.hands:
            if hand.worker.name == name:
                hand.at = min(hand.at, at)

    async def settle(self) -> None:
        """Until nobody has anything to do at this moment. Raises Stuck."""
        now, busy = self._clock.now(), self.hands
        for _ in range(MOST):
            busy = []
            for hand in self.hands:
                if (hand.at <= now or hand.rung()) and await hand.wanted(now):
                    await hand.step(now)
                    busy.append(hand)
            if not busy:
                for hand in self.hands:
                    if hand.early:
                        await hand.rested(now)
                return
            await self._tasks.rest()
        raise Stuck(f"no rest at {now} for {', '.join(hand.worker.name for hand in busy)}")

    def next_at(self) -> int:
        """When the next worker wants to step."""
        return min([hand.at for hand in self.hands])
