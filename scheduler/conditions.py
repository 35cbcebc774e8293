"""The conditions of an audience: which fields there are, and how their values are read. Pure.

A new field is one row of ``FIELDS`` here and one of ``bot.store.audience``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core import asked, rfm
from bot.core.audience import And, Everybody, Is, Leaf, Moment, When
from bot.core.clock import DAY
from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.core.money import cents
from scheduler import buyers
from scheduler.written import Context, Read, Written, equal
from scheduler.written import moment as _time
from scheduler.written import word as _word

VALUE_MAX = 64  # characters
EVERYBODY = ("all", "所有人")
SEGMENT = "segment"  # what stands for it is put in its place by scheduler.audience
_SAID = re.compile(r"(?P<field>[^:：=<>≤≥\"“「]+)(?P<sign><=|>=|[:：=<>≤≥])(?P<value>.*)", re.S)
_QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|「([^」]*)」")
_SIGNS = {"：": "=", ":": "=", "≤": "<=", "≥": ">="}


Choice = tuple[str, tuple[str, ...]]
Kind = Literal["word", "choice", "time", "number", "order"]


@dataclass(frozen=True, slots=True)
class Field:
    """What people call a field, how its value is read, how it is meant, and what kind of value it
    wants; ``choices``: what each of its values may be called, English names first."""

    names: tuple[str, ...]
    read: Read
    means: str
    kind: Kind = "word"
    choices: Sequence[tuple[str, ...]] = ()


def condition(said: str, context: Context) -> Leaf | And:
    """Reads one condition. Raises BadInput with a fix; its place is the caller's to add."""
    if said.lower() in EVERYBODY:
        return Everybody(said)
    found = _SAID.fullmatch(said)
    if found is None:
        raise BadInput(f"{said!r} is no condition", fix="write field and value: tag:常客")
    key = field_of(found["field"])
    if key is None:
        raise BadInput(
            f"there is no field {found['field']!r}", fix=nearest(found["field"].lower(), _BY_NAME)
        )
    written = Written(said, _SIGNS.get(found["sign"], found["sign"]), _value(found["value"]))
    return FIELDS[key].read(key, written, context)


def field_of(name: str) -> str | None:
    """The key of the field that is called so."""
    return _BY_NAME.get(name.lower())


def taken_apart(said: str) -> tuple[str, str, str] | None:
    """The name of the field, the sign (one of = < > <= >=) and the value of what looks like a
    condition, whether it means anything or not."""
    found = _SAID.fullmatch(said)
    if found is None:
        return None
    return found["field"], _SIGNS.get(found["sign"], found["sign"]), _unquoted(found["value"])


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return next(part for part in quoted.groups() if part is not None) if quoted else text


def _value(text: str) -> str:
    value = _unquoted(text)
    if not value.strip():
        raise BadInput("the value is missing", fix="write one behind the sign")
    if len(value) > VALUE_MAX:
        raise BadInput(f"a value of over {VALUE_MAX} characters", fix="shorten it")
    return value.strip()


def _noticed(key: str, written: Written, context: Context) -> Leaf:
    return Is(*asked.ASKED[key](equal(written)), written.said)


def _persona(key: str, written: Written, context: Context) -> Leaf:
    """Who is a friend of one of the persona's accounts."""
    name = equal(written)
    if name not in context.personas:
        fix = nearest(name, context.personas) if context.personas else "there is no persona yet"
        raise BadInput(f"there is no persona {name!r}", fix=fix)
    return Is("account", tuple(context.personas[name]), written.said)


def _choice(*choices: Choice) -> Read:
    known = {name: value for value, names in choices for name in names}

    def read(key: str, written: Written, context: Context) -> Leaf:
        value = known.get(equal(written).lower())
        if value is None:
            raise BadInput(f"{written.value!r} is not possible", fix=f"one of {', '.join(known)}")
        return Is(key, (value,), written.said)

    return read


def _one_of(names: tuple[str, ...], means: str, *choices: Choice) -> Field:
    """A field with few values."""
    return Field(names, _choice(*choices), means, "choice", [own for _, own in choices])


def _silence(key: str, written: Written, context: Context) -> Leaf | And:
    """A level of silence, by when he wrote last."""
    level = next((one for one in _LEVELS if equal(written).lower() in one[0]), None)
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
    "circle": Field(("circle", "圈层", "圈子"), _word, "is in the circle of this name"),
    "level": Field(("level", "等级"), _word, "has this level of a circle now; 满壶+ or one above"),
    "badge": Field(("badge", "徽章", "勋章"), _word, "has this badge of a circle"),
    "role": _one_of(("role", "身份"), "holds this role now",
                    ("kol", ("kol", "意见领袖")), ("koc", ("koc", "体验官")),
                    ("seed", ("seed", "种子用户"))),
    "promo": _one_of(("promo", "推广"), "takes promotion (ok) or opted out (no)",
                     ("1", ("ok", "yes", "可", "是")), ("0", ("no", "否", "不可"))),
    "gender": _one_of(("gender", "性别"), "as the platform tells it",
                      ("1", ("m", "male", "男")), ("2", ("f", "female", "女")),
                      ("0", ("unknown", "未知"))),
    "fact": Field(("fact", "画像"), _noticed, "this is known of him: taste=绿茶, or taste alone"),
    "need": Field(("need", "需求"), _noticed, "this worry or wish was noticed, or one of the kind"),
    "consent": Field(("consent", "同意"), _word, "agreed to this purpose the last time he said"),
    "reach": _one_of(("reach", "可达"),
                     "can be reached as somebody's friend, or sits in a customer group",
                     ("contact", ("contact", "好友")), ("group", ("group", "群"))),
    "kf": Field(("kf", "客服"), _time,
                "when he wrote to a kf account last; <48h: its window is open", "time"),
    "silence": Field(("silence", "沉默"), _silence, "wrote within 7 days (no), 30 (cooling), 90 "
                     "(silent), before that (lost), or never", "choice",
                     [names for names, *_ in _LEVELS]),
    "order": Field(("order", "订单"), buyers.order, "bought something of this category "
                   "(order:绿茶), or when he bought last (order<30d)", "order"),
    "uses": Field(("uses", "使用"), _word, "uses this category, whoever paid"),
    "orders": Field(("orders", "单数"), buyers.number(int), "how many orders he kept",
                    "number"),
    "ltv": Field(("ltv", "价值"), buyers.number(cents), "what he paid, less refunds and what it "
                 "cost to win him, in yuan", "number"),
    "stage": Field(("stage", "阶段"), buyers.stage, "is at this stage of the journey with some "
                   "category, or with one (stage:绿茶/买过)"),
    "dear": _one_of(("dear", "贵重"),
                    "considers a category that is dear, or bought seldom, and has not bought it",
                    ("1", ("yes", "ok", "是")), ("0", ("no", "否"))),
    "rfm": Field(("rfm", "买家"), buyers.group, "is in this group of buyers", "choice",
                 [*rfm.ENGLISH.items()]),
    "active": Field(("active", "活跃"), _time, "when he wrote last; never is long ago", "time"),
    "joined": Field(("joined", "加入"), _time, "when he first became a friend of an account",
                    "time"),
}  # fmt: skip
_BY_NAME = {name: key for key, row in FIELDS.items() for name in row.names}
