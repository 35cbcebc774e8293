"""What both engines promise.

A write is a synchronous function whose first parameter is an open transaction; it cannot await,
so no transaction ever spans a network call. Its effects are on disk when the await returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.core.errors import OneVoiceError
from bot.store.sql import Query

P = ParamSpec("P")
R = TypeVar("R")
Row = dict[str, Any]


class StoreFailed(OneVoiceError):
    """The database refused or could not write; nothing of this write was kept."""


class ForeignDatabase(OneVoiceError):
    """The file or database is not ours, or is newer than this program."""


class Tx(Protocol):
    """An open transaction. Queries are known by name, or composed of named ones."""

    @property
    def alone(self) -> bool:
        """True where nobody else can write until this transaction ends: no row need be held."""
        ...

    @property
    def sealed(self) -> bool:
        """True where words lie sealed: no sentence can look into them."""
        ...

    def hide(self, text: str) -> str:
        """A person's words on their way into a column that holds the product's own otherwise."""
        ...

    def run(self, query: Query, **params: Any) -> int:
        """Runs one statement; number of rows it changed."""
        ...

    def rows(self, query: Query, **params: Any) -> list[Row]:
        """All rows of a query, RETURNING included."""
        ...

    def row(self, query: Query, **params: Any) -> Row | None:
        """The first row, or None."""
        ...

    def many(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> None:
        """One statement for many parameter sets."""
        ...

    def each(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        """One statement for many parameter sets; how many rows each of them changed."""
        ...


class Store(Protocol):
    """A database that takes writes as functions."""

    async def write(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """Runs ``fn(tx, …)``; returns after commit. Raises what ``fn`` raised, or StoreFailed."""
        ...

    async def offer(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """As ``write``, for what comes from outside and comes again: raises Busy at once when too
        many writes wait. Work that is under way here is bounded by its slots and always waits."""
        ...

    async def read(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """Runs ``fn(tx, …)`` on a read-only connection."""
        ...

    async def shrink(self, pages: int) -> bool:
        """Gives up to ``pages`` free pages back to the disk; True when there may be more.

        False at once where the server does it by itself.
        """
        ...

    def close(self) -> None:
        """Commits what waits, then closes. Safe to call twice."""
        ...
