"""``tests.contract.held`` for PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from psycopg.pq import TransactionStatus

from bot.store.pgline import Connection, PgLine, PgTx, reach, translated
from bot.store.pooled import PooledStore
from bot.store.postgres import BATCH, PostgresStore, Reader
from bot.store.writer import Writer
from tests.contract.held import LIMIT, READERS, Shelf, taken

R = TypeVar("R")


class HeldLine(PgLine):
    """A writer's connection that goes back to its shelf."""

    def __init__(self, url: str, shelf: Shelf[Connection]) -> None:
        super().__init__(url)
        self._shelf = shelf

    def begin(self) -> PgTx:
        if self._connection is None and self._shelf.writers:
            self._connection = self._shelf.writers.pop()
        return super().begin()

    def close(self) -> None:
        if self._shelf.over and sound(self._connection):
            self._shelf.writers.append(self._open)
            self._connection = None
        super().close()


class HeldReader(Reader):
    """A reader's."""

    def __init__(self, url: str, shelf: Shelf[Connection]) -> None:
        super().__init__(url)
        self._shelf = shelf

    def read(self, fn: Callable[[PgTx], R]) -> R:
        if self._connection is None:
            new = self._url
            self._connection = taken(self._shelf.readers, lambda: reach(new, read_only=True))
        return super().read(fn)

    def close(self) -> None:
        if self._shelf.over and sound(self._connection):
            assert self._connection is not None
            self._shelf.readers.append(self._connection)
            self._connection = None
        super().close()


class HeldStore(PostgresStore):
    """PostgreSQL with the connections of a shelf."""

    def __init__(self, url: str, shelf: Shelf[Connection]) -> None:
        self.url = url
        writer = Writer(lambda: HeldLine(url, shelf), LIMIT, BATCH)
        readers = [HeldReader(url, shelf) for _ in range(READERS)]
        PooledStore.__init__(self, writer, readers, translated)


def sound(connection: Connection | None) -> bool:
    """Open, and in no transaction."""
    return (
        connection is not None and not connection.closed
        and connection.info.transaction_status == TransactionStatus.IDLE
    )  # fmt: skip
