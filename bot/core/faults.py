"""Faults of one file, collected: whoever wrote it is told of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from bot.core.errors import BadInput

P = ParamSpec("P")
T = TypeVar("T")
MOST = 50  # of one file; whoever has mended these is told of the rest


class Faults:
    """What was found so far; empty is false."""

    def __init__(self) -> None:
        self._found: dict[str, BadInput] = {}
        self._told = 0

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def every(self) -> tuple[BadInput, ...]:
        """Each once, in the order in which they were found."""
        return tuple(self._found.values())

    def add(self, faults: Iterable[BadInput]) -> None:
        """Keeps these, with all that each brings along. Raises BadInput when there are MOST,
        repeated ones counted: work on a file is bounded, however much of it is wrong."""
        for fault in faults:
            for one in fault.every:
                self._found.setdefault(str(one), one)
                self._told += 1
                if self._told >= MOST:
                    self.check()

    def attempt(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What ``act`` gives; None when it raises BadInput, which is kept."""
        try:
            return act(*args, **kwargs)
        except BadInput as exc:
            self.add((exc,))
            return None

    def check(self) -> None:
        """Raises the first, which brings the others along, when there are any."""
        if self:
            first, *more = self._found.values()
            raise BadInput(first.message, file=first.file, line=first.line, fix=first.fix,
                           more=more)  # fmt: skip
