"""The database of a world: what config.toml says about it, and its rows seen from outside."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.contract import server
from tests.contract.server import Server

Row = dict[str, Any]
ENGINES = ("sqlite", "postgres")


class Engine(Protocol):
    """One database, empty at first."""

    def settings(self) -> str:
        """The keys of [store] in config.toml."""
        ...

    def rows(self, sql: str) -> list[Row]:
        """What is committed."""
        ...


class Sqlite:
    """The embedded engine; ``data`` is the data folder of the product."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def settings(self) -> str:
        return f'data = "{self.data}"'

    def rows(self, sql: str) -> list[Row]:
        with contextlib.closing(sqlite3.connect(self.data / "onevoice.db", timeout=20)) as found:
            found.row_factory = sqlite3.Row
            return [dict(row) for row in found.execute(sql)]

    def outsider(self) -> sqlite3.Connection:
        """A second writer, as a shell beside the product would be."""
        return sqlite3.connect(self.data / "onevoice.db", isolation_level=None, timeout=20)


class Postgres:
    """A database on a private server, which can be stopped at once and started again."""

    def __init__(self, running: Server, name: str = "storm") -> None:
        self.server, self.url = running, running.url(running.create(name, "migrated"))

    def settings(self) -> str:
        return f'url = "{self.url}"'

    def rows(self, sql: str) -> list[Row]:
        import psycopg
        from psycopg.rows import dict_row

        with psycopg.connect(self.url, row_factory=dict_row) as found:
            return found.execute(sql.encode()).fetchall()


@contextlib.contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """A database of this kind; the test is skipped with a reason where there is no PostgreSQL."""
    if kind == "sqlite":
        yield Sqlite(folder / "data")
        return
    if server.missing():
        pytest.skip(f"PostgreSQL is not tested: {server.missing()}")
    # as it is installed: what dies in minutes of a storm is cleared away meanwhile
    with server.running(autovacuum="on") as running:
        yield Postgres(running)
