"""What a backup says about itself, and whether that is true."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import OneVoiceError
from bot.store.digest import Digest
from bot.store.engine import ForeignDatabase
from bot.store.shelf import SqliteShelf, Tell, differing, digests, opened, silent

_TABLES = ("manifest", "manifest_table")
_MAKE = (
    "CREATE TABLE manifest (made_at BIGINT NOT NULL, product TEXT NOT NULL,"
    " migration INTEGER NOT NULL, engine TEXT NOT NULL)",
    "CREATE TABLE manifest_table (name TEXT PRIMARY KEY, rows BIGINT NOT NULL, hash TEXT NOT NULL)",
)


class Damaged(OneVoiceError):
    """The file does not hold what it says; take another backup."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """When a backup was made, by which version, of which schema and engine; its tables."""

    made_at: int
    product: str
    migration: int
    engine: str
    tables: Mapping[str, Digest]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(digest.rows for digest in self.tables.values())


def write(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Puts the manifest into the file."""
    for sql in _MAKE:
        connection.execute(sql)
    head = [manifest.made_at, manifest.product, manifest.migration, manifest.engine]
    connection.execute("INSERT INTO manifest VALUES (?, ?, ?, ?)", head)
    tables = [(name, digest.rows, digest.hash) for name, digest in manifest.tables.items()]
    connection.executemany("INSERT INTO manifest_table VALUES (?, ?, ?)", tables)


def remove(connection: sqlite3.Connection) -> None:
    """What is restored is a database like any other."""
    for table in _TABLES:
        connection.execute(f'DROP TABLE "{table}"')


def read(connection: sqlite3.Connection, path: Path) -> Manifest:
    """The manifest of a backup. Raises ForeignDatabase when the file is none."""
    try:
        head = connection.execute("SELECT * FROM manifest").fetchone()
        rows = connection.execute("SELECT name, rows, hash FROM manifest_table").fetchall()
    except sqlite3.OperationalError:
        head = None
    if head is None:
        raise ForeignDatabase(f"{path} is no backup; 'onevoice backup FILE' makes one")
    made_at, product, migration, engine = head
    tables = {name: Digest(count, int(hash, 16)) for name, count, hash in rows}
    return Manifest(made_at=made_at, product=product, migration=migration, engine=engine,
                    tables=tables)  # fmt: skip


def verify(path: Path, tell: Tell = silent) -> Manifest:
    """Opens a backup and compares every row with the manifest.

    Raises ForeignDatabase when it is not ours or newer, Damaged when it is not whole.
    """
    with opened(path) as connection:
        found = read(connection, path)
        sound(connection, path)
        other = differing(found.tables, digests(SqliteShelf(connection), tell))
    if other:
        raise Damaged(f"{path}: the rows of {', '.join(other)} are not those that were saved")
    return found


def sound(connection: sqlite3.Connection, path: Path) -> None:
    """The file's structure is whole. Raises Damaged."""
    (word,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if word != "ok":
        raise Damaged(f"{path}: {' '.join(str(word).split())}")
