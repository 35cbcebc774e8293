"""Errors a person may meet. The message says what is wrong and what to change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class OneVoiceError(Exception):
    """Base of every error the product raises on purpose; anything else is a bug."""


class BadInput(OneVoiceError):
    """A file or option that a person wrote cannot be used.

    ``str()`` is one line: ``file:line: what is wrong; fix``. Nothing was changed. ``more``: what
    else is wrong with the same file.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        fix: str = "",
        more: Iterable[BadInput] = (),
    ) -> None:
        self.message, self.line, self.fix, self.more = message, line, fix, tuple(more)
        self.file = str(file) if file is not None else None
        where = "" if self.file is None else f"{self.file}:{line or 1}: "
        super().__init__(f"{where}{message}" + (f"; {fix}" if fix else ""))

    @property
    def every(self) -> tuple[BadInput, ...]:
        """This one and all that it brings along."""
        return (self, *self.more)


class IllegalTransition(OneVoiceError):
    """An event that the lifecycle table does not list for this state."""

    def __init__(self, machine: str, state: str, event: str) -> None:
        self.machine, self.state, self.event = machine, state, event
        super().__init__(f"{machine}: event {event!r} is not legal in state {state!r}")


class StaleLease(OneVoiceError):
    """Somebody else holds the row by now; the late worker's result is dropped."""


class Busy(OneVoiceError):
    """The queue is full; the caller should be told to come back."""
