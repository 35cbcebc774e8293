"""The product and the sandbox as processes of their own, so that they can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
READY = 90.0


class Process:
    """A started command that printed its ready line."""

    def __init__(self, *arguments: str, log: Path) -> None:
        self._log = log.open("ab")
        self.child = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments], cwd=ROOT, stdout=subprocess.PIPE,
            stderr=self._log, stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONUTF8": "1"},
        )  # fmt: skip
        self.ready = self._read_ready()

    def _read_ready(self) -> dict[str, Any]:
        assert self.child.stdout is not None
        line = self.child.stdout.readline().decode()
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
        if self.child.stdout is not None:
            self.child.stdout.close()
        self._log.close()


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
