"""A world: the platform and the product as processes, each of which may be killed.

The product is a list of processes with roles; each is started again by whoever ended it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import resource
import signal
import socket
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.harness.engine import Engine, Sqlite
from tests.scenario.house import Phone, brand
from tests.scenario.process import Process
from tests.template import furnish

ALONE: tuple[str, ...] = ("",)  # one process with every role
APART = ("web,pull", "converse", "deliver", "tick")
RESTARTS = 20
# Below those that the system gives out: a share for each worker of the tests, from anywhere in it on.
PORTS, SHARE = (12_000, 32_000), 2_500
_numbers = itertools.count(random.randrange(SHARE))
Span = tuple[int, int]


@dataclass
class Bot:
    """One process of the product. ``roles`` as ``--roles`` takes them, empty for all."""

    roles: str
    command: tuple[str, ...]
    log: Path
    process: Process | None = None
    gaps: list[Span] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """It lives: it may be stopped or slow, but it has not ended."""
        return self.process is not None and self.process.child.poll() is None

    async def start(self) -> None:
        """Starts it, again and again as a service manager would; fails after a while."""
        for _ in range(RESTARTS):
            try:
                self.process = await asyncio.to_thread(Process, *self.command, log=self.log)
                return
            except AssertionError:
                await asyncio.sleep(0.5)
        raise AssertionError(
            f"the product ({self.roles or 'all roles'}) does not start: {self.log}"
        )

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process = None

    async def restart(self) -> None:
        """SIGKILL, and a new one. The time without it is remembered in platform milliseconds."""
        killed_at = now_ms()
        self.kill()
        await self.start()
        self.gaps.append((killed_at, now_ms()))

    def send(self, number: signal.Signals) -> None:
        """Any other signal."""
        if self.process is not None:
            self.process.child.send_signal(number)

    def limit_files(self, size: int | None) -> None:
        """No file may grow beyond ``size`` bytes: a write fails as on a full disk (EFBIG)."""
        if self.process is not None and self.running:
            most = resource.RLIM_INFINITY if size is None else size
            _, hard = resource.prlimit(self.process.child.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self.process.child.pid, resource.RLIMIT_FSIZE, (most, hard))

    def stop(self) -> None:
        """SIGTERM, if it still runs."""
        if self.process is not None and self.running:
            self.process.stop()
        elif self.process is not None:
            self.process.close()


@dataclass(frozen=True)
class World:
    """Platform, product and database of one run."""

    phone: Phone
    bots: Sequence[Bot]
    engine: Engine
    folder: Path

    def died(self) -> list[str]:
        """Roles of processes that ended although nobody ended them."""
        gone = [bot for bot in self.bots if bot.process is not None and not bot.running]
        return [bot.roles or "all roles" for bot in gone]


def free_port() -> str:
    """A port that nobody is given by chance while its owner is dead: the callbacks of a killed
    process must not reach another test's product, which has the same published secrets."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = PORTS[0] + (worker * SHARE + next(_numbers) % SHARE) % (PORTS[1] - PORTS[0])
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return str(port)


def now_ms() -> int:
    """The machine's time, which is the platform's until its clock is moved."""
    return time.time_ns() // 1_000_000


@contextlib.asynccontextmanager
async def opened(
    folder: Path, engine: Engine, *, roles: Sequence[str] = ALONE, world: str = "",
    more: str = "", **changes: str,
) -> AsyncIterator[World]:  # fmt: skip
    """A running world with the test brand. ``world``: the text of a world file, ``more``: further
    tables of config.toml."""
    config = brand(folder / "brand", **changes)
    tables = f"[store]\n{engine.settings()}\n{more}"
    config.write_text(f"{config.read_text('utf-8')}\n{tables}", "utf-8")
    furnish(config)
    log = folder / "log.txt"
    async with contextlib.AsyncExitStack() as stack:
        phone = await stack.enter_async_context(_platform(folder, world, log))
        bots = []
        for each in roles:
            command = ("run", "--config", str(config), "--port", free_port(), "--platform", phone.url,
                       *(("--roles", each) if each else ()))  # fmt: skip
            bot = Bot(each, command, log)
            stack.callback(bot.stop)
            await bot.start()
            bots.append(bot)
        yield World(phone, bots, engine, folder)


@contextlib.asynccontextmanager
async def _platform(folder: Path, world: str, log: Path) -> AsyncIterator[Phone]:
    more: tuple[str, ...] = ()
    if world:
        (folder / "world.toml").write_text(world, "utf-8")
        more = ("--world", str(folder / "world.toml"))
    process = await asyncio.to_thread(Process, "sandbox", "--port", "0", *more, log=log)
    try:
        async with aiohttp.ClientSession() as http:
            yield Phone(process.ready["sandbox"], http)
    finally:
        await asyncio.to_thread(process.stop)


def on_sqlite(world: World) -> bool:
    """True where one process holds a file."""
    return isinstance(world.engine, Sqlite)
