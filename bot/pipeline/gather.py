"""Events that wait are stored together: one write for all that came while the last one ran.

Each caller learns about his own event. If the common write fails, every event is written by
itself, so that one that cannot be stored takes nobody down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.core.errors import Busy
from bot.core.model import Inbound
from bot.store import inbox
from bot.store.engine import Store
from bot.store.inbox import Settle

MOST = 500  # events in one write
Waiting = tuple[Inbound, asyncio.Future[bool]]


class Gather:
    """One write at a time. At most ``limit`` events wait for the next one."""

    def __init__(self, store: Store, settle: Settle, limit: int) -> None:
        self._store, self._settle, self._limit = store, settle, limit
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None

    def accept(self, event: Inbound) -> asyncio.Future[bool]:
        """Done after the commit: False when the event was known, or StoreFailed. Raises Busy."""
        if len(self._waiting) >= self._limit:
            raise Busy(f"{self._limit} events are waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((event, future))
        if self._task is None:
            self._task = loop.create_task(self._run(), name="gather")
        return future

    async def _run(self) -> None:
        """Writes until nothing waits."""
        batch: list[Waiting] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                _tell(batch, await self._write([event for event, _ in batch]))
        finally:
            self._task = None
            for _, future in batch + self._waiting:
                future.cancel()  # whoever is left over when the loop ends; nobody else

    async def _write(self, events: list[Inbound]) -> Sequence[bool | BaseException]:
        try:
            return await self._together(events)
        except Exception as exc:
            if len(events) == 1:
                return [exc]
        alone = (self._together([event]) for event in events)
        found = await asyncio.gather(*alone, return_exceptions=True)
        return [one if isinstance(one, BaseException) else one[0] for one in found]

    async def _together(self, events: list[Inbound]) -> list[bool]:
        return await self._store.write(inbox.accept_each, events, self._settle)


def _tell(batch: list[Waiting], found: Sequence[bool | BaseException]) -> None:
    for (_, future), one in zip(batch, found, strict=True):
        if future.done():
            continue
        if isinstance(one, BaseException):
            future.set_exception(one)
        else:
            future.set_result(one)
