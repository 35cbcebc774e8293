"""Things that break: what a plan's faults do to the platform, the processes and the database."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.harness.disk import Disk
from tests.harness.engine import Postgres
from tests.harness.plan import About, Move
from tests.harness.world import Bot, World

FULL = 4096  # bytes: no write of the database fits
HOUR = 3600


@dataclass
class Trouble:
    """Breaks things, and mends them again. ``disk`` where a small one is mounted."""

    world: World
    disk: Disk | None = None
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def do(self, move: Move) -> None:
        """One fault, to its end."""
        await FAULTS[move.name](self, move.about)

    def _bot(self, about: About) -> Bot:
        return self.world.bots[about["nth"] % len(self.world.bots)]

    def _turn(self, name: str) -> asyncio.Lock:
        """What befalls one thing does so one after the other."""
        return self._turns.setdefault(name, asyncio.Lock())

    async def scripted(self, about: About) -> None:
        """A fault of the platform, until it is used up."""
        await self.world.phone.post("/faults", **about)

    async def kill(self, about: About) -> None:
        """SIGKILL; later the process is started again."""
        bot = self._bot(about)
        async with self._turn(bot.roles):
            await asyncio.to_thread(bot.kill)
            await asyncio.sleep(about["seconds"] / 2)
            await bot.start()

    async def pause(self, about: About) -> None:
        """SIGSTOP, and SIGCONT."""
        bot = self._bot(about)
        async with self._turn(bot.roles):
            bot.send(signal.SIGSTOP)
            await asyncio.sleep(about["seconds"])
            bot.send(signal.SIGCONT)

    async def fill(self, about: About) -> None:
        """The disk is full for a while."""
        bot = self._bot(about)
        async with self._turn("disk"):
            await asyncio.to_thread(self.disk.fill) if self.disk else bot.limit_files(FULL)
            await asyncio.sleep(about["seconds"])
            self.disk.free() if self.disk else bot.limit_files(None)

    async def database(self, about: About) -> None:
        """PostgreSQL ends at once, as if the plug were pulled, and is started again."""
        engine = self.world.engine
        assert isinstance(engine, Postgres)
        async with self._turn("database"):
            await asyncio.to_thread(engine.server.stop)
            await asyncio.sleep(about["seconds"])
            await asyncio.to_thread(engine.server.start)

    async def clock(self, about: About) -> None:
        """The platform's clock jumps."""
        await self.world.phone.post("/clock", advance_s=about["hours"] * HOUR)

    async def mend(self) -> None:
        """Nothing is broken any more, and everybody is up."""
        await self.world.phone.clear_faults()
        for bot in self.world.bots:
            bot.limit_files(None)
            if not bot.running:
                await bot.start()


FAULTS: Mapping[str, Callable[[Trouble, About], Awaitable[None]]] = {
    "api": Trouble.scripted, "callback": Trouble.scripted, "ws": Trouble.scripted,
    "kill": Trouble.kill, "pause": Trouble.pause, "disk": Trouble.fill,
    "database": Trouble.database, "clock": Trouble.clock,
}  # fmt: skip
