"""Tasks that leave by a colleague's tap: how far they have come, what is to be done until they are
tapped, and what must not be tapped any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.span import parse_span
from bot.library.library import Library
from bot.pipeline.loop import Bells
from bot.pipeline.tapback import TakeBack
from bot.pipeline.taptell import Tell, timing_of
from bot.pipeline.tapwatch import Judge, Watch
from bot.store import pullback, taps
from bot.store.engine import Row, Store
from bot.store.pullback import Pull
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.gateway import Gateway

log = logging.getLogger(__name__)
T = TypeVar("T")
AT_ONCE = 8  # calls under way
UNTAPPED = "nobody tapped in time"
NO_RESULTS = "tapped, and the platform did not say what became of everybody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the worker is made of."""

    store: Store
    gateway: Gateway
    library: Library
    config: Config
    clock: Clock
    bells: Bells
    judge: Judge


class Taps:
    """One step: what came to wait, who must not be on it, what is due, what the platform says."""

    def __init__(self, parts: Parts) -> None:
        self._store, self._gateway, self._clock = parts.store, parts.gateway, parts.clock
        self._library, self._timing = parts.library, timing_of(parts.config)
        self._every = parse_span(parts.config.pull.tasks_every)
        self._watch = Watch(parts.store, parts.library, parts.config, parts.judge)
        self._back = TakeBack(parts.store, parts.gateway, parts.clock, parts.bells)
        self._tell = Tell(parts.store, parts.gateway, parts.config, parts.bells)
        self._shown = parts.bells.tasks

    async def step(self, now: int) -> int | None:
        """Everything that is due. Those that are to be taken back go before those that are only
        asked about."""
        if not await self._store.read(taps.any_waits):
            return None
        opened = await self._store.write(taps.open_new, now, self._timing)
        if opened:
            self._shown.set()
        again = await self._watch.step(opened, now)
        if _is_due(await self._store.read(taps.next_due), now):
            due = await self._store.read(taps.due_taps, now)
            await self._tell.step([row for row in due if not await self._ends(row, now)], now)
            await _together(self._back.one, await self._store.read(taps.to_take_back, now))
        if _is_due(await self._store.read(taps.next_look), now):
            await _together(self._ask, await self._store.write(taps.due, now, self._every))
        await self._store.write(taps.close_orphans, self._clock.now())
        looks = [await self._store.read(taps.next_look), await self._store.read(taps.next_due),
                 again, now if len(opened) == taps.OPENED else None]  # fmt: skip
        return min((at for at in looks if at is not None), default=None)

    async def _ends(self, tap: Row, now: int) -> bool:
        """True when its time is over: nobody tapped it, or the results do not come."""
        if tap["state"] == "tapped":
            await self._store.write(taps.give_up, tap["outbox"], now, NO_RESULTS)
            return True
        if late := now >= tap["deadline_at"]:
            wish = Pull(why=UNTAPPED, ends="expire")
            await self._store.write(pullback.pull, tap | {"id": tap["outbox"]}, wish, now)
        return bool(late)

    async def _ask(self, task: Outbound) -> None:
        """One look at one task on the platform."""
        now = self._clock.now()
        if why := self._library.silence(task, now):
            await self._store.write(pullback.call_off, task.id, why, now, "library")
        try:
            status = await self._gateway.tap_status(task)
        except (ApiError, CallFailed) as exc:
            log.info("task %s: %s", task.id, exc)
        else:
            if await self._store.write(taps.report, task, status, self._clock.now()):
                self._shown.set()


def _is_due(at: int | None, now: int) -> bool:
    return at is not None and at <= now


async def _together(work: Callable[[T], Awaitable[None]], items: Iterable[T]) -> None:
    """Few calls at a time; one fault does not keep the others from being made."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> None:
        async with room:
            await work(item)

    ends = await asyncio.gather(*map(one, items), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
