"""Which platform this process talks to: the real one, a running sandbox, or a child of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

import aiohttp

from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.core.errors import OneVoiceError

CLOCK_EVERY = 0.4  # seconds; the contract allows one
JUMP = 500  # ms
START_LIMIT = 20.0


class PlatformMissing(OneVoiceError):
    """The sandbox does not answer or did not start."""


class Platform(Protocol):
    """Where API calls go, and whose clock is followed."""

    url: str | None

    def opened(
        self, callback: str | None, clock: SystemClock
    ) -> contextlib.AbstractAsyncContextManager[str]:
        """Ready to be called; yields the base URL of its API."""
        ...

    def on_jump(self, tell: Callable[[], None]) -> None:
        """Whom to tell when the platform's clock jumps."""
        ...

    async def follow(self, clock: SystemClock) -> None:
        """Keeps ``clock`` with the platform's, for ever."""
        ...


class Live:
    """The real platform; its clock is everybody's."""

    url: str | None = None

    def __init__(self, base: str) -> None:
        self._base = base

    @contextlib.asynccontextmanager
    async def opened(self, callback: str | None, clock: SystemClock) -> AsyncIterator[str]:
        yield self._base

    def on_jump(self, tell: Callable[[], None]) -> None:
        """It never jumps."""

    async def follow(self, clock: SystemClock) -> None:
        """Nothing to follow."""


class Sandbox:
    """A sandbox that somebody else started (``--platform URL``)."""

    def __init__(self, url: str) -> None:
        self.url: str | None = url.rstrip("/")
        self._tell: Callable[[], None] = lambda: None

    @contextlib.asynccontextmanager
    async def opened(self, callback: str | None, clock: SystemClock) -> AsyncIterator[str]:
        assert self.url is not None
        await self.look(clock)
        if callback is not None:
            await self._announce(callback)
        yield self.url

    def on_jump(self, tell: Callable[[], None]) -> None:
        self._tell = tell

    async def _announce(self, callback: str) -> None:
        """Tells the sandbox where callbacks go, unless it was told by whoever started it."""
        async with aiohttp.ClientSession() as http:
            await http.post(f"{self.url}/sandbox/callback", json={"url": callback})

    async def look(self, clock: SystemClock) -> None:
        """Takes over the platform's offset. Raises PlatformMissing."""
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as http:
                await self._look(http, clock)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as exc:
            raise PlatformMissing(
                f"no sandbox answers at {self.url} ({type(exc).__name__}); start it with"
                " 'onevoice sandbox', or leave --platform out"
            ) from None

    async def _look(self, http: aiohttp.ClientSession, clock: SystemClock) -> None:
        async with http.get(f"{self.url}/sandbox/clock") as response:
            offset = int((await response.json())["offset_ms"])
        jumped = abs(offset - clock.offset) > JUMP
        clock.offset = offset
        if jumped:
            self._tell()

    async def follow(self, clock: SystemClock) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as http:
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
                    await self._look(http, clock)
                await asyncio.sleep(CLOCK_EVERY)


class ChildSandbox(Sandbox):
    """The bundled sandbox as a child process; it ends when this process ends, however."""

    def __init__(self, config: Config, port: int) -> None:
        super().__init__("")
        self._state: Path = config.data_dir / "sandbox"
        self._world = config.world_file
        self._port = port

    @contextlib.asynccontextmanager
    async def opened(self, callback: str | None, clock: SystemClock) -> AsyncIterator[str]:
        command = [sys.executable, "-m", "sandbox", "--port", str(self._port),
                   "--state", str(self._state), "--watch-stdin"]  # fmt: skip
        if self._world:
            command += ["--world", str(self._world)]
        if callback is not None:
            command += ["--callback", callback]
        child = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        try:
            self.url = await self._ready(child)
            await self.look(clock)
            yield self.url
        finally:
            await self._end(child)

    async def _ready(self, child: asyncio.subprocess.Process) -> str:
        assert child.stdout is not None
        try:
            line = await asyncio.wait_for(child.stdout.readline(), START_LIMIT)
            word, _, data = line.decode().partition(" ")
            if word == "ready":
                return str(json.loads(data)["sandbox"])
        except TimeoutError:
            pass
        raise PlatformMissing(
            f"the sandbox did not start on port {self._port}; is the port taken?"
            " choose another with --sandbox-port"
        )

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
            try:
                await asyncio.wait_for(child.wait(), 2)
            except TimeoutError:
                child.kill()
                await child.wait()


def choose(config: Config, url: str | None, port: int) -> Platform:
    """The platform that the configuration and ``--platform`` ask for."""
    if url:
        return Sandbox(url)
    return ChildSandbox(config, port) if config.sandbox else Live(config.wecom.api)
