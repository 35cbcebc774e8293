"""Office hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.clock import local, to_ms
from bot.persona.persona import Hours


def on_duty(hours: Hours | None, now: int, zone: str) -> bool:
    """True inside the office hours, or when there are none. ``now`` in UTC milliseconds."""
    if hours is None:
        return True
    moment = f"{local(now, zone):%H:%M}"
    if hours.open < hours.close:
        return hours.open <= moment < hours.close
    return moment >= hours.open or moment < hours.close


def night(hours: Hours, now: int, zone: str) -> str:
    """A name for the closing time that ``now`` falls into: the local date it began on."""
    moment = local(now, zone)
    began_yesterday = hours.open < hours.close and f"{moment:%H:%M}" < hours.open
    return str(moment.date() - timedelta(days=began_yesterday))


def opens(hours: Hours, now: int, zone: str) -> int:
    """UTC ms of the next opening after ``now``."""
    moment = local(now, zone)
    at = time.fromisoformat(hours.open)
    first = datetime.combine(moment.date(), at, ZoneInfo(zone))
    if to_ms(first) <= now:
        first = datetime.combine(moment.date() + timedelta(days=1), at, ZoneInfo(zone))
    return to_ms(first)
