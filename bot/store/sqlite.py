"""SQLite: one writer thread with group commit, and read-only readers.

Everything that waits goes into one transaction (WAL, synchronous=FULL) and the futures resolve
after its commit; a savepoint per write keeps one failing function from taking the batch down.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.core.errors import Busy
from bot.store.engine import Row, StoreFailed
from bot.store.sql import bind, queries

P = ParamSpec("P")
R = TypeVar("R")
BATCH = 1000


class SqliteTx:
    """A transaction on one connection; see engine.Tx."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, query: str, params: Mapping[str, Any]) -> sqlite3.Cursor:
        sql, values = bind(queries()[query], params)
        return self._connection.execute(sql, values)

    def run(self, query: str, **params: Any) -> int:
        return self._execute(query, params).rowcount

    def rows(self, query: str, **params: Any) -> list[Row]:
        return self._execute(query, params).fetchall()

    def row(self, query: str, **params: Any) -> Row | None:
        # fetchall, not fetchone: a RETURNING statement is done only when its rows are read
        found = self._execute(query, params).fetchall()
        return found[0] if found else None

    def many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self._connection.executemany(queries()[query], list(rows))


@dataclass(slots=True)
class _Job:
    fn: Callable[[SqliteTx], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with this house's pragmas; transactions are begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.row_factory = _as_dict
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-16000")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    return connection


def _as_dict(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class SqliteStore:
    """The embedded engine; see engine.Store. The file must be migrated already."""

    def __init__(self, path: Path, *, readers: int = 4, queue_limit: int = 20_000) -> None:
        self.path = path
        self._limit = queue_limit
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(readers):
            self._idle.put(connect(path, read_only=True))
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._readers = readers
        self._writer = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._writer.start()

    async def write(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        if self._closed:
            raise StoreFailed("the store is closed")
        if self._jobs.qsize() >= self._limit:
            raise Busy(f"{self._limit} writes are waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._jobs.put(_Job(lambda tx: fn(tx, *args, **kwargs), future, loop))
        return await future

    async def read(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, self._read, lambda tx: fn(tx, *args, **kwargs)
        )

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        self._writer.join()
        self._pool.shutdown()
        for _ in range(self._readers):
            self._idle.get().close()

    def _read(self, fn: Callable[[SqliteTx], R]) -> R:
        connection = self._idle.get()
        try:
            return fn(SqliteTx(connection))
        finally:
            self._idle.put(connection)

    def _write_all(self) -> None:
        connection = connect(self.path)
        try:
            while batch := self._next_batch():
                _run_batch(connection, batch)
                _resolve(batch)
        finally:
            connection.close()

    def _next_batch(self) -> list[_Job]:
        """Everything that waits, at least one job; empty when the store is closing."""
        first = self._jobs.get()
        batch = [] if first is None else [first]
        while batch and len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch


def _run_batch(connection: sqlite3.Connection, batch: list[_Job]) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in batch:
            _run_job(connection, job)
        connection.execute("COMMIT")
    except BaseException as exc:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for job in batch:
            if job.error is None:
                job.error = StoreFailed(f"nothing was written: {exc}")


def _run_job(connection: sqlite3.Connection, job: _Job) -> None:
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.fn(SqliteTx(connection))
    except BaseException as exc:
        if not connection.in_transaction:  # the disk is full or the like: the whole batch is gone
            raise
        connection.execute("ROLLBACK TO job")
        job.error = StoreFailed(str(exc)) if isinstance(exc, sqlite3.Error) else exc
    connection.execute("RELEASE job")


def _resolve(batch: list[_Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
