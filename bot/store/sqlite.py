"""SQLite: WAL, ``synchronous=FULL``, one writer with group commit, and read-only readers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from bot.store.cipher import Cipher
from bot.store.engine import Row, StoreFailed
from bot.store.pooled import PooledStore
from bot.store.sql import ROWS, Query, bind, numbered, prepared, spread, text_of
from bot.store.writer import Writer

R = TypeVar("R")
TOGETHER = 250  # rows in one statement
PREPARED = 512  # one for each statement and number of rows that is common
SPARE = 1024  # pages


class SqliteTx:
    """A transaction on one connection; see engine.Tx."""

    alone = True  # one writer in all processes
    sealed = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def hide(self, text: str) -> str:
        return text

    def _execute(self, query: Query, params: Mapping[str, Any]) -> sqlite3.Cursor:
        sql, values = prepared(query)
        if values is None:
            return self._connection.execute(*bind(sql, params))
        return self._connection.execute(sql, values(params))

    def run(self, query: Query, **params: Any) -> int:
        return self._execute(query, params).rowcount

    def rows(self, query: Query, **params: Any) -> list[Row]:
        cursor = self._execute(query, params)
        # not row by row in a row_factory: the names are the same for all
        found = cursor.fetchall()
        if not found:
            return []
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in found]

    def row(self, query: Query, **params: Any) -> Row | None:
        # all of them, not the first: a RETURNING statement is done only when its rows are read
        cursor = self._execute(query, params)
        found = cursor.fetchall()
        if not found:
            return None
        return dict(zip([column[0] for column in cursor.description], found[0], strict=True))

    def many(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> None:
        text, given = text_of(query), list(rows)
        if not given:
            return
        if ROWS in text:
            sum(self._spread(text, given))
            return
        sql, values = numbered(text)
        self._connection.executemany(sql, [values(row) for row in given])

    def each(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        text, given = text_of(query), list(rows)
        if ROWS in text and len(given) > 1 and self._at_once(text, given):
            return [1] * len(given)
        sql, values = numbered(text)
        execute = self._connection.execute
        return [execute(sql, values(row)).rowcount for row in given]

    def _at_once(self, text: str, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Runs a statement for all rows together; False, and nothing done, unless each of them
        changed one row."""
        self._connection.execute("SAVEPOINT each")
        changed = sum(self._spread(text, rows))
        if changed != len(rows):
            self._connection.execute("ROLLBACK TO each")
        self._connection.execute("RELEASE each")
        return changed == len(rows)

    def _spread(self, text: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[int]:
        """Runs a statement that has a row's place, many rows at once; how many each run changed.

        sqlite3 lets go of the interpreter's lock, and then waits for it, at every step.
        """
        for first in range(0, len(rows), TOGETHER):
            part = rows[first : first + TOGETHER]
            sql, own, shared = spread(text, len(part))
            values = list(chain.from_iterable(map(own, part)))
            values += shared(part[0])
            yield self._connection.execute(sql, values).rowcount

    def shrink(self, pages: int) -> bool:
        """Gives free pages back to the disk, in this transaction; see engine.Store.

        Some stay for what is written next. A file of before auto_vacuum keeps all of them.
        """
        before = self._free()
        much = min(before - SPARE, pages)
        if much > 0:
            self._connection.execute(f"PRAGMA incremental_vacuum({much})").fetchall()
            return SPARE < self._free() < before
        return False

    def secure(self) -> None:
        """From now on this connection overwrites what it deletes."""
        self._connection.execute("PRAGMA secure_delete=ON").fetchall()

    def _free(self) -> int:
        (found,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        return int(found)


class SqliteLine:
    """The writer's connection; see writer.Line."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tx = SqliteTx(self._connection)

    def begin(self) -> SqliteTx:
        # a deferred BEGIN that reads before it writes fails at once beside another writer
        self._connection.execute("BEGIN IMMEDIATE")
        return self._tx

    def mark(self) -> None:
        self._connection.execute("SAVEPOINT job")

    def undo(self) -> bool:
        if not self._connection.in_transaction:  # the disk is full or the like
            return False
        self._connection.execute("ROLLBACK TO job")
        return True

    def keep(self) -> None:
        self._connection.execute("RELEASE job")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    def translate(self, error: BaseException) -> BaseException:
        return translated(error)

    def again(self, error: BaseException) -> bool:
        return False


def translated(error: BaseException) -> BaseException:
    """sqlite3's errors leave the store as StoreFailed."""
    return StoreFailed(str(error)) if isinstance(error, sqlite3.Error) else error


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with this house's pragmas; transactions are begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10,
                                 cached_statements=PREPARED)  # fmt: skip
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # in KB; a reader's pages lie in the system's cache as well
    connection.execute(f"PRAGMA cache_size=-{4000 if read_only else 16000}")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    return connection


class SqliteReader:
    """A read-only connection."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, read_only=True)

    def read(self, fn: Callable[[SqliteTx], R]) -> R:
        """Runs ``fn(tx)``."""
        return fn(SqliteTx(self._connection))

    def close(self) -> None:
        """The end."""
        self._connection.close()


class SqliteStore(PooledStore):
    """The embedded engine; see engine.Store. The file must be migrated already."""

    def __init__(
        self, path: Path, *, readers: int = 4, queue_limit: int = 20_000,
        cipher: Cipher | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        writer = Writer(lambda: SqliteLine(connect(path)), queue_limit)
        super().__init__(writer, [SqliteReader(path) for _ in range(readers)], translated, cipher)

    async def shrink(self, pages: int) -> bool:
        return await self._bare(lambda tx: tx.shrink(pages))

    async def secure(self) -> None:
        """What this store deletes from now on is overwritten on the disk."""
        await self._bare(SqliteTx.secure)
