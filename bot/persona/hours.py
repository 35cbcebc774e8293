"""Office hours."""

from __future__ import annotations

from datetime import timedelta

from bot.core.clock import local
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
