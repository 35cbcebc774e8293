"""What the doctor found, and how the process is, as promises that ``bot.app`` keeps to the
console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.core.findings import ERROR, Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkup:
    """One that is over: when, UTC ms; whether the platform was asked, too; by whose wish. ``why``:
    why there are no findings, where it came to nothing."""

    at: int
    online: bool
    by: str
    findings: Sequence[Finding] = ()
    why: str = ""

    @property
    def faults(self) -> int:
        """How many findings are errors; one that came to nothing counts as one."""
        return sum(one.severity == ERROR for one in self.findings) + bool(self.why)


@dataclass(frozen=True, slots=True)
class Visited:
    """``since``: one is under way since then; ``last`` is kept, if there was any."""

    since: int | None
    last: Checkup | None


class Doctor(Protocol):
    """``onevoice check`` in the background, one at a time."""

    async def look(self) -> Visited:
        """What is under way, and what was found last."""
        ...

    async def start(self, by: str, *, online: bool) -> bool:
        """Begins one; False when one is under way."""
        ...


class Health(Protocol):
    """What ``/readyz`` says of this process."""

    async def look(self) -> Mapping[str, Any]:
        """``ok`` is true when every part works; the parts say what does not."""
        ...
