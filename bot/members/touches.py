"""On which day a member is wished something that is no offer. Pure."""

from __future__ import annotations

from datetime import date, timedelta

LEAP = (2, 29)


def birthday_after(value: str, today: date) -> date | None:
    """The next day, from today on, on which a birthday (``1996-09-23``, ``09-23``) is kept: the
    29th of February on the 28th in other years; None where it is none."""
    try:
        month, day = (int(part) for part in value.split("-")[-2:])
        years = range(today.year, today.year + 2)
        found = [_kept(year, month, day) for year in years]
    except ValueError:
        return None
    return next((one for one in found if one >= today), None)


def _kept(year: int, month: int, day: int) -> date:
    """Raises ValueError."""
    if (month, day) == LEAP:
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, day)
