"""Times as staff read them: how long ago, with the clock's time beside it."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from bot.console.words import say
from bot.core.clock import DAY, HOUR, MINUTE, local, to_ms

# (older than, unit, its words)
_STEPS = ((DAY, DAY, "when.days"), (HOUR, HOUR, "when.hours"), (MINUTE, MINUTE, "when.minutes"))
FAR = 30 * DAY


def ago(at: int, now: int, lang: str, zone: str) -> str:
    """In minutes, hours or days; what is in the future, or over a month old, is a date."""
    passed = now - at
    if passed < -MINUTE or passed >= FAR:
        return local(at, zone).strftime("%Y-%m-%d")
    for least, unit, key in _STEPS:
        if passed >= least:
            return say(lang, key, n=passed // unit)
    return say(lang, "when.now")


def stamp(at: int, zone: str) -> str:
    """``2026-11-22 09:30:05`` in the corp's zone."""
    return local(at, zone).strftime("%Y-%m-%d %H:%M:%S")


def day_named(text: str) -> date | None:
    """The day that a form or an address names, between 2000 and 2100, so that weeks and months can
    be counted around it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def day_begins(text: str, zone: str) -> int:
    """The first ms of a day written ``2026-11-22``. Raises ValueError."""
    midnight = datetime.combine(date.fromisoformat(text), clock_time(), ZoneInfo(zone))
    return to_ms(midnight)
