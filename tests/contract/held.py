"""Stores whose connections stay open from one test to the next: opening one costs more than most
tests do.

What such a store does with a connection that broke or went stale is as ever: it opens a new one.
Only at the end, when its bench is closed, what is sound lies where the next one looks first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.store.pooled import PooledStore
from bot.store.sqlite import SqliteLine, SqliteReader, SqliteStore, connect, translated
from bot.store.writer import Writer

if TYPE_CHECKING:
    from bot.store.engine import Store

C = TypeVar("C")
LIMIT = 20_000
READERS = 2


@dataclass
class Shelf(Generic[C]):
    """Sound connections to one database that nobody uses; ``over`` while a bench is closed."""

    writers: list[C] = field(default_factory=list)
    readers: list[C] = field(default_factory=list)
    over: bool = False

    def finish(self, store: Store) -> None:
        """Closes a store of this shelf; its connections come back."""
        self.over = True
        store.close()
        self.over = False

    def all(self) -> list[C]:
        return [*self.writers, *self.readers]

    def empty(self) -> list[C]:
        """All of them; nothing is left."""
        found = self.all()
        self.writers.clear()
        self.readers.clear()
        return found


def taken(free: list[C], new: Callable[[], C]) -> C:
    """One that lies there, else a new one. Several threads may ask at once."""
    try:
        return free.pop()
    except IndexError:
        return new()


class LiteLine(SqliteLine):
    """A writer's connection that goes back to its shelf."""

    def __init__(self, path: Path, shelf: Shelf[sqlite3.Connection]) -> None:
        super().__init__(taken(shelf.writers, lambda: connect(path)))
        self._shelf = shelf

    def close(self) -> None:
        if self._shelf.over and not self._connection.in_transaction:
            self._shelf.writers.append(self._connection)
        else:
            super().close()


class LiteReader(SqliteReader):
    """A reader's."""

    def __init__(self, path: Path, shelf: Shelf[sqlite3.Connection]) -> None:
        self._connection = taken(shelf.readers, lambda: connect(path, read_only=True))
        self._shelf = shelf

    def close(self) -> None:
        if self._shelf.over and not self._connection.in_transaction:
            self._shelf.readers.append(self._connection)
        else:
            super().close()


class LiteStore(SqliteStore):
    """SQLite with the connections of a shelf."""

    def __init__(self, path: Path, shelf: Shelf[sqlite3.Connection]) -> None:
        self.path = path
        writer = Writer(lambda: LiteLine(path, shelf), LIMIT)
        readers = [LiteReader(path, shelf) for _ in range(READERS)]
        PooledStore.__init__(self, writer, readers, translated)
