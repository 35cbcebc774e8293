"""A condition taken apart, and how words, days and lengths of time in it are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.audience import And, Is, Leaf, Moment, When
from bot.core.clock import DAY, to_ms
from bot.core.errors import BadInput
from bot.core.rfm import Thresholds
from bot.core.span import parse_span

AGO_MAX = 36_500 * DAY
UNITS = (("分钟", "m"), ("小时", "h"), ("天", "d"), ("周", "w"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What the reading of a value needs: staff accounts by persona, whose days are meant, and what
    is recent, often and much in a buyer."""

    personas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    zone: str = "UTC"
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True)
class Written:
    """A condition taken apart; ``sign`` is one of = < > <= >=."""

    said: str
    sign: str
    value: str


Read = Callable[[str, Written, Context], Leaf | And]


def equal(written: Written) -> str:
    """The value of a field that has no order. Raises BadInput for other signs."""
    if written.sign != "=":
        raise BadInput(f"{written.said!r}: this field has no order", fix="use :")
    return written.value


def word(key: str, written: Written, context: Context) -> Leaf:
    """One of the field's words."""
    return Is(key, (equal(written),), written.said)


def moment(key: str, written: Written, context: Context) -> Leaf | And:
    """A day, or how long ago: ``<30d`` is less than 30 days ago, ``>2026-01-01`` after that day."""
    day = day_of(written.value)
    if day is None:
        return _age(key, written)
    starts, ends = _midnight(day, context.zone), _midnight(day + timedelta(days=1), context.zone)
    return _at(key, written, starts, ends)


def _at(key: str, written: Written, starts: int, ends: int) -> Leaf | And:
    said = written.said
    if written.sign == "=":
        return And((When(key, "since", Moment(starts), said),
                    When(key, "before", Moment(ends), said)))  # fmt: skip
    if written.sign in (">", ">="):
        return When(key, "since", Moment(ends if written.sign == ">" else starts), said)
    return When(key, "before", Moment(starts if written.sign == "<" else ends), said)


def _age(key: str, written: Written) -> Leaf:
    if written.sign == "=":
        raise BadInput(f"{written.said!r}: a length of time wants < or >", fix="write <30d or >30d")
    ago = _span(written.value)
    # "less than 30 days ago" begins 1 ms after that moment, "at most" with it
    edge = Moment(ago=ago - (written.sign in ("<", ">=")))
    return When(key, "since" if written.sign in ("<", "<=") else "before", edge, written.said)


def _span(text: str) -> int:
    for name, unit in UNITS:
        text = text.replace(name, unit)
    try:
        weeks = text.endswith("w")
        span = parse_span(f"{text[:-1]}d" if weeks else text) * (7 if weeks else 1)
    except ValueError:
        raise BadInput(f"{text!r} is neither a day nor a length of time",
                       fix="write 30d, 30天 or 2026-01-01") from None  # fmt: skip
    if not 0 < span <= AGO_MAX:
        raise BadInput(f"{text!r} is out of bounds", fix="between 1m and 36500d")
    return span


def day_of(text: str) -> date | None:
    """The day that is written, None where it is none. Raises BadInput where there is no such."""
    if not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return None
    try:
        day = date(*map(int, text.split("-")))
    except ValueError:
        raise BadInput(f"there is no day {text}", fix="write it as 2026-01-01") from None
    if not 1970 <= day.year <= 2200:
        raise BadInput(f"{text} is out of bounds", fix="between 1970 and 2200")
    return day


def _midnight(day: date, zone: str) -> int:
    return to_ms(datetime.combine(day, time(), ZoneInfo(zone)))
