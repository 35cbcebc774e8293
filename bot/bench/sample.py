"""What the benchmarks run on: the sample brand of this folder tree, and databases for a while."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import bot
from bot.bench.frame import BenchFailed
from bot.core.config import Config, load_config
from bot.core.errors import BadInput
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore

NOW = 1_790_000_000_000
R = TypeVar("R")


def brand() -> Config:
    """The configuration of the sample brand. Raises BenchFailed where it does not lie."""
    home = Path(bot.__file__).parents[1]
    try:
        return load_config(home / "config.toml")
    except BadInput as exc:
        raise BenchFailed(f"the sample brand is needed: {exc}") from None


class Desk:
    """A store used from plain code, one call after another, and where its file lies."""

    def __init__(self, store: SqliteStore, path: Path, runner: asyncio.Runner) -> None:
        self.store, self.path, self.runner = store, path, runner

    def write(self, fn: Callable[..., R], *args: Any) -> R:
        """Runs ``fn(tx, …)`` and waits for the commit."""
        return self.runner.run(self.store.write(fn, *args))

    def read(self, fn: Callable[..., R], *args: Any) -> R:
        """Runs ``fn(tx, …)`` on a reader."""
        return self.runner.run(self.store.read(fn, *args))


@contextmanager
def database() -> Iterator[Desk]:
    """A fresh SQLite database in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="onevoice-bench-") as folder:
        path = Path(folder) / "bench.db"
        migrate_sqlite(path, NOW)
        store = SqliteStore(path, readers=1)
        try:
            with asyncio.Runner() as runner:
                yield Desk(store, path, runner)
        finally:
            store.close()


def fill(
    desk: Desk, put: Callable[..., None], rows: int, step: int, *args: Any,
    told: Callable[[int], None] = lambda done: None,
) -> None:  # fmt: skip
    """Calls ``put(tx, first, last, …)`` for the numbers 1 to ``rows``, ``step`` at a time."""
    for first in range(1, rows + 1, step):
        last = min(first + step - 1, rows)
        desk.write(put, first, last, *args)
        told(last)
