"""What every benchmark is made of: a result, contestants that take turns, a pinned process."""

from __future__ import annotations

import contextlib
import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.errors import OneVoiceError


class BenchFailed(OneVoiceError):
    """A benchmark could not run, or what it measured was not really done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure beside its floor, which was measured in the same run and in the same ``unit``.

    ``name`` is the benchmark's, or ``ingest.slow_disk`` for a further figure of one.
    ``ratio_to_usual`` is there where a service of the usual shape was measured too.
    """

    name: str
    value: float
    unit: str
    floor: float
    ratio_to_floor: float
    ratio_to_usual: float | None = None
    detail: Mapping[str, float | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The object of contract section 6; what is not known is left out."""
        found: dict[str, Any] = {
            "name": self.name, "value": self.value, "unit": self.unit, "floor": self.floor,
            "ratio_to_floor": self.ratio_to_floor,
        }  # fmt: skip
        if self.ratio_to_usual is not None:
            found["ratio_to_usual"] = self.ratio_to_usual
        if self.detail:
            found["detail"] = dict(self.detail)
        return found


def alternating(rounds: int, *contestants: Callable[[], float]) -> list[float]:
    """The median of each contestant. They take turns, and who begins changes every round, so
    that a machine which grows slower or warmer does so for all of them."""
    seen: list[list[float]] = [[] for _ in contestants]
    for first in range(rounds):
        for turn in range(len(contestants)):
            who = (first + turn) % len(contestants)
            seen[who].append(contestants[who]())
    return [statistics.median(figures) for figures in seen]


def ratio(a: float, b: float) -> float:
    """``a`` to ``b`` with three digits after the point; 0 when ``b`` is nothing."""
    return round(a / b, 3) if b else 0.0


def pin(cpu: int) -> None:
    """Binds this process, and what it starts later, to one CPU where the system can do that."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {cpu})


def cpus() -> tuple[int, int]:
    """The CPU of what is measured, and the one of what loads it: two, where there are two."""
    allowed = getattr(os, "sched_getaffinity", lambda _: {0})(0)
    return min(allowed), max(allowed)
