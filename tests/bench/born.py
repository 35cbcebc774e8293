"""Processes of a benchmark that run ``onevoice``: born, not started (tests/scenario/nursery.py). How long
a start takes is nothing that a benchmark measures."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any

from tests.scenario.born import Child

ONEVOICE = [sys.executable, "-m", "bot"]


class Born(Child):
    """As ``subprocess.Popen`` with pipes, on the processors of who asks for it."""

    def __init__(
        self, arguments: Sequence[str], stderr: IO[bytes], environ: Mapping[str, str]
    ) -> None:
        theirs, self_in = os.pipe()
        self_out, said = os.pipe()
        try:
            super().__init__(arguments, stdin=theirs, stdout=said, stderr=stderr, environ=environ)
        finally:
            os.close(theirs)
            os.close(said)
        os.sched_setaffinity(self.pid, os.sched_getaffinity(0))
        self.stdin, self.stdout = os.fdopen(self_in, "w"), os.fdopen(self_out)

    def terminate(self) -> None:
        self.send_signal(15)


def popen(command: list[str], **how: Any) -> Born | subprocess.Popen[str]:
    """In place of ``subprocess.Popen`` of bot/bench/child.py."""
    if command[: len(ONEVOICE)] != ONEVOICE:
        return subprocess.Popen(command, **how)
    return Born(command[len(ONEVOICE) :], how["stderr"], how["env"])
