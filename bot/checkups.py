"""``onevoice check`` in a process of its own, so that nothing here waits for it; the last result is
kept beside the database."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bot
from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.doctoring import Checkup, Visited
from bot.core.findings import Finding
from bot.core.priority import put_behind

LIMIT = 180.0  # seconds
NICE = 10  # places behind this process
WHY_MAX, OUT_MAX = 300, 4 << 20  # characters, bytes
ROOT = Path(bot.__file__).parents[1]
Run = Callable[[Sequence[str]], Awaitable[tuple[bytes, bytes]]]


async def _spawned(arguments: Sequence[str]) -> tuple[bytes, bytes]:
    """What the command says on stdout and stderr; it ends with whoever waits for it."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE, stderr=PIPE, limit=OUT_MAX, start_new_session=True,
    )  # fmt: skip
    put_behind(child.pid, NICE)
    try:
        return await child.communicate()
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


class Checkups:
    """Keeps ``bot.core.doctoring.Doctor``. ``platform``: whom to ask in place of the configured
    one; ``here``: the address at which this process listens; ``run`` runs a command."""

    def __init__(
        self, config: Config, clock: Clock, here: str, platform: str | None = None, *,
        run: Run = _spawned, limit: float = LIMIT,
    ) -> None:  # fmt: skip
        self._config, self._clock, self._limit, self._run = config, clock, limit, run
        self._port, self._platform = urlsplit(here).port or config.web.port, platform
        self._file = config.data_dir / "checkup.json"
        self._since: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def look(self) -> Visited:
        """What is under way here, and what was found last by any process of this folder."""
        return Visited(self._since, await asyncio.to_thread(_read, self._file))

    async def start(self, by: str, *, online: bool) -> bool:
        """Begins one; False when one is under way here."""
        if self._since is not None:
            return False
        self._since = self._clock.now()
        self._task = asyncio.create_task(self._check(by, online), name="checkup")
        return True

    async def close(self) -> None:
        """Ends the one that is under way, without a result."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _check(self, by: str, online: bool) -> None:
        try:
            found, why = await self._found(online)
            kept = {"at": self._clock.now(), "online": online, "by": by, "findings": found,
                    "why": why}  # fmt: skip
            await asyncio.to_thread(_write, self._file, kept)
        finally:
            self._since = None

    async def _found(self, online: bool) -> tuple[list[Any], str]:
        try:
            out, err = await asyncio.wait_for(self._run(self._arguments(online)), self._limit)
        except TimeoutError:
            return [], f"no answer within {self._limit:g} s"
        except OSError as exc:
            return [], str(exc)[:WHY_MAX]
        try:
            return list(json.loads(out)["findings"]), ""
        except (ValueError, KeyError, TypeError):
            lines = err.decode(errors="replace").strip().splitlines()
            return [], (lines[-1] if lines else "it said nothing")[:WHY_MAX]

    def _arguments(self, online: bool) -> list[str]:
        made = ["check", "--json", "--config", str(self._config.file), "--port", str(self._port)]
        if not self._config.store.url.startswith("postgres"):
            made += ["--data", str(self._config.data_dir)]
        if self._platform is not None:
            made += ["--platform", self._platform]
        return [*made, "--online"] if online else made


def _read(file: Path) -> Checkup | None:
    """What was kept; None for what is not there, or not whole."""
    try:
        kept = json.loads(file.read_bytes())
        findings = tuple(Finding(**one) for one in kept.pop("findings"))
        return Checkup(findings=findings, **kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, kept: dict[str, Any]) -> None:
    """Whole or not at all."""
    made = file.with_suffix(".new")
    made.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    made.replace(file)
