"""Templates of pages are compiled once in a run: a console that is opened finds what another compiled.

Compiling all of them takes longer than most tests, and each test has a console of its own. What is
kept lies in a folder of the run that all its processes share, and goes with it: the next run compiles
everything anew, whatever the product says to the compiler by then.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache

FOLDER = "ONEVOICE_TESTS_COMPILED"  # where it lies: said by the first process of a run


def share() -> None:
    """From here on every environment of this process looks there before it compiles a file."""
    if FOLDER not in os.environ:
        memory = os.environ.get("PYTEST_DEBUG_TEMPROOT")
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="compiled", dir=memory)
        atexit.register(_remove, os.environ[FOLDER], os.getpid())
    made, kept = Environment.__init__, FileSystemBytecodeCache(os.environ[FOLDER])

    @functools.wraps(made)
    def make(self: Environment, *given: Any, **options: Any) -> None:
        options.setdefault("bytecode_cache", kept)
        made(self, *given, **options)

    Environment.__init__ = make  # type: ignore[method-assign]


def _remove(folder: str, maker: int) -> None:
    """At the end of who made it; what was born from him leaves it alone."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
