"""APScheduler is the clock: its calendar jobs ring, and ``tick`` decides from the tables.

Its own persistence is not used (a persisted date job is lost after a restart); a job's action is
a ring, so a missed or doubled ring changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.core.clock import HOUR, SECOND, Clock
from bot.core.config import Config
from bot.library.library import Library
from bot.library.speech import Setting
from bot.store import schedule, sources
from bot.store.engine import Store, Tx
from bot.store.leases import TICK, Alone, Lead
from scheduler.tick import Ticked, tick

HEARTBEAT = 30  # seconds
STAND_BY = 1 * SECOND
PLANS_EVERY = 1 * HOUR


class Runner:
    """Steps through due work; ``bell`` wakes it, ``queued`` is called when there is new mail."""

    def __init__(
        self,
        store: Store,
        library: Library,
        config: Config,
        clock: Clock,
        bell: asyncio.Event,
        queued: Callable[[], None],
        lead: Lead | None = None,
    ) -> None:
        self._lead = lead or Alone()
        self._store, self._library, self._clock = store, library, clock
        self._config, self._bell, self._queued = config, bell, queued
        self._scheduler = AsyncIOScheduler(timezone=config.timezone)
        self._planned: tuple[object, int] = (None, 0)

    def start(self) -> None:
        """Starts the calendar jobs: one ring for each entry, and a heartbeat."""
        common = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._scheduler.add_job(self._bell.set, IntervalTrigger(seconds=HEARTBEAT), **common)
        calendar = self._library.cast.calendar
        for entry in calendar.entry:
            self._scheduler.add_job(self._bell.set, calendar.recurrence(entry).trigger(),
                                    id=entry.id, **common)  # fmt: skip
        self._scheduler.start()

    def stop(self) -> None:
        """No more rings."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def step(self, now: int) -> int | None:
        """Acts on all that is due; when something is due next. Of several processes one acts."""
        if not self._lead.leads(TICK):
            self._planned = None, 0
            return now + STAND_BY
        links = await self._store.read(sources.links)
        while True:
            setting = Setting.of(self._config, self._library.cast, self._clock.now(), links)
            ticked = await self._store.write(self._tick, setting, plan=self._plans(setting))
            if ticked is None:
                self._planned = None, 0  # whoever leads now plans; what he knows is not known here
                return await self._store.read(schedule.next_due)
            if ticked.acted:
                self._queued()
            if not ticked.more:
                self._planned = setting.cast, setting.now // PLANS_EVERY
                return await self._store.read(schedule.next_due)

    def _plans(self, setting: Setting) -> bool:
        """What comes next is known already, unless something else is published or nobody has looked
        for an hour."""
        cast, at = self._planned
        return cast is not setting.cast or at != setting.now // PLANS_EVERY

    def _tick(self, tx: Tx, setting: Setting, *, plan: bool) -> Ticked | None:
        """Whoever was deposed and does not know it yet writes nothing."""
        return tick(tx, setting, plan=plan) if self._lead.holds(tx, TICK) else None
