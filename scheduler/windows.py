"""The governor's arithmetic of time: windows that caps count in, and when a member is awake. Pure.

Where clocks are changed a day has 23 or 25 hours. So a window of so many days is the longer of two:
so many times 24 hours, and today with the days of the calendar before it. A cap then holds for any
24 hours and for any day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.clock import DAY, HOUR, local, to_ms


@lru_cache(64)
def window_start(now: int, days: int, zone: str) -> int:
    """What arrived at this moment or before counts no more."""
    first = local(now, zone).date() - timedelta(days=days - 1)
    return min(now - days * DAY, midnight(first, zone) - 1)


def window_end(at: int, days: int, zone: str) -> int:
    """The first moment at which what arrived at ``at`` counts no more."""
    return max(at + days * DAY, midnight(local(at, zone).date() + timedelta(days=days), zone))


@lru_cache(256)
def midnight(day: date, zone: str) -> int:
    """When a local day begins."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def today(now: int, zone: str) -> tuple[int, int]:
    """When the local day began, and when the next one does."""
    day = local(now, zone).date()
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


@lru_cache(64)
def month(now: int, zone: str) -> tuple[int, int, int]:
    """When the local month began, when the next one does, and how many days it has."""
    first = local(now, zone).date().replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return midnight(first, zone), midnight(after, zone), (after - first).days


@lru_cache(256)
def awake(at: int, zone: str, quiet_from: int, quiet_to: int) -> int:
    """A moment from ``at`` on that is outside the quiet hours, minutes of the local day: the first
    one, but where the clock is put forward over their end. Equal ones: no hour is quiet."""
    there = local(at, zone)
    minute = there.hour * 60 + there.minute
    if not is_quiet(minute, quiet_from, quiet_to):
        return at
    day = there.date() + timedelta(days=int(minute >= quiet_to))
    ends = datetime(day.year, day.month, day.day, *divmod(quiet_to, 60), tzinfo=ZoneInfo(zone))
    # an hour that comes twice is quiet twice
    later = [end for end in (to_ms(ends), to_ms(ends.replace(fold=1))) if end > at]
    return awake(min(later, default=at + HOUR), zone, quiet_from, quiet_to)


@lru_cache(256)
def is_zone(name: str) -> bool:
    """True for a zone that is known."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def is_quiet(minute: int, quiet_from: int, quiet_to: int) -> bool:
    """Whether a minute of the local day is; from after to: past midnight."""
    if quiet_from <= quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to
