"""Behind the door: what was taken in becomes inbox rows, each once, and turns are planned."""

from __future__ import annotations

import logging

from bot.core.config import Config
from bot.pipeline.ingest import settle_of
from bot.pipeline.loop import Bells
from bot.store import intake
from bot.store.engine import Store

log = logging.getLogger(__name__)
MOST = 200  # in one write: some 5 ms, in which the next callbacks gather
TRIES = 5  # with one event, a second between them: a database that is down is not its fault


class Sorting:
    """Moves what waits, oldest first. Any number of processes may do it side by side.

    What cannot be sorted is set aside, and tried again when a process starts.
    """

    def __init__(self, store: Store, config: Config, bells: Bells) -> None:
        self._store, self._bells = store, bells
        self._settle = settle_of(config)
        self._failed: tuple[int | None, int] = (None, 0)  # which, and how often

    async def open(self) -> None:
        """What was set aside gets another chance: this program may be newer than the last."""
        if again := await self._store.write(intake.again):
            log.info("%s callbacks that could not be sorted are tried again", again)

    async def step(self, now: int) -> int | None:
        """One bite. Looks again at once while there is more."""
        try:
            moved = await self._store.write(intake.sort, self._settle, MOST)
        except Exception as exc:
            log.warning("callbacks are sorted one by one: %r", exc)
            moved = await self._singly()
        if moved:
            self._bells.inbox.set()
        return now if moved == MOST else None

    async def _singly(self) -> int:
        """Sorts one after another, so that one that fails takes nobody down. Raises what it
        raised until it has failed for good."""
        moved = 0
        while moved < MOST:
            try:
                if not await self._store.write(intake.sort, self._settle, 1):
                    break
            except Exception as exc:
                await self._fault(exc)
            moved += 1
        return moved

    async def _fault(self, exc: Exception) -> None:
        number = await self._store.read(intake.first)
        which, tries = self._failed
        self._failed = (number, tries + 1 if number == which else 1)
        if number is None or self._failed[1] < TRIES:
            raise exc
        await self._store.write(intake.set_aside, number, f"{type(exc).__name__}: {exc}")
        log.error("callback %s is set aside, it cannot be sorted: %r", number, exc)
