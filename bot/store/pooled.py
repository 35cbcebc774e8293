"""A store on threads: one writer with group commit, and a pool of read-only connections."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.store.cipher import Cipher
from bot.store.engine import StoreFailed
from bot.store.sealing import Sealing
from bot.store.writer import Writer, safe

P = ParamSpec("P")
R = TypeVar("R")


class Reader(Protocol):
    """One read-only connection, used by one thread at a time."""

    def read(self, fn: Callable[[Any], R]) -> R:
        """Runs ``fn(tx)``."""
        ...

    def close(self) -> None:
        """The end."""
        ...


class PooledStore:
    """What both engines share; see engine.Store. ``translate`` makes a driver's error ours;
    ``cipher`` is there where the words of the database are sealed."""

    def __init__(
        self,
        writer: Writer,
        readers: Sequence[Reader],
        translate: Callable[[BaseException], BaseException],
        cipher: Cipher | None = None,
    ) -> None:
        self._cipher = cipher
        self._writer, self._readers, self._translate = writer, readers, translate
        self._closed = False
        self._idle: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        for reader in readers:
            self._idle.put(reader)
        self._pool = ThreadPoolExecutor(len(readers), thread_name_prefix="reader")

    async def write(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        done: R = await self._writer.write(self._job(lambda tx: fn(tx, *args, **kwargs)))
        return done

    async def _bare(self, fn: Callable[[Any], R]) -> R:
        """A write of the engine's own, which seals nothing."""
        done: R = await self._writer.write(fn)
        return done

    def _job(self, fn: Callable[[Any], R]) -> Callable[[Any], R]:
        cipher = self._cipher
        return fn if cipher is None else lambda tx: fn(Sealing(tx, cipher))

    async def offer(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        self._writer.require_room()
        return await self.write(fn, *args, **kwargs)

    async def read(
        self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        if self._closed:
            raise StoreFailed("the store is closed")
        run = asyncio.get_running_loop().run_in_executor
        return await run(self._pool, self._read,
                         self._job(lambda tx: fn(tx, *args, **kwargs)))  # fmt: skip

    async def shrink(self, pages: int) -> bool:
        return False

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        self._pool.shutdown()
        for reader in self._readers:
            reader.close()

    def _read(self, fn: Callable[[Any], R]) -> R:
        reader = self._idle.get()
        try:
            return reader.read(fn)
        except BaseException as error:
            raise safe(self._translate(error)) from None
        finally:
            self._idle.put(reader)
