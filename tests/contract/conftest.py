"""Every test here runs once per engine, on a fresh and migrated database."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

from bot.store.engine import Row, Store, Tx
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore

P = ParamSpec("P")
R = TypeVar("R")
NOW = 1_790_000_000_000

# A second engine joins by name: an entry here, and its Bench in ``BENCHES``.
ENGINES = ["sqlite"]


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


BENCHES = {"sqlite": SqliteBench}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that each test copies."""
    path = tmp_path_factory.mktemp("template") / "test.db"
    migrate_sqlite(path, NOW)
    return path


@pytest.fixture(params=ENGINES)
def db(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Bench]:
    bench = BENCHES[request.param](migrated, tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def store(db: Bench) -> Store:
    return db.store
