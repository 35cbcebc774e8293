"""The product and the sandbox as processes of their own, so that they can be killed.

They are born from a process that has imported the product (``nursery``); ``fresh`` ones are started
as an operator starts them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from tests.scenario.born import ROOT, Child, utf8

READY = 90.0
__all__ = ["READY", "ROOT", "Process", "started"]


class Process:
    """A started command that printed its ready line."""

    def __init__(self, *arguments: str, log: Path, fresh: bool = False) -> None:
        self._log = log.open("ab")
        ours, theirs = os.pipe()
        self._said = os.fdopen(ours, "rb")
        with os.fdopen(theirs, "wb") as out, Path(os.devnull).open("rb") as nothing:
            start = _fresh if fresh else _born
            self.child = start(arguments, stdin=nothing, stdout=out, stderr=self._log)
        self.ready = self._read_ready()

    def _read_ready(self) -> dict[str, Any]:
        line = self._said.readline().decode()
        word, _, data = line.partition(" ")
        if word != "ready":
            self.child.wait(READY)
            self.close()
            raise AssertionError(f"no ready line but {line!r}, exit {self.child.returncode}")
        found: dict[str, Any] = json.loads(data)
        return found

    def kill(self) -> None:
        """SIGKILL: no drain, no goodbye."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(READY)
        self.close()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.child.send_signal(signal.SIGTERM)
        code = self.child.wait(READY)
        self.close()
        return code

    def close(self) -> None:
        """Lets go of the pipes."""
        self._said.close()
        self._log.close()


def _fresh(arguments: Sequence[str], **files: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=utf8(), **files)


def _born(arguments: Sequence[str], **files: IO[bytes]) -> Child:
    return Child(arguments, environ=utf8(), **files)


@contextlib.contextmanager
def started(*arguments: str, log: Path) -> Iterator[Process]:
    """A process that is stopped when the block ends, if it still runs."""
    process = Process(*arguments, log=log)
    try:
        yield process
    finally:
        if process.child.poll() is None:
            process.stop()
        process.close()
