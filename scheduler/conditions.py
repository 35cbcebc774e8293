"""The conditions of an audience: which fields there are, and how their values are read. Pure.

A new field is one row of ``FIELDS`` here and one of ``bot.store.audience``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core.audience import And, Everybody, Is, Leaf, Moment, When
from bot.core.clock import DAY, to_ms
from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.core.span import parse_span

VALUE_MAX = 64  # characters
AGO_MAX = 36_500 * DAY
EVERYBODY = ("all", "所有人")
SEGMENT = "segment"  # what stands for it is put in its place by scheduler.audience
_SAID = re.compile(r"(?P<field>[^:：=<>≤≥\"“「]+)(?P<sign><=|>=|[:：=<>≤≥])(?P<value>.*)", re.S)
_QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|「([^」]*)」")
_SIGNS = {"：": "=", ":": "=", "≤": "<=", "≥": ">="}
_UNITS = (("分钟", "m"), ("小时", "h"), ("天", "d"), ("周", "w"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What the reading of a value needs: staff accounts by persona, and whose days are meant."""

    personas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class _Written:
    """A condition taken apart; ``sign`` is one of = < > <= >=."""

    said: str
    sign: str
    value: str


Read = Callable[[str, _Written, Context], Leaf | And]


@dataclass(frozen=True, slots=True)
class Field:
    """What people call a field, how its value is read, and how it is meant."""

    names: tuple[str, ...]
    read: Read
    means: str


def condition(said: str, context: Context) -> Leaf | And:
    """Reads one condition. Raises BadInput with a fix; its place is the caller's to add."""
    if said.lower() in EVERYBODY:
        return Everybody(said)
    found = _SAID.fullmatch(said)
    if found is None:
        raise BadInput(f"{said!r} is no condition", fix="write field and value: tag:常客")
    name = found["field"].lower()
    key = _BY_NAME.get(name)
    if key is None:
        raise BadInput(f"there is no field {found['field']!r}", fix=nearest(name, _BY_NAME))
    written = _Written(said, _SIGNS.get(found["sign"], found["sign"]), _value(found["value"]))
    return FIELDS[key].read(key, written, context)


