"""Long lists of ids, a part at a time: no engine takes any number of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from bot.store.engine import Row, Tx

T = TypeVar("T")
PAGE = 500


def parts(values: Iterable[T], n: int = PAGE) -> Iterator[list[T]]:
    """``n`` at a time, the last part maybe fewer; nothing of an empty list."""
    rest = iter(values)
    while part := list(islice(rest, n)):
        yield part


def listed(tx: Tx, query: str, name: str, values: Iterable[str], **more: object) -> Iterator[Row]:
    """All rows of a query whose list ``name`` is of any length. Rows are in order within a part."""
    for part in parts(values):
        yield from tx.rows(query, **{name: part}, **more)
