"""A store without threads, for one process that plays a month through: each write is done when the
call returns, so that what happens never hangs on who was faster."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.store.sqlite import SqliteLine, connect, translated
from bot.store.writer import safe

P = ParamSpec("P")
R = TypeVar("R")
# Nothing of a rehearsal must survive a crash.
BRIEFLY = ("PRAGMA locking_mode=EXCLUSIVE", "PRAGMA synchronous=OFF", "PRAGMA temp_store=MEMORY",
           "PRAGMA journal_mode=MEMORY", "PRAGMA cache_size=-200000",
           "PRAGMA secure_delete=OFF", "PRAGMA cache_spill=OFF")  # fmt: skip


class StraightStore:
    """SQLite on the caller's thread; see engine.Store. The file must be migrated already, belongs
    to this store alone while it is open, and may be lost with a crash: each write is a savepoint of
    one long transaction, which ``flush`` ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = connect(path)
        for pragma in BRIEFLY:
            self._connection.execute(pragma).fetchall()
        self._line = SqliteLine(self._connection)
        self._tx = self._line.begin()

    async def write(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        self._line.mark()
        try:
            done = fn(self._tx, *args, **kwargs)
        except BaseException as error:
            self._line.undo()
            self._line.keep()
            if isinstance(error, sqlite3.Error | StopIteration):
                raise safe(translated(error)) from error
            raise
        self._line.keep()
        return done

    def flush(self) -> None:
        """What was written until now goes into the file."""
        self._line.commit()
        self._line.begin()

    async def offer(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self.write(fn, *args, **kwargs)

    async def read(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        try:
            return fn(self._tx, *args, **kwargs)
        except sqlite3.Error as error:
            raise translated(error) from error

    async def shrink(self, pages: int) -> bool:
        return False

    def close(self) -> None:
        self._line.commit()
        self._line.close()
