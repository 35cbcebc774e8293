"""Writes of one kind that wait are run together: one for all that came while the last one ran.

Each caller learns about his own. If the common write fails, every one is written by itself, so that
one that cannot be stored takes nobody down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from bot.core.errors import Busy
from bot.core.meters import BUSY
from bot.store.engine import Store, Tx

T = TypeVar("T")
R = TypeVar("R")
MOST = 500  # in one write


class Gather(Generic[T, R]):
    """``write(tx, items)`` answers for each of them, in order. At most ``limit`` items wait."""

    def __init__(
        self,
        store: Store,
        write: Callable[[Tx, Sequence[T]], Sequence[R]],
        limit: int,
    ) -> None:
        self._store, self._write, self._limit = store, write, limit
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    def put(self, item: T) -> asyncio.Future[R]:
        """Done after the commit; fails as ``Store.write`` does. Raises Busy."""
        if len(self._waiting) >= self._limit:
            BUSY.add()
            raise Busy(f"{self._limit} writes are waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = loop.create_task(self._run(), name="gather")
        return future

    async def _run(self) -> None:
        """One write after another until nothing waits."""
        batch: list[tuple[T, asyncio.Future[R]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                _tell(batch, await self._answers([item for item, _ in batch]))
        finally:
            self._task = None
            for _, future in batch + self._waiting:
                future.cancel()  # the loop ends; at any other time nobody is left over here

    async def _answers(self, items: list[T]) -> Sequence[R | BaseException]:
        try:
            return await self._store.write(self._write, items)
        except Exception as exc:
            if len(items) == 1:
                return [exc]
        alone = (self._store.write(self._write, [item]) for item in items)
        found = await asyncio.gather(*alone, return_exceptions=True)
        return [one if isinstance(one, BaseException) else one[0] for one in found]


def _tell(batch: Sequence[tuple[T, asyncio.Future[R]]], found: Sequence[R | BaseException]) -> None:
    for (_, future), one in zip(batch, found, strict=True):
        if future.done():  # he gave up; it was written all the same
            continue
        if isinstance(one, BaseException):
            future.set_exception(one)
        else:
            future.set_result(one)
