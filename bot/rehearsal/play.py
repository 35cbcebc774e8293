"""Plays a month: members and staff act, the product answers, time jumps to what comes next."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.core import heap
from bot.core.clock import DAY
from bot.core.config import Config
from bot.core.span import parse_span
from bot.library.cast import Cast
from bot.rehearsal.agenda import Agenda, Days
from bot.rehearsal.clockwork import loop
from bot.rehearsal.house import House, open_house
from bot.rehearsal.leads import Leads
from bot.rehearsal.members import Crowd
from bot.rehearsal.partakers import Partakers
from bot.rehearsal.rates import Rates
from bot.rehearsal.setting import rehearsed
from bot.rehearsal.shop import Shop
from bot.rehearsal.staff import Colleagues, Owners
from bot.store.outbox import KfWindow

T = TypeVar("T")
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is rehearsed. ``start`` is UTC ms; equal plans end in equal digests."""

    start: int
    days: int = 30
    members: int = 1_000
    seed: int = 1

    @property
    def until(self) -> int:
        """The end, in UTC ms."""
        return self.start + self.days * DAY


@dataclass(frozen=True, slots=True)
class Played:
    """A month that is over, while its house still stands."""

    plan: Plan
    house: House
    crowd: Crowd


def asks_of(cast: Cast) -> dict[str, tuple[str, ...]]:
    """What members can ask each persona: the wordings of its questions."""
    return {name: tuple(words for row in script.persona.faq for words in row.wordings)
            for name, script in cast.scripts.items()}  # fmt: skip


@contextlib.asynccontextmanager
async def play(
    config: Config,
    rates: Rates,
    plan: Plan,
    folder: Path,
    progress: Progress = lambda day: None,
) -> AsyncIterator[Played]:
    """The whole month in ``folder``; yields it when it is over. ``config`` is one for rehearsals.
    ``progress`` is told of each day that begins."""
    async with open_house(config, folder, start=plan.start, members=plan.members,
                          seed=plan.seed) as house:  # fmt: skip
        now = house.clock.now
        agenda = Agenda(plan.until)
        days = Days(config.timezone, parse_span(rates.grid))
        shop = Shop(house.store, config, house.library.cast.goods, now=now,
                    stir=house.bells.due.set, seed=plan.seed)  # fmt: skip
        crowd = Crowd(house.stage, agenda, days, rates, places=house.places,
                      asks=asks_of(house.library.cast), sell=shop.sell, now=now,
                      seed=plan.seed)  # fmt: skip
        owners = Owners(house.stage, agenda, days, rates, house.bells, now=now, seed=plan.seed)
        limits = config.wecom.limits
        Colleagues(house.store, house.library, house.stage, agenda, days, rates, house.bells,
                   KfWindow(limits.kf_messages, limits.kf_hours), now=now,
                   seed=plan.seed).begin()  # fmt: skip
        partakers = Partakers(crowd, house.library.cast, agenda, days, rates, now=now,
                              until=plan.until, seed=plan.seed)  # fmt: skip
        partakers.begin()
        Leads(house.store, partakers, agenda, days, rates, now=now, seed=plan.seed).begin()
        crowd.come(plan.members)
        heap.settle()
        await _run(house, agenda, owners, plan, progress)
        yield Played(plan, house, crowd)


async def _run(
    house: House, agenda: Agenda, owners: Owners, plan: Plan, progress: Progress
) -> None:
    day = -1
    while True:
        await house.settle()
        owners.look()
        at = min(agenda.next_at(), house.clockwork.next_at())
        if at >= plan.until:
            return
        house.go(max(at, house.clock.now()))
        if (house.clock.now() - plan.start) // DAY > day:
            day = (house.clock.now() - plan.start) // DAY
            house.store.flush()
            progress(day)
        await agenda.act(house.clock.now())
        await house.hear()


def rehearse(
    config: Config, rates: Rates, plan: Plan, tell: Callable[[Played], Awaitable[T]],
    folder: Path | None = None, progress: Progress = lambda day: None,
) -> T:  # fmt: skip
    """Plays ``plan`` and returns what ``tell`` makes of it. ``folder``: where the data is kept
    afterwards; None: nowhere."""
    with contextlib.ExitStack() as stack:
        stack.callback(gc.unfreeze)
        stack.callback(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(heap.YOUNG, *heap.OLDER)
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
        runner = stack.enter_context(asyncio.Runner(loop_factory=loop))
        return runner.run(_told(rehearsed(config, folder), rates, plan, tell, folder, progress))


async def _told(
    config: Config, rates: Rates, plan: Plan, tell: Callable[[Played], Awaitable[T]],
    folder: Path, progress: Progress,
) -> T:  # fmt: skip
    async with play(config, rates, plan, folder, progress) as played:
        return await tell(played)
