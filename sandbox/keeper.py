"""Keeps the world on disk: a snapshot soon after changes, and one at the end."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sandbox.world import snapshot
from sandbox.world.world import World

DEBOUNCE_S = 0.5
# big worlds are written less often: at most this part of the time goes into snapshots
SHARE = 0.05


class Keeper:
    """Writes a snapshot about half a second after a change."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._folder = folder
        self._saved = -1
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.ensure_future(self._watch())

    async def stop(self) -> None:
        """Write what changed last."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._world.version != self._saved:
            snapshot.write(self._folder, snapshot.dump(self._world.store))

    async def _watch(self) -> None:
        pause = DEBOUNCE_S
        while True:
            await asyncio.sleep(pause)
            if self._world.version != self._saved:
                pause = max(DEBOUNCE_S, await self._save() / SHARE)

    async def _save(self) -> float:
        started = time.perf_counter()
        self._saved = self._world.version
        text = snapshot.dump(self._world.store)
        spent = time.perf_counter() - started
        await asyncio.to_thread(snapshot.write, self._folder, text)
        return spent
