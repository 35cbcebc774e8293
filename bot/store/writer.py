"""Group commit: everything that waits goes into one transaction, on a thread of its own.

The futures resolve after the commit. A savepoint per write keeps one failing function from taking
the batch down.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.core.errors import Busy
from bot.core.meters import BATCH_WRITES, BUSY, COMMIT_SECONDS
from bot.store.engine import StoreFailed, Tx

BATCH = 1000
# A batch that lost a race is run again in halves, each half again in halves, and so on.
TRIES = 5


class Line(Protocol):
    """The connection of a writer, made and used on the writer's thread."""

    def begin(self) -> Tx:
        """Opens a transaction that may write."""
        ...

    def mark(self) -> None:
        """Sets a savepoint."""
        ...

    def undo(self) -> bool:
        """Back to the savepoint; False when the whole transaction is gone."""
        ...

    def keep(self) -> None:
        """Releases the savepoint."""
        ...

    def commit(self) -> None:
        """Everything of this transaction is on disk."""
        ...

    def rollback(self) -> None:
        """Nothing of it is kept. Never raises."""
        ...

    def close(self) -> None:
        """The end."""
        ...

    def translate(self, error: BaseException) -> BaseException:
        """A driver's error as StoreFailed; any other as it is."""
        ...

    def again(self, error: BaseException) -> bool:
        """True when the same writes may succeed at another try (a deadlock, say)."""
        ...


@dataclass(slots=True)
class Job:
    """One write that waits."""

    fn: Callable[[Tx], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Takes writes in order. ``open_line`` is called on the writer's thread."""

    def __init__(self, open_line: Callable[[], Line], limit: int, batch: int = BATCH) -> None:
        self._open, self._limit, self._batch = open_line, limit, batch
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def write(self, fn: Callable[[Tx], Any]) -> Any:
        """Runs ``fn(tx)``; returns after commit. Raises what it raised, or StoreFailed."""
        if self._closed:
            raise StoreFailed("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._jobs.put(Job(fn, future, loop))
        return await future

    def require_room(self) -> None:
        """Raises Busy when ``limit`` writes or more are waiting."""
        if self._jobs.qsize() >= self._limit:
            BUSY.add()
            raise Busy(f"{self._limit} writes are waiting")

    def close(self) -> None:
        """Commits what waits, then ends."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            self._thread.join()

    def _run(self) -> None:
        line = self._open()
        try:
            while batch := self._next_batch():
                BATCH_WRITES.note(len(batch))
                with COMMIT_SECONDS.timed():
                    run_batch(line, batch)
                _resolve(batch)
        finally:
            line.close()

    def _next_batch(self) -> list[Job]:
        """Everything that waits, at least one job; empty when the store is closing."""
        first = self._jobs.get()
        batch = [] if first is None else [first]
        while batch and len(batch) < self._batch:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch


def run_batch(line: Line, batch: list[Job], tries: int = TRIES) -> None:
    """One transaction for all of ``batch``; one that lost a race against another process is run
    again in halves, in order: who holds fewer rows at once is in fewer people's way."""
    try:
        _attempt(line, batch)
    except BaseException as error:
        line.rollback()
        if tries and line.again(error):
            for part in _halves(batch):
                run_batch(line, part, tries - 1)
            return
        for job in batch:
            job.error = job.error or StoreFailed(f"nothing was written: {line.translate(error)}")


def _halves(batch: list[Job]) -> list[list[Job]]:
    middle = len(batch) // 2
    return [part for part in (batch[:middle], batch[middle:]) if part]


def _attempt(line: Line, batch: list[Job]) -> None:
    tx = line.begin()
    for job in batch:
        job.result = job.error = None
        line.mark()
        try:
            job.result = job.fn(tx)
        except BaseException as error:
            if line.again(error) or not line.undo():
                raise
            job.error = safe(line.translate(error))
        line.keep()
    line.commit()


def safe(error: BaseException) -> BaseException:
    """A future cannot carry a StopIteration: setting it would lose the whole batch's answers."""
    return StoreFailed(repr(error)) if isinstance(error, StopIteration) else error


def _resolve(batch: list[Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits there
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
