"""The only endless loop of the house, and what wakes it.

A worker is ``step(now) -> when to step again``; it sleeps until then or until its bell rings.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol

from bot.core.clock import SECOND, Clock
from bot.core.errors import StaleLease
from bot.core.meters import FAULTS

log = logging.getLogger(__name__)
IDLE = 30 * SECOND
AFTER_FAULT = 1 * SECOND
STORM = 50  # callbacks in a second
BITE = 8
BREATH = 0.01  # seconds: what ends or arrives meanwhile is taken together
Step = Callable[[int], Awaitable[int | None]]
# Each has a bell: the pools, and whoever sends for the robots whose connection this process holds.
LINKED = "linked"
SENDERS = ("welcome", "reply", "bulk", "robot", LINKED)


class Bell(asyncio.Event):
    """``set`` rings here and, where ``tell`` leads somewhere, in all other processes; ``wake`` only
    here."""

    def __init__(self, name: str = "", tell: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self._name, self._tell = name, tell

    def set(self) -> None:
        """There is something to do, for whoever may do it."""
        super().set()
        if self._tell is not None:
            self._tell(self._name)

    def wake(self) -> None:
        """Somebody of this process should look again."""
        super().set()


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
    """One bell per kind of work; ringing means: there may be something to do.

    ``tell`` carries the name of a bell that rings to the other processes, if there may be any.
    """

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self._named: dict[str, Bell] = {}
        self.tell = tell
        self._heard: list[Callable[[str], None]] = []
        self.street = Street()
        self.intake = self._bell("intake")
        self.inbox = self._bell("inbox")
        self.outbox = {sender: self._bell(f"outbox.{sender}") for sender in SENDERS}
        self.due = self._bell("due")
        self.sources = self._bell("sources")
        self.taps = self._bell("taps")
        self.archive = self._bell("archive")
        self.library = self._bell("library")
        self.console = self._bell("console")
        self.called = self._bell("called")  # what accounts are called has changed
        # what staff look at has changed: a fate, a mode, a note
        self.desk = self._bell("desk")
        self.service = self._bell("service")
        self.listening = self._bell("listening")  # a voice came that a machine is to listen to
        # how far tasks have come that wait for somebody's tap
        self.tasks = self._bell("tasks")
        # what people decided about campaigns, and how far these have come
        self.campaigns = self._bell("campaigns")
        self.ledger = self._bell("ledger")
        self.flows = self._bell("flows")  # somebody stopped or moved members of a flow
        self.rewards = self._bell("rewards")  # a colleague decided about what somebody earned
        self.atmosphere = self._bell("atmosphere")  # a shift, a prompt or a case was decided
        self.circles = self._bell("circles")  # an application was decided, a circle handed over
        self.activities = self._bell("activities")  # somebody took part, a run was steered
        self.seeds = self._bell("seeds")  # a list, an answer, a mission
        self.community = self._bell("community")  # a badge was given, points were put right

    def _bell(self, name: str) -> Bell:
        return self._named.setdefault(name, Bell(name, self._told))

    def _told(self, name: str) -> None:
        if self.tell is not None:
            self.tell(name)
        self._report(name)

    def _report(self, name: str) -> None:
        for heard in self._heard:
            heard(name)

    def listen(self, heard: Callable[[str], None]) -> None:
        """``heard`` is called with the name of every bell that rings, here or elsewhere."""
        self._heard.append(heard)

    def ring(self, name: str) -> None:
        """Rings the bell of this name everywhere. Raises KeyError."""
        self._named[name].set()

    def hear(self, names: Iterable[str]) -> None:
        """Bells that rang in another process."""
        for name in names:
            if name in self._named:
                self._named[name].wake()
                self._report(name)

    def ring_outbox(self) -> None:
        """Messages were queued; of which pool does not matter."""
        for bell in self.outbox.values():
            bell.set()

    def ring_all(self) -> None:
        """Everybody in this process looks again: the clock jumped, or the cast was replaced."""
        self.hear(self._named)


class Drained(Protocol):
    """What has work under way when the process is to end."""

    async def drain(self, seconds: float) -> int:
        """Waits for it; how many pieces had to be cancelled."""
        ...


class Slots:
    """At most ``limit`` coroutines at once; each end rings the bell."""

    def __init__(self, limit: int, bell: Bell) -> None:
        self._limit, self._bell = limit, bell
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many more may start."""
        return self._limit - len(self._tasks)

    @property
    def idle(self) -> bool:
        """True when nothing is under way."""
        return not self._tasks

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Runs ``work``; a fault is logged, for the row's lease brings it back."""
        task = asyncio.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.wake()

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
        FAULTS.add(name.partition(" ")[0])
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
            FAULTS.add(name)
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
