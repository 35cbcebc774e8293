"""Every test here runs once per engine, on a fresh and migrated database."""

from __future__ import annotations

import asyncio
import atexit
import functools
import shutil
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pytest

from bot.store.engine import Row, Store, Tx
from bot.store.sqlite import SqliteStore
from tests.contract.held import LiteStore
from tests.contract.lite import files
from tests.template import NOW as NOW

if TYPE_CHECKING:
    from tests.contract.pool import Pool  # its driver is not installed everywhere

P = ParamSpec("P")
R = TypeVar("R")

ENGINES = ["sqlite", "postgres"]


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


def run(coroutine: Coroutine[Any, Any, R]) -> R:
    """As ``asyncio.run`` without a loop of its own: making one costs as much as most writes do."""
    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(coroutine)
    return _loop().run_until_complete(coroutine)


class Bench:
    """One fresh database: its store, used from plain tests, and its rows seen from outside."""

    store: Store

    def write(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        return run(self.store.write(fn, *a, **k))

    def read(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        return run(self.store.read(fn, *a, **k))

    def look(self, sql: str, *values: Any) -> list[Row]:
        """Committed rows, read past the store."""
        raise NotImplementedError

    def states(self, table: str, column: str = "state") -> dict[Any, str]:
        """State by id of every row."""
        return {r["id"]: r[column] for r in self.look(f"SELECT id, {column} FROM {table}")}

    def close(self) -> None:
        self.store.close()


class SqliteBench(Bench):
    def __init__(self, template: Path, folder: Path) -> None:
        self.path = folder / "test.db"
        shutil.copy(template, self.path)
        self.store: SqliteStore = SqliteStore(self.path, readers=2)

    def look(self, sql: str, *values: Any) -> list[Row]:
        connection = sqlite3.connect(self.path)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()


class KeptBench(SqliteBench):
    """A file that goes to the next test, with its connections, unless somebody asks where it is."""

    def __init__(self) -> None:
        self._kept = files().take()
        self._known = False
        self.store = LiteStore(self._kept.path, self._kept.shelf)

    @property
    def path(self) -> Path:  # type: ignore[override]
        self._known = True
        return self._kept.path

    def look(self, sql: str, *values: Any) -> list[Row]:
        cursor = self._kept.outside.execute(sql, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def close(self) -> None:
        self._kept.shelf.finish(self.store)
        files().give(self._kept, known=self._known)


class PostgresBench(Bench):
    """Whoever has it may do with the server and its connections what he likes."""

    def __init__(self, pool: Pool) -> None:
        from bot.store.postgres import PostgresStore

        self._pool, self._lent = pool, pool.take()
        self._lent.bare()
        self.url, self._outside = self._lent.url, self._lent.outside
        self.store: PostgresStore = PostgresStore(self.url, readers=2)

    def look(self, sql: str, *values: Any) -> list[Row]:
        text = sql.replace("%", "%%").replace("?", "%s").encode()
        return self._outside.execute(text, values).fetchall()

    def close(self) -> None:
        self.store.close()
        if self._outside is not self._lent.outside:
            self._outside.close()
        self._pool.give(self._lent)


class HeldBench(PostgresBench):
    """A database that goes to the next test, with its connections; its shape is looked at where
    somebody asks for its address."""

    def __init__(self, pool: Pool) -> None:
        from tests.contract.pgheld import HeldStore

        self._pool, self._lent = pool, pool.take()
        self._outside, self._known = self._lent.outside, False
        self.store = HeldStore(self._lent.url, self._lent.shelf)

    @property
    def url(self) -> str:  # type: ignore[override]
        self._known = True
        return self._lent.url

    def close(self) -> None:
        self._lent.shelf.finish(self.store)
        self._pool.give(self._lent, known=self._known)


@pytest.fixture
def pg(pg_pool: Pool) -> Iterator[PostgresBench]:
    """A fresh database for what concerns PostgreSQL alone."""
    bench = PostgresBench(pg_pool)
    yield bench
    bench.close()


@pytest.fixture
def other(pg: PostgresBench) -> Iterator[Store]:
    """The database of ``pg`` as another process has it."""
    from bot.store.postgres import PostgresStore

    store = PostgresStore(pg.url, readers=1)
    yield store
    store.close()


@pytest.fixture(params=ENGINES)
def db(request: pytest.FixtureRequest) -> Iterator[Bench]:
    bench: Bench
    if request.param == "sqlite":
        bench = KeptBench()
    else:
        bench = HeldBench(request.getfixturevalue("pg_pool"))
    yield bench
    bench.close()


@pytest.fixture
def store(db: Bench) -> Store:
    return db.store
