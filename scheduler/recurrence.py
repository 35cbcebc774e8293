"""When something comes round again. Pure; APScheduler's triggers do the calendar arithmetic of
weekdays and days of the month, the almanac that of festivals, solar terms and days off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.core.clock import MINUTE, local, to_ms
from bot.core.decode import nearest
from scheduler import almanac

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "last")
AHEAD = 400  # days; a festival of the moon may be 384 days away from the one before
SHIFT_MAX = 60  # days before or after a festival
EXAMPLES = ("'wed 20:00', 'daily 09:00', 'last fri 20:00', 'workday 09:00', "
            "'festival:春节-3d 09:00', 'term:大雪 08:00' or '2026-12-01 10:00'")  # fmt: skip

_WHEN = re.compile(r"(?P<days>\S+(?: \S+)?)\s+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")
_NAMED = re.compile(r"(?P<kind>festival|term):(?P<name>[^\s:+-]+)(?:(?P<shift>[+-][0-9]{1,2})d)?")
_ONCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# What a day must be, by the word or the kind before the colon.
_ALMANAC: Mapping[str, Callable[[date, str], bool]] = {
    "workday": lambda day, _: almanac.is_workday(day),
    "holiday": lambda day, _: bool(almanac.holiday(day)),
    "festival": lambda day, name: name in almanac.festivals(day),
    "term": lambda day, name: almanac.solar_term(day) == name,
}
_NAMES = {"festival": almanac.FESTIVALS, "term": frozenset(almanac.TERMS)}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """``days`` is daily, weekday names, ``last fri``, days of the month, a word of the almanac or
    one date; the time is in ``zone``."""

    days: str
    hour: int
    minute: int
    zone: str

    def after(self, now: int) -> int | None:
        """The first occurrence later than ``now``, in UTC ms; None when there is none any more.

        A time that a clock change skips comes at the next existing one; a repeated one comes once.
        """
        since, at = _LAST.get(self, (0, 0))
        if since <= now < at:
            return at
        found = _after(self, now // MINUTE * MINUTE)
        if found is not None:
            if len(_LAST) >= MOST:
                _LAST.clear()
            _LAST[self] = (now, found)
        return found

    def trigger(self) -> CronTrigger:
        """A trigger for APScheduler that rings at each occurrence, and for the days of the almanac
        on other days too."""
        fields = {"hour": self.hour, "minute": self.minute, "second": 0, "timezone": self.zone}
        if self.days == "daily" or _by_almanac(self.days) or _ONCE.fullmatch(self.days):
            return CronTrigger(**fields)
        # names, never numbers: APScheduler counts 0 as Monday
        if self.days[0].isdigit() or " " in self.days:
            return CronTrigger(day=self.days, **fields)
        return CronTrigger(day_of_week=self.days, **fields)


# What was answered last, and from when on: until it comes it is the answer, and every tick asks.
MOST = 1_024
_LAST: dict[Recurrence, tuple[int, int]] = {}


# Occurrences are at full minutes, so all of a minute has one answer.
@lru_cache(maxsize=4_096)
def _after(recurrence: Recurrence, now: int) -> int | None:
    if _ONCE.fullmatch(recurrence.days):
        once = _moment(recurrence, date.fromisoformat(recurrence.days))
        return once if once > now else None
    if _by_almanac(recurrence.days):
        return _by_days(recurrence, now)
    trigger = recurrence.trigger()
    found = trigger.get_next_fire_time(None, local(now + 1, recurrence.zone))
    while found is not None and found.fold:  # the second time round of a repeated hour
        found = trigger.get_next_fire_time(None, found + timedelta(hours=1))
    return None if found is None else to_ms(found)


def _by_days(recurrence: Recurrence, now: int) -> int | None:
    day: date | None = local(now, recurrence.zone).date()
    # today's time may be over, or a clock change may have moved it into the next day
    for _ in range(3):
        day = None if day is None else _next_day(recurrence.days, day)
        if day is None:
            return None
        moment = _moment(recurrence, day)
        if moment > now:
            return moment
        day += timedelta(days=1)
    return None


def _moment(recurrence: Recurrence, day: date) -> int:
    return to_ms(datetime(day.year, day.month, day.day, recurrence.hour, recurrence.minute,
                          tzinfo=ZoneInfo(recurrence.zone)))  # fmt: skip


@lru_cache(maxsize=4_096)
def _next_day(days: str, start: date) -> date | None:
    """The first such day from ``start`` on, within AHEAD days."""
    found = _NAMED.fullmatch(days)
    kind, name = (found["kind"], found["name"]) if found else (days, "")
    shift = timedelta(days=int(found["shift"] or 0) if found else 0)
    fits = _ALMANAC[kind]
    return next((day for day in (start + timedelta(days=n) for n in range(AHEAD))
                 if fits(day - shift, name)), None)  # fmt: skip


def is_day(days: str, day: date) -> bool:
    """True when ``day`` is one of the days of the almanac that ``days`` names."""
    return _next_day(days, day) == day


def _by_almanac(days: str) -> bool:
    return days.partition(":")[0] in _ALMANAC


@lru_cache(maxsize=1_024)
def parse_when(text: str, zone: str) -> Recurrence:
    """``wed 20:00``, ``mon,thu 08:30``, ``daily 09:00``, ``15 10:00``, ``last fri 20:00``,
    ``workday 09:00``, ``festival:春节-3d 09:00``, ``2026-12-01 10:00``. Raises ValueError."""
    found = _WHEN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"{text!r} is no recurrence; write it like {EXAMPLES}")
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        raise ValueError(f"{found['hour']}:{found['minute']} is no time of day")
    return Recurrence(_days(found["days"]), hour, minute, zone)


def _days(text: str) -> str:
    parts = text.split(",")
    if text in ("daily", "workday", "holiday") or all(part in DAYS for part in parts):
        return text
    if all(re.fullmatch("[0-9]{1,2}", part) and 1 <= int(part) <= 31 for part in parts):
        return text
    ordinal, _, weekday = text.partition(" ")
    if ordinal in ORDINALS and weekday in DAYS:
        return text
    if _ONCE.fullmatch(text):
        date.fromisoformat(text)
        return text
    if named := _NAMED.fullmatch(text):
        return _named(text, named["kind"], named["name"], int(named["shift"] or 0))
    raise ValueError(f"{text!r}: days are written like {EXAMPLES}")


def _named(text: str, kind: str, name: str, shift: int) -> str:
    known = _NAMES[kind]
    if name not in known:
        raise ValueError(f"there is no {kind} {name!r}; {nearest(name, known)}")
    if abs(shift) > SHIFT_MAX:
        raise ValueError(f"{text!r}: at most {SHIFT_MAX} days before or after")
    return text
