"""Once a day, at a quiet hour: what was kept long enough is deleted."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from bot.core.clock import SECOND, Clock, local, to_ms
from bot.core.config import Config
from bot.store import eraser, retention
from bot.store.engine import Store, StoreFailed
from bot.store.opening import where

log = logging.getLogger(__name__)
VACUUM = 500  # pages of a file given back in one write
PAUSE = SECOND // 20  # between two pages others have their turn


class Retention:
    """One page a step, from the quiet hour on until all tables were walked."""

    def __init__(
        self, store: Store, config: Config, clock: Clock, place: Path | str = ""
    ) -> None:  # fmt: skip
        self._store, self._zone = store, config.timezone
        self._rules, self._spans = config.retention, config.retention.spans()
        self._next = self._quiet(clock.now())
        self._left: list[tuple[str, int]] = []
        self._after = self._deleted = 0
        self._place, self._began = place or where(config), False

    async def step(self, now: int) -> int:
        """The next page, when it is time for one; when to look again. First of all what a process
        that was killed had begun to erase."""
        if not self._began or (not self._left and now >= self._next):
            self._began = True
            await self._erase(now)
        if not self._left and now >= self._next:
            await self._begin(now)
        if not self._left:
            return self._next
        table, before = self._left[0]
        page = await self._store.write(retention.sweep, table, self._after, before,
                                       self._rules.page)  # fmt: skip
        self._after, self._deleted = page.last, self._deleted + page.deleted
        if not page.more:
            self._left.pop(0)
            self._after = 0
        if not self._left:
            await self._end()
        return now + PAUSE

    async def _begin(self, now: int) -> None:
        self._next = self._quiet(now)
        self._deleted = await self._store.write(retention.leftovers, now)
        self._left = [(table, now - self._spans[kind]) for table, kind in retention.WALKS
                      if kind in self._spans]  # fmt: skip

    async def _erase(self, now: int) -> None:
        """What cannot be cleared now is tried again in the next quiet hour."""
        try:
            if n := await eraser.complete(self._store, self._place, now):
                log.info("%d erasures finished that were broken off", n)
        except StoreFailed as exc:
            log.warning("an erasure is not finished: %s", exc)

    async def _end(self) -> None:
        if self._deleted:
            log.info("%d rows deleted, for they were kept long enough", self._deleted)
        while await self._store.shrink(VACUUM):
            pass

    def _quiet(self, now: int) -> int:
        """The first quiet hour later than ``now``, in the corp's zone."""
        here = local(now, self._zone)
        at = here.replace(hour=self._rules.hour, minute=0, second=0, microsecond=0)
        return to_ms(at if at > here else at + timedelta(days=1))
