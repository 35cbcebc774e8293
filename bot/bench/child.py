"""Processes of a benchmark: started on a CPU of their own, asked by lines, always stopped.

A child says ``ready {json}`` when it can work. One that takes orders reads a JSON line from its
standard input for each, and answers with one.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.bench.frame import BenchFailed, pin

PATIENCE = 20.0


class Child:
    """One process. Its errors go into ``log``. Without ``cpu`` it may use all of them."""

    def __init__(
        self, command: Sequence[str], log: Path, *, cpu: int | None = None,
        env: Mapping[str, str] | None = None, inherit: Sequence[int] = (),
    ) -> None:  # fmt: skip
        self._log = log
        with log.open("ab") as errors, _pinned(cpu):
            self._process = subprocess.Popen(
                [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True, pass_fds=inherit,
                env=os.environ | {"PYTHONUTF8": "1"} | dict(env or {}),
            )  # fmt: skip

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()

    def ready(self) -> dict[str, Any]:
        """What stands in its ready line. Raises BenchFailed."""
        word, _, found = self._line().partition(" ")
        if word != "ready":
            raise self._failed(f"said {word!r} instead of ready")
        answer: dict[str, Any] = json.loads(found)
        return answer

    def ask(self, **order: Any) -> dict[str, Any]:
        """Its answer to one order. Raises BenchFailed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._failed("is gone") from None
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def cpu_seconds(self) -> float:
        """CPU time it and its children have used; 0 where the system does not say."""
        return _cpu_seconds(self._process.pid)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._failed("ended")
        return line

    def _failed(self, what: str) -> BenchFailed:
        said = self._log.read_text("utf-8", "replace").strip().splitlines()
        return BenchFailed(f"a process of the benchmark {what}: {said[-1] if said else 'no word'}")


@contextlib.contextmanager
def _pinned(cpu: int | None) -> Iterator[None]:
    """What is started here begins its life on ``cpu``, threads included."""
    if cpu is None or not hasattr(os, "sched_getaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    pin(cpu)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cpu_seconds(pid: int) -> float:
    root = Path(f"/proc/{pid}")
    try:
        fields = (root / "stat").read_text().rpartition(")")[2].split()
        children = (root / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu_seconds(int(child)) for child in children)


def say_ready(**found: Any) -> None:
    """The first line of a child."""
    sys.stdout.write(f"ready {json.dumps(found)}\n")
    sys.stdout.flush()
