"""What all processes of one run of the tests share: a folder that goes with the run, and what is made in it
by whoever needs it first."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "ONEVOICE_TESTS_RUN"  # where it lies: said by the first process of a run


def folder() -> Path:
    """The folder of this run."""
    if FOLDER not in os.environ:
        memory = os.environ.get("PYTEST_DEBUG_TEMPROOT")
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="run", dir=memory)
        atexit.register(_remove, os.environ[FOLDER], os.getpid())
    return Path(os.environ[FOLDER])


@contextmanager
def one_at_a_time(name: str) -> Iterator[Path]:
    """Nobody else of the run is inside; where what has this name is, or is to be made."""
    place = folder() / name
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def _remove(place: str, maker: int) -> None:
    """At the end of who made it; what was born from him leaves it alone."""
    if os.getpid() == maker:
        shutil.rmtree(place, ignore_errors=True)