def _value(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    value = next(part for part in quoted.groups() if part is not None) if quoted else text
    if not value.strip():
        raise BadInput("the value is missing", fix="write one behind the sign")
    if len(value) > VALUE_MAX:
        raise BadInput(f"a value of over {VALUE_MAX} characters", fix="shorten it")
    return value.strip()


def _equal(written: _Written) -> str:
    if written.sign != "=":
        raise BadInput(f"{written.said!r}: this field has no order", fix="use :")
    return written.value


def _word(key: str, written: _Written, context: Context) -> Leaf:
    return Is(key, (_equal(written),), written.said)


def _persona(key: str, written: _Written, context: Context) -> Leaf:
    """Who is a friend of one of the persona's accounts."""
    name = _equal(written)
    if name not in context.personas:
        fix = nearest(name, context.personas) if context.personas else "there is no persona yet"
        raise BadInput(f"there is no persona {name!r}", fix=fix)
    return Is("account", tuple(context.personas[name]), written.said)


def _choice(*choices: tuple[str, tuple[str, ...]]) -> Read:
    known = {name: value for value, names in choices for name in names}

    def read(key: str, written: _Written, context: Context) -> Leaf:
        value = known.get(_equal(written).lower())
        if value is None:
            raise BadInput(f"{written.value!r} is not possible", fix=f"one of {', '.join(known)}")
        return Is(key, (value,), written.said)

    return read


def _time(key: str, written: _Written, context: Context) -> Leaf | And:
    """A day, or how long ago: ``<30d`` is less than 30 days ago, ``>2026-01-01`` after that day."""
    day = _day(written.value)
    if day is None:
        return _age(key, written)
    starts, ends = _midnight(day, context.zone), _midnight(day + timedelta(days=1), context.zone)
    return _at(key, written, starts, ends)


def _at(key: str, written: _Written, starts: int, ends: int) -> Leaf | And:
    said = written.said
    if written.sign == "=":
        return And((When(key, "since", Moment(starts), said),
                    When(key, "before", Moment(ends), said)))  # fmt: skip
    if written.sign in (">", ">="):
        return When(key, "since", Moment(ends if written.sign == ">" else starts), said)
    return When(key, "before", Moment(starts if written.sign == "<" else ends), said)


def _age(key: str, written: _Written) -> Leaf:
    if written.sign == "=":
        raise BadInput(f"{written.said!r}: a length of time wants < or >", fix="write <30d or >30d")
    ago = _span(written.value)
    # "less than 30 days ago" begins 1 ms after that moment, "at most" with it
    edge = Moment(ago=ago - (written.sign in ("<", ">=")))
    return When(key, "since" if written.sign in ("<", "<=") else "before", edge, written.said)


def _span(text: str) -> int:
    for name, unit in _UNITS:
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


def _day(text: str) -> date | None:
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


def _silence(key: str, written: _Written, context: Context) -> Leaf | And:
    """A level of silence, by when he wrote last."""
    level = next((one for one in _LEVELS if _equal(written).lower() in one[0]), None)
    if level is None:
        known = ", ".join(name for names, *_ in _LEVELS for name in names)
        raise BadInput(f"{written.value!r} is not possible", fix=f"one of {known}")
    edges = [
        When("active", side, moment, written.said)
        for side, moment in zip(_SIDES, level[1:], strict=True)
        if moment
    ]
    return edges[0] if len(edges) == 1 else And(tuple(edges))


_SIDES: tuple[Literal["since", "before"], ...] = ("since", "before")
# (names, wrote since this moment, wrote before this moment)
_LEVELS: Sequence[tuple[tuple[str, ...], Moment | None, Moment | None]] = (
    (("no", "活跃"), Moment(ago=7 * DAY), None),
    (("cooling", "渐冷"), Moment(ago=30 * DAY), Moment(ago=7 * DAY)),
    (("silent", "沉默"), Moment(ago=90 * DAY), Moment(ago=30 * DAY)),
    (("lost", "流失"), Moment(at=1), Moment(ago=90 * DAY)),
    (("never", "从未"), None, Moment(at=1)),
)

FIELDS: Mapping[str, Field] = {
    "tag": Field(("tag", "标签"), _word, "has the corporate tag of this name"),
    "account": Field(("account", "账号"), _word, "is a friend of this staff account"),
    "persona": Field(("persona", "人设"), _persona, "is a friend of one of its accounts"),
    "source": Field(("source", "来源"), _word, "came through the contact way of this code"),
    "group": Field(("group", "群"), _word, "sits in the customer group of this name"),
    SEGMENT: Field((SEGMENT, "分群"), _word, "belongs to the segment of this name"),
    "promo": Field(("promo", "推广"), _choice(("1", ("ok", "yes", "可", "是")),
                                             ("0", ("no", "否", "不可"))),
                   "takes promotion (ok) or opted out (no)"),
    "gender": Field(("gender", "性别"), _choice(("1", ("m", "male", "男")),
                                              ("2", ("f", "female", "女")),
                                              ("0", ("unknown", "未知"))),
                    "as the platform tells it"),
    "reach": Field(("reach", "可达"), _choice(("contact", ("contact", "好友")),
                                            ("group", ("group", "群"))),
                   "can be reached as somebody's friend, or sits in a customer group"),
    "kf": Field(("kf", "客服"), _time,
                "when he wrote to a kf account last; <48h: its window is open"),
    "silence": Field(("silence", "沉默"), _silence, "wrote within 7 days (no), 30 (cooling), 90 "
                     "(silent), before that (lost), or never"),
    "active": Field(("active", "活跃"), _time, "when he wrote last; never is long ago"),
    "joined": Field(("joined", "加入"), _time, "when he first became a friend of an account"),
}  # fmt: skip
_BY_NAME = {name: key for key, row in FIELDS.items() for name in row.names}
