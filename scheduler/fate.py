"""What became of a due row. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fate:
    """``finish``: acted upon; ``skip``: left out, and why; ``wait``: due again at ``until``."""

    event: Literal["finish", "skip", "wait"] = "finish"
    note: str = ""
    until: int = 0

    @classmethod
    def of(cls, refusal: str) -> Fate:
        """Left out for a reason, or acted upon when there is none."""
        return cls("skip", refusal) if refusal else cls()


DONE = Fate()
