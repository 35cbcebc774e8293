"""A transaction on a database whose words are sealed: what a sentence writes into a sealed column,
or holds against one, is sealed as it is bound, and what comes back is opened.

Which parameters that are follows from the sentence (``reading.py``) and the columns
(``sealed.py``). Where no key is configured none of this is in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from bot.store.cipher import Cipher
from bot.store.engine import Row, Tx
from bot.store.reading import uses
from bot.store.sealed import SEALED, Seal
from bot.store.sql import Query, text_of

Plan = tuple[tuple[str, Seal], ...]  # parameters, and how each is sealed


@lru_cache(maxsize=2_048)
def plan(sql: str) -> Plan:
    """The parameters to be sealed, and how. Raises ValueError where one meets columns that are
    sealed in different ways: it takes two parameters then."""
    found: dict[str, Seal | None] = {}
    for use in uses(sql):
        table, name = use.column
        seal = SEALED.get(table, {}).get(name)
        if found.setdefault(use.param, seal) is not seal:
            raise ValueError(f":{use.param} meets columns that are sealed in different ways")
    return tuple((param, seal) for param, seal in found.items() if seal)


def dressed(tx: Tx, cipher: Cipher | None) -> Tx:
    """The transaction itself where nothing is sealed."""
    return tx if cipher is None else Sealing(tx, cipher)


class Sealing:
    """Stands before the transaction of an engine, and is one."""

    sealed = True

    def __init__(self, inner: Tx, cipher: Cipher) -> None:
        self._inner, self._cipher = inner, cipher
        self.alone = inner.alone

    def _bound(self, query: Query, params: dict[str, Any]) -> dict[str, Any]:
        for name, seal in plan(text_of(query)):
            if value := params[name]:
                params[name] = self._cipher.close(seal, value)
        return params

    def hide(self, text: str) -> str:
        hidden: str = self._cipher.close(Seal.EQUAL, text)
        return hidden

    def run(self, query: Query, **params: Any) -> int:
        return self._inner.run(query, **self._bound(query, params))

    def rows(self, query: Query, **params: Any) -> list[Row]:
        return self._cipher.shown(self._inner.rows(query, **self._bound(query, params)))

    def row(self, query: Query, **params: Any) -> Row | None:
        row = self._inner.row(query, **self._bound(query, params))
        return row and self._cipher.shown([row])[0]

    def many(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> None:
        self._inner.many(query, self._all(query, rows))

    def each(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        return self._inner.each(query, self._all(query, rows))

    def _all(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
        found = plan(text_of(query))
        return [self._closed(found, row) for row in rows] if found else rows

    def _closed(self, found: Plan, row: Mapping[str, Any]) -> Mapping[str, Any]:
        # most rows of a trail have nothing to seal
        sealed = {name: self._cipher.close(seal, value) for name, seal in found
                  if (value := row[name])}  # fmt: skip
        return {**row, **sealed} if sealed else row
