"""Days in a row. Pure: it follows from the days themselves, so no restart and no order matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """``days``: on how many days at all; ``row``: how many in a row end with ``last``; ``best``:
    the longest row so far."""

    days: int
    row: int
    best: int
    last: date

    def now(self, today: date) -> int:
        """How long the row is today: who has not checked in yet today has not broken it."""
        return self.row if today - self.last <= DAY else 0


def streak(days: Iterable[date]) -> Streak | None:
    """What some days make; None of no day."""
    row = best = 0
    last: date | None = None
    each = sorted(set(days))
    for day in each:
        row = row + 1 if last is not None and day - last == DAY else 1
        best, last = max(best, row), day
    return None if last is None else Streak(len(each), row, best, last)
