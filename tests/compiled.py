"""Templates of pages are compiled once in a run: a console that is opened finds what another compiled.

Compiling all of them takes longer than most tests, and each test has a console of its own. What is
kept lies in a folder of the run that all its processes share, and goes with it: the next run compiles
everything anew, whatever the product says to the compiler by then.
"""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache

from tests import shared


def share() -> None:
    """From here on every environment of this process looks there before it compiles a file."""
    place = shared.folder() / "compiled"
    place.mkdir(exist_ok=True)
    made, kept = Environment.__init__, FileSystemBytecodeCache(str(place))

    @functools.wraps(made)
    def make(self: Environment, *given: Any, **options: Any) -> None:
        options.setdefault("bytecode_cache", kept)
        made(self, *given, **options)

    Environment.__init__ = make  # type: ignore[method-assign]
