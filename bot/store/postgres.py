"""PostgreSQL: any number of processes on one database, each with one writer (group commit) and
read-only readers. The sentences are those of SQLite; see ``bot.store.sql``.

The isolation is READ COMMITTED: rows are picked with SKIP LOCKED, changed behind fences, and what
may not be interleaved holds its conversation's row first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg

from bot.store.cipher import Cipher
from bot.store.pgline import STALE, Connection, PgLine, PgTx, reach, translated
from bot.store.pooled import PooledStore
from bot.store.writer import Writer

R = TypeVar("R")

# The server keeps 64 savepoints of a transaction at hand; with more, everybody's reads slow down.
BATCH = 60


class Reader:
    """A read-only connection, opened by its first read and replaced when it is of no use."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    def read(self, fn: Callable[[PgTx], R]) -> R:
        """Runs ``fn(tx)``, a second time if the connection broke while it lay idle, or if its plans
        are from before a migration."""
        if self._connection is not None:
            try:
                return fn(PgTx(self._connection))
            except psycopg.Error as error:
                if not self._connection.closed and error.sqlstate != STALE:
                    raise
                self.close()
        self._connection = reach(self._url, read_only=True)
        return fn(PgTx(self._connection))

    def close(self) -> None:
        """The end, or a new beginning at the next read."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class PostgresStore(PooledStore):
    """The engine for many processes; see engine.Store. The database must be migrated already."""

    def __init__(
        self, url: str, *, readers: int = 4, queue_limit: int = 20_000,
        cipher: Cipher | None = None,
    ) -> None:  # fmt: skip
        self.url = url
        writer = Writer(lambda: PgLine(url), queue_limit, BATCH)
        super().__init__(writer, [Reader(url) for _ in range(readers)], translated, cipher)
