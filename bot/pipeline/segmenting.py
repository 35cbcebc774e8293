"""Behind the scenes: each segment is counted once a day, so that its page can tell how it grows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.core.clock import HOUR, SECOND, local
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.library.cast import Cast
from bot.store import audience, segments
from bot.store.engine import Store, Tx

EVERY = 1 * HOUR
# Between two: of a million members a count may be seconds of work.
PAUSE = 2 * SECOND
KEPT = timedelta(days=400)


class Segmenting:
    """Several processes may do it side by side: the later count of a day stays."""

    def __init__(self, store: Store, cast: Callable[[], Cast], zone: str) -> None:
        """``cast``: what is published now."""
        self._store, self._cast, self._zone = store, cast, zone
        self._day, self._unreadable = "", set[tuple[str, str]]()  # of that day: names and words

    async def step(self, now: int) -> int:
        """Counts the next one that has no count of today."""
        today = local(now, self._zone).date()
        found = await self._store.read(self._count, str(today), now)
        if found is None:
            await self._store.write(segments.forget_days, str(today - KEPT))
            return now + EVERY
        name, members = found
        if members is not None:
            await self._store.write(segments.note_day, name, str(today), members, now)
        return now + PAUSE

    def _count(self, tx: Tx, day: str, now: int) -> tuple[str, int | None] | None:
        if day != self._day:
            self._day, self._unreadable = day, set()
        for one in segments.uncounted(tx, day):
            if (one.name, one.words) in self._unreadable:
                continue
            try:
                wanted = meant.of(tx, self._cast(), one.name)
            except BadInput:
                self._unreadable.add((one.name, one.words))
                return one.name, None
            return one.name, audience.count(tx, wanted, now)
        return None
