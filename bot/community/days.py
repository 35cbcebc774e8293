"""Local days, weeks and seasons of what happened. Pure.

A season begins with 立春, 立夏, 立秋, 立冬. The days follow from the usual formula for this
century, which the almanac agrees with (tests/unit/community/test_days.py).
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

from bot.community.matching import DAY
from bot.core.clock import local
from bot.core.event import Event, Happened

_BEGINS = ((2, 3.87, "spring"), (5, 5.52, "summer"), (8, 7.5, "autumn"), (11, 7.438, "winter"))
_YEAR = 0.2422  # by how much of a day a year is longer than 365


def day_of(event: Event, zone: str) -> date:
    """The local day that an event carries, else that of its moment in ``zone``."""
    said = event.which if event.kind is Happened.CHECKED else event.data.get(DAY)
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return local(event.at, zone).date()


def week_of(day: date) -> str:
    """Its week, from Monday to Sunday: ``2026-W48``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def season_of(day: date) -> str:
    """Its season, named by the year in which it begins: ``2026-winter``."""
    for month, offset, name in reversed(_BEGINS):
        if day >= date(day.year, month, _begins(day.year, month, offset)):
            return f"{day.year}-{name}"
    return f"{day.year - 1}-winter"


def _begins(year: int, month: int, offset: float) -> int:
    short = year % 100
    leaps = (short - 1) // 4 if month == 2 else short // 4
    return int(short * _YEAR + offset) - leaps


def run_to(days: Container[str], day: date) -> list[str]:
    """The days in a row that end with this one, as they are written, the latest first."""
    run: list[str] = []
    while (one := (day - timedelta(days=len(run))).isoformat()) in days:
        run.append(one)
    return run
