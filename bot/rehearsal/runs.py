"""Rehearsals as processes of their own: one at a time, with low priority, bounded in time.

The folder ``rehearsals`` holds a folder for each, named by its id, and ``now`` while one runs. A
lock of the kernel says whether one does: the child holds it, too, so it is let go only when both
are gone. The child ends with its input, and its input ends with us.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import re
import shutil
import sys
from asyncio import FIRST_COMPLETED
from asyncio.subprocess import Process
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import bot
from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.priority import put_behind
from bot.core.rehearsing import End, Run, Seen, UnderWay, Wish

KEPT = 10
LIMIT = 20 * 60.0  # seconds; a month of 1,000 members takes about one minute
LOOK = 0.5  # seconds between two looks whether somebody wants it stopped
TRIES, PAUSE = 10, 0.02  # whoever looks at the lock holds it for a moment
NICE = 15  # places behind this process
TAIL, WHY_MAX = 4_096, 300
ROOT = Path(bot.__file__).parents[1]
_DAY = re.compile(rb"^day ([0-9]+)/", re.M)


class Runs:
    """Keeps ``bot.core.rehearsing.Rehearsals``. ``limit`` is in seconds."""

    def __init__(self, config: Config, clock: Clock, limit: float = LIMIT) -> None:
        self._config, self._clock, self._limit = config, clock, limit
        self._folder = config.data_dir.resolve() / "rehearsals"
        self._now = self._folder / "now"
        self._closing = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    async def look(self) -> Seen:
        """What runs and what is kept, the newest first."""
        return await asyncio.to_thread(self._look)

    async def start(self, wish: Wish) -> int | None:
        """Starts one; None when another runs, here or elsewhere. Raises OSError when no process
        can be started."""
        lock = await self._take()
        if lock is None:
            return None
        id = self._clock.now()
        try:
            await asyncio.to_thread(self._prepare, id, wish)
            child, leash = await self._spawn(wish, lock)
        except BaseException:
            os.close(lock)
            raise
        watch = self._watch(child, id, (leash, lock))
        self._watching = asyncio.create_task(watch, name="rehearsal")
        return id

    async def stop(self) -> bool:
        """Leaves word for the process that looks after it, whichever that is."""
        seen = await self.look()
        if seen.now is None:
            return False
        with contextlib.suppress(FileNotFoundError):  # it has just ended
            (self._now / "stop").touch()
        return True

    async def page(self, id: int) -> bytes | None:
        """The report for people."""
        try:
            return await asyncio.to_thread((self._folder / str(id) / "report.html").read_bytes)
        except FileNotFoundError:
            return None

    async def close(self) -> None:
        """Ends the child of this process, if there is one."""
        if self._watching is not None:
            self._closing.set()
            await asyncio.wait((self._watching,))

    async def _take(self) -> int | None:
        for _ in range(TRIES):
            lock = await asyncio.to_thread(_locked, self._folder, fcntl.LOCK_EX)
            if lock is not None:
                return lock
            await asyncio.sleep(PAUSE)
        return None

    def _prepare(self, id: int, wish: Wish) -> None:
        shutil.rmtree(self._now, ignore_errors=True)  # of a process that was killed
        (self._now / "tmp").mkdir(parents=True)
        _write(self._now / "wish.json", {"id": id, **asdict(wish)})

    async def _spawn(self, wish: Wish, lock: int) -> tuple[Process, int]:
        """The child, and the end of its input that it lives by."""
        options = {"--config": self._config.file, "--from": wish.start, "--days": wish.days,
                   "--members": wish.members, "--seed": wish.seed,
                   "--html": self._now / "report.html"}  # fmt: skip
        given = [str(part) for pair in options.items() for part in pair]
        its_end, leash = os.pipe()
        try:
            with self._file("report.json") as out, self._file("log") as log:
                child = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "rehearse", *given, "--json", "--attended",
                    cwd=ROOT, stdin=its_end, stdout=out, stderr=log, pass_fds=(lock,),
                    env=os.environ | {"TMPDIR": str(self._now / "tmp")}, start_new_session=True,
                )  # fmt: skip
        except BaseException:
            os.close(leash)
            raise
        finally:
            os.close(its_end)
        put_behind(child.pid, NICE)
        return child, leash

    def _file(self, name: str) -> BinaryIO:
        return (self._now / name).open("wb")

    async def _watch(self, child: Process, id: int, held: Sequence[int]) -> None:
        gone = asyncio.ensure_future(child.wait())
        closing = asyncio.ensure_future(self._closing.wait())
        end: End = "lost"
        try:
            end = await self._end(gone, closing)
        finally:
            closing.cancel()
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await gone
            try:
                self._settle(id, end)
            finally:
                for each in held:
                    os.close(each)

    async def _end(self, gone: asyncio.Future[int], closing: asyncio.Future[Any]) -> End:
        for _ in range(max(round(self._limit / LOOK), 1)):
            await asyncio.wait((gone, closing), timeout=LOOK, return_when=FIRST_COMPLETED)
            if gone.done():
                return "failed" if gone.result() else "done"
            if closing.done():
                return "lost"
            if (self._now / "stop").exists():
                return "stopped"
        return "slow"

    def _settle(self, id: int, end: End) -> None:
        shutil.rmtree(self._now / "tmp", ignore_errors=True)
        _write(self._now / "end.json", {"end": end, "ended_at": self._clock.now()})
        self._now.rename(self._folder / str(id))
        for run in list(self._superfluous()):
            shutil.rmtree(self._folder / str(run.id), ignore_errors=True)

    def _superfluous(self) -> Iterator[Run]:
        """All but the last ten reports; one that came to nothing is kept until the next."""
        runs = list(self._runs())
        yield from [run for run in runs if run.report is not None][KEPT:]
        yield from (run for run in runs[1:] if run.report is None)

    def _look(self) -> Seen:
        free = _locked(self._folder, fcntl.LOCK_SH)  # nobody begins or ends one meanwhile
        try:
            kept, wish = list(self._runs()), _read(self._now / "wish.json")
        finally:
            if free is not None:
                os.close(free)
        if wish is None:
            return Seen(None, kept)
        id, wanted = wish.pop("id"), Wish(**wish)
        if free is not None:
            return Seen(None, [Run(id=id, wish=wanted, end="lost", ended_at=id), *kept])
        days = _DAY.findall(_tail(self._now / "log"))
        return Seen(UnderWay(id=id, wish=wanted, day=int(days[-1]) if days else 0), kept)

    def _runs(self) -> Iterator[Run]:
        """Those that are over, the newest first."""
        names = (path.name for path in self._folder.iterdir()) if self._folder.is_dir() else ()
        for id in sorted((int(name) for name in names if name.isdigit()), reverse=True):
            run = _run(self._folder / str(id))
            if run is not None:
                yield run


def _run(folder: Path) -> Run | None:
    wish, end = _read(folder / "wish.json"), _read(folder / "end.json")
    if wish is None or end is None:
        return None
    id = wish.pop("id")
    report = _read(folder / "report.json") if end["end"] == "done" else None
    lines = _tail(folder / "log").decode(errors="replace").strip().splitlines()
    why = lines[-1][:WHY_MAX] if lines and end["end"] == "failed" else ""
    return Run(id=id, wish=Wish(**wish), why=why, report=report, **end)


def _locked(folder: Path, how: int) -> int | None:
    """The lock, as a number to close; None when somebody has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _tail(file: Path) -> bytes:
    with contextlib.suppress(FileNotFoundError), file.open("rb") as found:
        size = found.seek(0, os.SEEK_END)
        found.seek(max(size - TAIL, 0))
        return found.read()
    return b""


def _read(file: Path) -> dict[str, Any] | None:
    """What stands there; None for what is gone, or was not written to its end."""
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found


def _write(file: Path, values: dict[str, Any]) -> None:
    file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
