"""What becomes of a recurrence when one of its days is moved. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from scheduler.recurrence import DAYS, ORDINALS, SHIFT_MAX, Recurrence

WEEK = timedelta(days=7)
_SHIFTED = re.compile(r"(?P<word>(?:festival|term):[^+-]+)(?:(?P<shift>[+-][0-9]+)d)?")


def kind_of(days: str) -> str:
    """How days are named: daily, workday, holiday, festival, term, weekly, monthly, nth or once."""
    word = days.partition(":")[0]
    if word in ("daily", "workday", "holiday", "festival", "term"):
        return word
    if days[0].isdigit() and days.count("-") == 2:
        return "once"
    if " " in days:
        return "nth"
    return "monthly" if days[0].isdigit() else "weekly"


def moved(recurrence: Recurrence, source: date, target: date) -> str | None:
    """The recurrence as text, with the day on which it comes on ``source`` moved to ``target``.

    None where it comes on no day of its own, like daily, or would be too far from its festival.
    """
    move = _MOVES.get(kind_of(recurrence.days))
    days = move(recurrence.days, source, target) if move else None
    return None if days is None else written(days, recurrence.hour, recurrence.minute)


def written(days: str, hour: int, minute: int) -> str:
    """A recurrence as files have it."""
    return f"{days} {hour:02}:{minute:02}"


def _weekly(days: str, source: date, target: date) -> str:
    old, new = DAYS[source.weekday()], DAYS[target.weekday()]
    found = {new if day == old else day for day in days.split(",")}
    return ",".join(day for day in DAYS if day in found)


def _monthly(days: str, source: date, target: date) -> str:
    found = {target.day if int(day) == source.day else int(day) for day in days.split(",")}
    return ",".join(map(str, sorted(found)))


def _nth(days: str, _: date, target: date) -> str:
    last = days.startswith("last") and (target + WEEK).month != target.month
    ordinal = "last" if last else ORDINALS[(target.day - 1) // 7]
    return f"{ordinal} {DAYS[target.weekday()]}"


def shifted(word: str, days: int) -> str:
    """``festival:春节`` so many days later, or earlier."""
    return f"{word}{days:+d}d" if days else word


def split_shift(days: str) -> tuple[str, int]:
    """``festival:春节-3d`` as the word and the number of days."""
    found = _SHIFTED.fullmatch(days)
    assert found is not None
    return found["word"], int(found["shift"] or 0)


def _named(days: str, source: date, target: date) -> str | None:
    word, shift = split_shift(days)
    shift += (target - source).days
    return shifted(word, shift) if abs(shift) <= SHIFT_MAX else None


_MOVES: Mapping[str, Callable[[str, date, date], str | None]] = {
    "weekly": _weekly, "monthly": _monthly, "nth": _nth, "festival": _named, "term": _named,
    "once": lambda _days, _source, target: target.isoformat(),
}  # fmt: skip
