"""A patient for the doctor: a brand's folder and a sandbox world, each with at most one fault."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.commands import check
from bot.core.config import load_config
from bot.core.findings import Finding
from sandbox.server import Sandbox
from sandbox.world import load

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
WORLD = load.DEFAULT.read_text("utf-8")
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
OTHER_APP = f"""
[[app]]
name = "other"
agent_id = 1000009
secret = "sandbox-secret-other"
token = "OtherToken42"
encoding_aes_key = "{KEY}"
"""
Change = tuple[str, str]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Ward:
    """The brand's folder, and a place for the world's file."""

    folder: Path

    @property
    def config(self) -> Path:
        """Its config.toml."""
        return self.folder / "config.toml"

    def edit(self, name: str, *changes: Change) -> None:
        """Replaces text in a file; a change with nothing to replace is added at the end."""
        path = self.folder / name
        path.write_text(edited(path.read_text("utf-8") if path.exists() else "", changes), "utf-8")

    @contextlib.asynccontextmanager
    async def platform(self, *changes: Change) -> AsyncIterator[Sandbox]:
        """A sandbox with a world of its own."""
        world = self.folder / "world.toml"
        world.write_text(edited(WORLD, changes), "utf-8")
        box = Sandbox(world=world)
        await box.start(0)
        try:
            yield box
        finally:
            await box.stop()

    async def examine(self, base: str, *, online: bool = True, port: int = 0) -> list[Finding]:
        """What the doctor says."""
        config = load_config(self.config)
        if port or config.web.port == 8080:
            config = replace(config, web=replace(config.web, port=port))
        return await check.examine(config, self.config, base, online=online)

    def line(self, file: str, text: str) -> int:
        """The first line of a file that holds a text."""
        lines = (self.folder / file).read_text("utf-8").split("\n")
        return next(n for n, line in enumerate(lines, 1) if text in line)


def edited(text: str, changes: tuple[Change, ...]) -> str:
    for old, new in changes:
        assert not old or old in text, f"nothing to change: {old}"
        text = text.replace(old, new, 1) if old else f"{text}\n{new}\n"
    return text


def ward(folder: Path) -> Ward:
    """A healthy one."""
    shutil.copytree(BRAND, folder, dirs_exist_ok=True)
    return Ward(folder)


def told(found: list[Finding]) -> list[str]:
    """The rule ids."""
    return [each.rule for each in found]


def play(story: Callable[[], Awaitable[Any]]) -> Any:
    """Runs a story to its end."""

    async def main() -> Any:
        async with asyncio.timeout(300):
            return await story()

    return asyncio.run(main())
