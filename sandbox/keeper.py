"""Keeps the world on disk: a snapshot soon after changes, and one at the end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
import time
import warnings
from pathlib import Path

from sandbox.world import snapshot
from sandbox.world.model import Store
from sandbox.world.world import World

DEBOUNCE_S = 0.5
# where there is no fork, the loop waits: at most this part of the time
SHARE = 0.05
FORKS = sys.platform == "linux"
OPEN_FILES = 65_536


class Keeper:
    """Writes a snapshot about half a second after a change."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._folder = folder
        self._saved = -1
        self._task: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    def start(self) -> None:
        self._task = asyncio.ensure_future(self._watch())

    async def stop(self) -> None:
        """Wait for the snapshot that is being written, then write what changed last."""
        self._over.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        if self._world.version != self._saved:
            snapshot.write(self._folder, snapshot.dump(self._world.store))

    async def _watch(self) -> None:
        pause = DEBOUNCE_S
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), pause)
                return
            if self._world.version != self._saved:
                pause = max(DEBOUNCE_S, await self.save() / SHARE)

    async def save(self) -> float:
        """Write one snapshot; for how long the loop stood still."""
        started, version = time.perf_counter(), self._world.version
        if FORKS:
            child = fork_and_write(self._folder, self._world.store)
            spent = time.perf_counter() - started
            _, status = await asyncio.to_thread(os.waitpid, child, 0)
            self._saved = version if status == 0 else self._saved
            return spent
        text = snapshot.dump(self._world.store)
        spent = time.perf_counter() - started
        await asyncio.to_thread(snapshot.write, self._folder, text)
        self._saved = version
        return spent


def fork_and_write(folder: Path, store: Store) -> int:
    """A child sees the world as it is at this moment and writes it, while life goes on here."""
    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads: the child uses none
        child = os.fork()
    if child:
        return child
    status = 1
    try:
        gc.disable()
        os.closerange(3, OPEN_FILES)  # a port must be free again when the parent is killed
        snapshot.write(folder, snapshot.dump(store), lambda: os.getppid() == parent)
        status = 0
    finally:
        os._exit(status)
