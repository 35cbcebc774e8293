"""When something comes round, in words and as the fields of a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from bot.console.words import say
from scheduler.moving import kind_of, shifted, split_shift, written
from scheduler.recurrence import DAYS, ORDINALS, Recurrence, parse_when

# The ways in which a form can say it; ``other`` is the text itself.
HOWS = ("once", "weekly", "monthly", "nth", "daily", "workday", "holiday", "festival", "term")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATES = re.compile(r"[,，、\s]+")


class Unclear(ValueError):
    """What was typed is no recurrence; the key of the words is the only argument."""


def said(lang: str, text: str, zone: str) -> str:
    """``wed 20:00`` in words; the text itself where it cannot be read."""
    try:
        found = parse_when(text, zone)
    except ValueError:
        return text
    kind = kind_of(found.days)
    time = f"{found.hour:02}:{found.minute:02}"
    return say(lang, f"plan_when.{kind}", time=time, **_SAID.get(kind, _nothing)(lang, found.days))


def _nothing(lang: str, days: str) -> Mapping[str, object]:
    return {}


def _weekdays(lang: str, days: str) -> Mapping[str, object]:
    joint = say(lang, "plan_when.and")
    return {"days": joint.join(say(lang, f"rota.day_{DAYS.index(day)}") for day in days.split(","))}


def _nth(lang: str, days: str) -> Mapping[str, object]:
    ordinal, _, day = days.partition(" ")
    return {"nth": say(lang, f"plan_nth.{ordinal}"),
            "day": say(lang, f"rota.day_{DAYS.index(day)}")}  # fmt: skip


def named_day(lang: str, days: str) -> str:
    """``festival:NAME-3d`` in words."""
    word, shift = split_shift(days)
    side = "plan_when.on" if not shift else "plan_when.ahead" if shift < 0 else "plan_when.behind"
    return say(lang, side, name=word.partition(":")[2], n=abs(shift))


def _named(lang: str, days: str) -> Mapping[str, object]:
    return {"name": named_day(lang, days)}


_SAID: Mapping[str, Callable[[str, str], Mapping[str, object]]] = {
    "weekly": _weekdays, "nth": _nth, "festival": _named, "term": _named,
    "monthly": lambda lang, days: {"days": say(lang, "plan_when.and").join(days.split(","))},
    "once": lambda lang, days: {"day": days},
}  # fmt: skip


def fields_of(text: str, zone: str) -> dict[str, str]:
    """The fields of a form for a recurrence; what cannot be read stands in ``when`` alone."""
    try:
        found = parse_when(text, zone)
    except ValueError:
        return {"how": "other", "when": text}
    kind = kind_of(found.days)
    time = f"{found.hour:02}:{found.minute:02}"
    return {"how": kind, "time": time, "when": text, **_fields(kind, found)}


def _fields(kind: str, found: Recurrence) -> dict[str, str]:
    if kind == "once":
        return {"date": found.days}
    if kind == "weekly":
        return {f"d{DAYS.index(day)}": "1" for day in found.days.split(",")}
    if kind == "monthly":
        return {"days": found.days.replace(",", ", ")}
    if kind == "nth":
        ordinal, _, day = found.days.partition(" ")
        return {"ordinal": ordinal, "weekday": day}
    if kind in ("festival", "term"):
        word, shift = split_shift(found.days)
        return {kind: word.partition(":")[2], "shift": str(shift)}
    return {}


def composed(typed: Mapping[str, str], zone: str) -> str:
    """What a form says, as files have it. Raises Unclear."""
    how = typed.get("how", "")
    if how == "other":
        return _read(typed.get("when", "").strip(), zone)
    time = _TIME.fullmatch(typed.get("time", "").strip())
    if time is None:
        raise Unclear("plan_fault.time")
    make = _DAYS.get(how)
    if make is None:
        raise Unclear("plan_fault.how")
    return _read(written(make(typed), int(time[1]), int(time[2])), zone)


def _read(text: str, zone: str) -> str:
    try:
        parse_when(text, zone)
    except ValueError:
        raise Unclear("plan_fault.when") from None
    return text


def _once(typed: Mapping[str, str]) -> str:
    try:
        return date.fromisoformat(typed.get("date", "").strip()).isoformat()
    except ValueError:
        raise Unclear("plan_fault.date") from None


def _ticked(typed: Mapping[str, str]) -> str:
    found = [day for n, day in enumerate(DAYS) if typed.get(f"d{n}")]
    if not found:
        raise Unclear("plan_fault.weekdays")
    return ",".join(found)


def _monthly(typed: Mapping[str, str]) -> str:
    parts = [part for part in _DATES.split(typed.get("days", "")) if part]
    if not parts or not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 31
                            for part in parts):  # fmt: skip
        raise Unclear("plan_fault.days")
    return ",".join(map(str, sorted({int(part) for part in parts})))


def _ordinal(typed: Mapping[str, str]) -> str:
    ordinal, day = typed.get("ordinal", ""), typed.get("weekday", "")
    if ordinal not in ORDINALS or day not in DAYS:
        raise Unclear("plan_fault.weekdays")
    return f"{ordinal} {day}"


def _feast(kind: str) -> Callable[[Mapping[str, str]], str]:
    def make(typed: Mapping[str, str]) -> str:
        try:
            shift = int(typed.get("shift", "").strip() or 0)
        except ValueError:
            raise Unclear("plan_fault.shift") from None
        return shifted(f"{kind}:{typed.get(kind, '')}", shift)

    return make


_DAYS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "once": _once, "weekly": _ticked, "monthly": _monthly, "nth": _ordinal,
    "daily": lambda typed: "daily", "workday": lambda typed: "workday",
    "holiday": lambda typed: "holiday", "festival": _feast("festival"), "term": _feast("term"),
}  # fmt: skip
