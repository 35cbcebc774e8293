"""Where a store's time goes: seconds by query, by function, and in commits."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.store.engine import Row, Store, Tx
from bot.store.sqlite import SqliteLine

P = ParamSpec("P")
R = TypeVar("R")


class TimedTx:
    """A transaction that notes how long each query takes; see engine.Tx."""

    def __init__(self, tx: Tx, spent: Counter[str]) -> None:
        self._tx, self._spent = tx, spent

    @property
    def alone(self) -> bool:
        return self._tx.alone

    def _note(self, query: str, run: Callable[[], R]) -> R:
        began = perf_counter()
        found = run()
        self._spent[query] += perf_counter() - began  # type: ignore[assignment]
        return found

    def run(self, query: str, **params: Any) -> int:
        return self._note(query, lambda: self._tx.run(query, **params))

    def rows(self, query: str, **params: Any) -> list[Row]:
        return self._note(query, lambda: self._tx.rows(query, **params))

    def row(self, query: str, **params: Any) -> Row | None:
        return self._note(query, lambda: self._tx.row(query, **params))

    def many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        return self._note(query, lambda: self._tx.many(query, rows))

    def each(self, query: str, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        return self._note(query, lambda: self._tx.each(query, rows))


class TimedStore:
    """A store whose writes note where their time goes, in ``spent``; see engine.Store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.spent: Counter[str] = Counter()

    async def write(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        def timed(tx: Tx) -> R:
            began = perf_counter()
            found = fn(TimedTx(tx, self.spent), *args, **kwargs)
            name = f"in {getattr(fn, '__name__', 'a function')}"
            self.spent[name] += perf_counter() - began  # type: ignore[assignment]
            return found

        return await self._store.write(timed)

    async def offer(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self.write(fn, *args, **kwargs)

    async def read(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self._store.read(fn, *args, **kwargs)

    async def shrink(self, pages: int) -> bool:
        return await self._store.shrink(pages)

    def close(self) -> None:
        self._store.close()


@contextlib.contextmanager
def commits_timed() -> Iterator[dict[str, float]]:
    """Seconds in commits, and how many there were, while the block runs."""
    found, commit = {"commit": 0.0, "commits": 0.0}, SqliteLine.commit

    def timed(line: SqliteLine) -> None:
        began = perf_counter()
        commit(line)
        found["commit"] += perf_counter() - began
        found["commits"] += 1

    setattr(SqliteLine, "commit", timed)  # noqa: B010
    try:
        yield found
    finally:
        setattr(SqliteLine, "commit", commit)  # noqa: B010
