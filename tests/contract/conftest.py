"""Every test here runs once per engine, on a fresh and migrated database."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pytest

from bot.store.engine import Row, Store, Tx
from bot.store.sqlite import SqliteStore
from tests.template import NOW as NOW

if TYPE_CHECKING:
    from tests.contract.pool import Pool  # its driver is not installed everywhere

P = ParamSpec("P")
R = TypeVar("R")

ENGINES = ["sqlite", "postgres"]


class Bench:
    """One fresh database: its store, used from plain tests, and its rows seen from outside."""

    store: Store

    def write(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        return asyncio.run(self.store.write(fn, *a, **k))

    def read(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        return asyncio.run(self.store.read(fn, *a, **k))

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


class PostgresBench(Bench):
    def __init__(self, pool: Pool) -> None:
        from bot.store.postgres import PostgresStore

        self._pool, self._lent = pool, pool.take()
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
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    bench: Bench
    if request.param == "sqlite":
        bench = SqliteBench(request.getfixturevalue("migrated"), tmp_path)
    else:
        bench = PostgresBench(request.getfixturevalue("pg_pool"))
    yield bench
    bench.close()


@pytest.fixture
def store(db: Bench) -> Store:
    return db.store
