"""One database as tables of rows, to be copied and compared: what both engines can show."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.store.digest import Digest
from bot.store.engine import ForeignDatabase
from bot.store.migrate import OWNER, refuse_newer
from bot.store.tables import CARRIED, LEDGER

PAGE = 1000  # rows
Values = Sequence[Any]
# Called with what is being done, how far it has come, and how far it goes.
Tell = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Tells nobody."""


class Shelf(Protocol):
    """One consistent view of a database."""

    def tables(self) -> dict[str, tuple[str, ...]]:
        """The carried tables that exist, each with its columns by name."""
        ...

    def count(self, table: str) -> int:
        """Rows of a table."""
        ...

    def pages(self, table: str, columns: Sequence[str]) -> Iterator[list[Values]]:
        """All rows, a bounded number at a time, in any order."""
        ...


def digests(shelf: Shelf, tell: Tell = silent, what: str = "verifying") -> dict[str, Digest]:
    """The fingerprint of every carried table."""
    return dict(walk(shelf, lambda *_: None, tell, what))


Put = Callable[[str, Sequence[str], Sequence[Values]], None]


def walk(shelf: Shelf, put: Put, tell: Tell, what: str) -> Iterator[tuple[str, Digest]]:
    """Hands every page to ``put(table, columns, rows)``; yields each table with its fingerprint."""
    tables = shelf.tables()
    counts = {table: shelf.count(table) for table in tables}
    total, done = sum(counts.values()), 0
    for table, columns in tables.items():
        digest = Digest()
        for rows in shelf.pages(table, columns) if counts[table] else ():
            put(table, columns, rows)
            digest = digest.add(rows)
            done += len(rows)
            tell(what, done, total)
        yield table, digest


def differing(before: Mapping[str, Digest], after: Mapping[str, Digest]) -> list[str]:
    """Tables that are not equal."""
    return sorted(t for t in before.keys() | after.keys() if before.get(t) != after.get(t))


class SqliteShelf:
    """A SQLite file, read through one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> dict[str, tuple[str, ...]]:
        found = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {name for (name,) in found}
        return {table: self._columns(table) for table in CARRIED if table in names}

    def _columns(self, table: str) -> tuple[str, ...]:
        rows = self._connection.execute("SELECT name FROM pragma_table_info(?)", [table])
        return tuple(sorted(name for (name,) in rows))

    def count(self, table: str) -> int:
        (found,) = self._connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()
        return int(found)

    def pages(self, table: str, columns: Sequence[str]) -> Iterator[list[Values]]:
        cursor = self._connection.execute(f'SELECT {quoted(columns)} FROM "{table}"')
        while rows := cursor.fetchmany(PAGE):
            yield rows


def quoted(columns: Sequence[str]) -> str:
    """Names of columns for a sentence."""
    return ", ".join(f'"{name}"' for name in columns)


def insert(connection: sqlite3.Connection) -> Put:
    """Writes pages into the tables of a SQLite file; the caller opens the transaction."""

    def put(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        marks = ", ".join("?" * len(columns))
        sql = f'INSERT INTO "{table}" ({quoted(columns)}) VALUES ({marks})'
        connection.executemany(sql, rows)

    return put


@contextmanager
def opened(path: Path, *, writable: bool = False) -> Iterator[sqlite3.Connection]:
    """A plain connection: rows as tuples, transactions begun by hand.

    Raises ForeignDatabase when the file is none of ours, is newer, or is no database.
    """
    if not path.is_file():
        raise ForeignDatabase(f"{path}: there is no such database")
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            if not writable:
                connection.execute("PRAGMA query_only=ON")
            _refuse_foreign(connection, path)
            yield connection
    except sqlite3.Error as exc:
        raise ForeignDatabase(f"{path}: {exc}") from None


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ours = set(LEDGER) <= {name for (name,) in found}
    if not ours or connection.execute("SELECT name FROM owner").fetchall() != [(OWNER,)]:
        raise ForeignDatabase(f"{path} is no database of OneVoice; name another file")
    refuse_newer(ledger(connection), str(path))


def ledger(connection: sqlite3.Connection) -> set[int]:
    """Numbers of the migrations that a file has."""
    return {number for (number,) in connection.execute("SELECT number FROM migration")}
