"""Which rules and FAQ rows no conversation test touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.persona.script import Script


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Of one persona: how many answers it has, and those that no test brought out."""

    persona: str
    total: int
    untouched: tuple[str, ...]

    @property
    def touched(self) -> int:
        """How many answers the tests brought out."""
        return self.total - len(self.untouched)

    def as_json(self) -> dict[str, Any]:
        """For ``test --json``."""
        return {"total": self.total, "touched": self.touched, "untouched": list(self.untouched)}


def coverage(script: Script, touched: Iterable[str]) -> Coverage:
    """Compares what answered with all that can answer."""
    met = set(touched)
    return Coverage(
        persona=script.persona.id, total=len(script.answers),
        untouched=tuple(key for key in script.answers if key not in met),
    )  # fmt: skip
