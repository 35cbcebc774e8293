"""Numbered migrations, each applied together with its ledger row.

A database that is not ours, or newer than this program, is refused with a sentence.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable
from pathlib import Path

import sqlite_utils

from bot.store.engine import ForeignDatabase
from bot.store.sql import migrations, statements

OWNER = "onevoice"
_TYPES = {"$ID": "INTEGER PRIMARY KEY", "$CLUSTERED": "WITHOUT ROWID"}


def migrate(where: Path | str, now: int) -> list[str]:
    """Brings a file (a path) or a PostgreSQL database (an address) up to date.

    Names of the migrations that were applied. Raises ForeignDatabase.
    """
    if isinstance(where, Path):
        return migrate_sqlite(where, now)
    from bot.store.pgmigrate import migrate_postgres  # its driver is not installed everywhere

    return migrate_postgres(where, now)


def migrate_sqlite(path: Path, now: int, only: Container[int] | None = None) -> list[str]:
    """Brings the file up to date; names of the migrations that were applied.

    Safe beside a running service: each migration is one immediate transaction. ``only``: numbers of
    the migrations that a new file is to have.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    except sqlite3.OperationalError as exc:
        raise ForeignDatabase(f"{path}: {exc}") from None
    database = sqlite_utils.Database(connection)
    try:
        known = _known(database, path)  # most starts find nothing to do
        # only heard by a new file: what is deleted can be given back to the disk page by page
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        database.enable_wal()
        connection.execute("PRAGMA synchronous=FULL")
        return [
            name for number, name, sql in migrations()
            if number not in known and (only is None or number in only)
            and _apply(database, number, name, sql, now)
        ]  # fmt: skip
    except sqlite3.DatabaseError as exc:
        raise ForeignDatabase(f"{path}: {exc}; is this a OneVoice database?") from None
    finally:
        database.close()


def _known(database: sqlite_utils.Database, path: Path) -> set[int]:
    """Numbers of the migrations applied so far. Raises ForeignDatabase."""
    tables = set(database.table_names())
    if not tables:
        return set()
    ours = {"migration", "owner"} <= tables
    if not ours or [row.get("name") for row in database["owner"].rows] != [OWNER]:
        raise ForeignDatabase(f"{path} belongs to another program; name another data folder")
    numbers = {row["number"] for row in database["migration"].rows}
    refuse_newer(numbers, str(path))
    return numbers


def refuse_newer(applied: Iterable[int], where: str) -> None:
    """Raises ForeignDatabase when the ledger's newest migration is not known here."""
    newest = max(applied, default=0)
    if newest and newest not in {number for number, _, _ in migrations()}:
        raise ForeignDatabase(
            f"{where} was written by a newer OneVoice (migration {newest}); upgrade this one"
        )


def _apply(database: sqlite_utils.Database, number: int, name: str, sql: str, now: int) -> bool:
    connection = database.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        _ledger(connection)
        if connection.execute("SELECT 1 FROM migration WHERE number = ?", [number]).fetchone():
            connection.execute("COMMIT")
            return False
        for statement in statements(sql):
            for mark, text in _TYPES.items():
                statement = statement.replace(mark, text)
            connection.execute(statement)
        connection.execute("INSERT INTO migration VALUES (?, ?, ?)", [number, name, now])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return True


def _ledger(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migration"
        " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
    )
    connection.execute("CREATE TABLE IF NOT EXISTS owner (name TEXT PRIMARY KEY)")
    connection.execute("INSERT INTO owner SELECT ? WHERE NOT EXISTS (SELECT 1 FROM owner)", [OWNER])
