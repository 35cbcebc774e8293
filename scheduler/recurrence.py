"""When something comes round again. Pure; APScheduler's triggers do the calendar arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from apscheduler.triggers.cron import CronTrigger

from bot.core.clock import MINUTE, local, to_ms

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN = re.compile(r"(?P<days>[a-z0-9,]+)\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """``days`` is daily, weekday names or days of the month; the time is in ``zone``."""

    days: str
    hour: int
    minute: int
    zone: str

    def after(self, now: int) -> int:
        """The first occurrence later than ``now``, in UTC ms.

        A time that a clock change skips comes at the next existing one; a repeated one comes once.
        """
        since, at = _LAST.get(self, (0, 0))
        if not since <= now < at:
            at = _after(self, now // MINUTE * MINUTE)
            if len(_LAST) >= MOST:
                _LAST.clear()
            _LAST[self] = (now, at)
        return at

    def trigger(self) -> CronTrigger:
        """The same recurrence for APScheduler."""
        fields = {"hour": self.hour, "minute": self.minute, "second": 0, "timezone": self.zone}
        if self.days == "daily":
            return CronTrigger(**fields)
        # names, never numbers: APScheduler counts 0 as Monday
        if self.days[0].isdigit():
            return CronTrigger(day=self.days, **fields)
        return CronTrigger(day_of_week=self.days, **fields)


# What was answered last, and from when on: until it comes it is the answer, and every tick asks.
MOST = 1_024
_LAST: dict[Recurrence, tuple[int, int]] = {}


# Occurrences are at full minutes, so all of a minute has one answer.
@lru_cache(maxsize=1_024)
def _after(recurrence: Recurrence, now: int) -> int:
    trigger = recurrence.trigger()
    found = trigger.get_next_fire_time(None, local(now + 1, recurrence.zone))
    while found is not None and found.fold:  # the second time round of a repeated hour
        found = trigger.get_next_fire_time(None, found + timedelta(hours=1))
    if found is None:
        raise ValueError(f"{recurrence.days} never comes")
    return to_ms(found)


@lru_cache(maxsize=1_024)
def parse_when(text: str, zone: str) -> Recurrence:
    """``wed 20:00``, ``mon,thu 08:30``, ``daily 09:00``, ``15 10:00``. Raises ValueError."""
    found = _WHEN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"{text!r} is no recurrence; write it like 'wed 20:00' or 'daily 09:00'")
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        raise ValueError(f"{found['hour']}:{found['minute']} is no time of day")
    return Recurrence(_days(found["days"]), hour, minute, zone)


def _days(text: str) -> str:
    parts = text.split(",")
    if text == "daily" or all(part in DAYS for part in parts):
        return text
    if all(part.isdigit() and 1 <= int(part) <= 31 for part in parts):
        return text
    raise ValueError(f"{text!r}: days are 'daily', mon … sun, or days of the month like 15")
