"""Processes of the product that are born from one that has imported it; see ``nursery``."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests import shared

ROOT = Path(__file__).parents[2]


_calls: list[socket.socket] = []
_lock = threading.Lock()


def nursery() -> socket.socket:
    """The line to the mother of all processes that the tests of this run start. She ends with the last
    line to her, and with each the children that were asked for there."""
    with _lock:
        if not _calls:
            with shared.one_at_a_time("nursery") as place:
                _calls.append(_line(place) or _first(place))
            atexit.register(_calls[0].close)
        return _calls[0]


def _line(place: Path) -> socket.socket | None:
    """To who lives there, if somebody does."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        line.connect(str(place))
    except (FileNotFoundError, ConnectionRefusedError):
        line.close()
        return None
    return line


def _first(place: Path) -> socket.socket:
    """To who is started now, and works as soon as she has read what she reads."""
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(place))
        door.listen()
        mother = subprocess.Popen(
            [sys.executable, "-m", "tests.scenario.nursery", str(door.fileno())],
            cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"}, pass_fds=[door.fileno()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        atexit.register(mother.wait)  # until the last line is closed, this one, too
        line = _line(place)
    assert line is not None
    return line


class Child:
    """As ``subprocess.Popen``: what the tests need of it."""

    def __init__(
        self, arguments: Sequence[str], *, stdin: int | IO[bytes], stdout: int | IO[bytes],
        stderr: int | IO[bytes], environ: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.args, self.returncode = list(arguments), None
        self._told, telling = os.pipe()
        self._words = b""
        wish = {"arguments": self.args, "folder": str(ROOT), "environ": dict(environ)}
        numbers = [x if isinstance(x, int) else x.fileno() for x in (stdin, stdout, stderr)]
        socket.send_fds(nursery(), [json.dumps(wish).encode()], [*numbers, telling])
        os.close(telling)
        self._lock = threading.Lock()
        (self.pid,) = self._listen(1, None)

    returncode: int | None

    def _listen(self, lines: int, patience: float | None) -> list[int]:
        """What the nursery says of it: its number; and its exit code when it has ended."""
        while self._words.count(b"\n") < lines:
            if not select.select([self._told], [], [], patience)[0]:
                return []
            words = os.read(self._told, 100)
            assert words, "the nursery is gone"
            self._words += words
        return [int(word) for word in self._words.split()]

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, when it has ended; raises subprocess.TimeoutExpired."""
        with self._lock:
            if self.returncode is None:
                found = self._listen(2, timeout)
                if not found:
                    raise subprocess.TimeoutExpired(self.args, timeout or 0)
                self.returncode = found[1]
                os.close(self._told)
            return self.returncode

    def send_signal(self, number: int) -> None:
        """A signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def finished(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:  # fmt: skip
        given.write(text.encode())
        given.seek(0)
        child = Child(arguments, stdin=given, stdout=out, stderr=err, environ=utf8())
        try:
            child.wait(300)
        finally:
            child.kill()
        said = [_read(file) for file in (out, err)]
    return subprocess.CompletedProcess(arguments, child.wait(), said[0], said[1])


def utf8() -> dict[str, str]:
    """The environment of this process, for one that speaks UTF-8."""
    return os.environ | {"PYTHONUTF8": "1"}


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
