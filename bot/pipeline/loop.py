"""The only endless loop of the house, and what wakes it.

A worker is ``step(now) -> when to step again``; it sleeps until then or until its bell rings.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.core.clock import SECOND, Clock
from bot.core.errors import StaleLease

log = logging.getLogger(__name__)
IDLE = 30 * SECOND
AFTER_FAULT = 1 * SECOND
STORM = 50  # callbacks in a second
BITE = 8
BREATH = 0.01  # seconds: what ends or arrives meanwhile is taken together
Step = Callable[[int], Awaitable[int | None]]


class Street:
    """How many callbacks came of late. In a storm everything else takes small bites and breathes in
    between: a turn costs the loop about as much as five callbacks, and the platform waits 5 s."""

    def __init__(self) -> None:
        self._second = self._count = self._before = 0

    def heard(self, now: int) -> None:
        """A callback is there."""
        self._turn_page(now)
        self._count += 1

    def stormy(self, now: int) -> bool:
        """True while STORM of them or more came within about a second."""
        self._turn_page(now)
        return self._count + self._before >= STORM

    def bite(self, n: int, now: int) -> int:
        """How many of ``n`` pieces of work may begin at once."""
        return min(n, BITE) if self.stormy(now) else n

    def breath(self, now: int) -> float:
        """Seconds between two steps of a worker that has more to do."""
        return BREATH if self.stormy(now) else 0.0

    def _turn_page(self, now: int) -> None:
        second = now // SECOND
        if second != self._second:
            self._before = self._count if second == self._second + 1 else 0
            self._second, self._count = second, 0


class Bells:
    """One event per kind of work; ringing means: there may be something to do."""

    def __init__(self) -> None:
        self.street = Street()
        self.inbox = asyncio.Event()
        self.outbox = {pool: asyncio.Event() for pool in ("welcome", "reply", "bulk")}
        self.due = asyncio.Event()
        self.sources = asyncio.Event()
        self.taps = asyncio.Event()
        self.archive = asyncio.Event()

    def ring_outbox(self) -> None:
        """Messages were queued; of which pool does not matter."""
        for bell in self.outbox.values():
            bell.set()

    def ring_all(self) -> None:
        """Everybody looks again: the clock jumped, or the cast was replaced."""
        self.ring_outbox()
        for bell in (self.inbox, self.due, self.sources, self.taps, self.archive):
            bell.set()


class Slots:
    """At most ``limit`` coroutines at once; each end rings the bell."""

    def __init__(self, limit: int, bell: asyncio.Event) -> None:
        self._limit, self._bell = limit, bell
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many more may start."""
        return self._limit - len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Runs ``work``; a fault is logged, for the row's lease brings it back."""
        task = asyncio.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.set()

    async def drain(self, seconds: float) -> int:
        """Waits for what is under way; how many had to be cancelled."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)


async def _logged(work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await work
    except StaleLease as exc:
        log.info("%s: somebody else took over: %s", name, exc)
    except Exception:
        log.exception("%s failed", name)


async def run_worker(
    name: str, step: Step, bell: asyncio.Event, clock: Clock, stop: asyncio.Event,
    street: Street | None = None,
) -> None:  # fmt: skip
    """Steps until ``stop``. A fault is logged and the next step comes a second later.

    ``street``: whose storms make the worker breathe between two steps.
    """
    street = street or Street()
    while not stop.is_set():
        bell.clear()
        try:
            next_at = await step(clock.now())
        except Exception:
            log.exception("worker %s", name)
            next_at = clock.now() + AFTER_FAULT
        now = clock.now()
        await asyncio.sleep(street.breath(now))
        await _sleep(bell, stop, next_at, now)


async def _sleep(bell: asyncio.Event, stop: asyncio.Event, next_at: int | None, now: int) -> None:
    wait = IDLE if next_at is None else min(next_at - now, IDLE)
    if wait <= 0 or stop.is_set():
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(bell.wait(), wait / 1000)
