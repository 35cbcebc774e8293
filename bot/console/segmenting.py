"""Conditions in words that anybody reads, and what a form offers for each. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.console.words import known, say
from bot.core import money
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.core.stages import NAMES
from scheduler.conditions import FIELDS
from scheduler.reasons import Reason
from scheduler.sketch import ALL, Group, Part, Row, read, rows, said_of
from scheduler.written import UNITS, day_of

# Fields as they are offered: what people look for together.
SHELVES: Mapping[str, Sequence[str]] = {
    "known": ("tag", "fact", "need", "gender", "consent"),
    "where": ("account", "persona", "source", "group", "circle", "level", "badge", "role", "reach"),
    "alive": ("active", "silence", "joined", "kf", "promo"),
    "buys": ("order", "orders", "ltv", "rfm", "uses", "stage", "dear"),
    "more": ("segment", ALL),
}
SPANS = (7, 30, 60, 90, 180)  # days
AMOUNTS: Mapping[str, Sequence[str]] = {"orders": ("1", "2", "5"), "ltv": ("100", "300", "1000")}
# Signs of each kind of value. A time is a span of time (s) or a day (d), as its value is written.
SIGNS: Mapping[str, Sequence[str]] = {
    "word": ("=",), "choice": ("=",), "time": ("s<", "s>", "d>=", "d<", "d="),
    "number": (">=", "<", "="), "order": ("=", "s<", "s>", "d>=", "d<", "d="),
}  # fmt: skip
KNOWN_MOST = 6


def choices(key: str, lang: str) -> list[tuple[str, str]]:
    """The values of a field that has few: how each is written, and what it is called."""
    return [(_own(names, lang), say(lang, f"audience_choice.{key}_{names[0]}"))
            for names in FIELDS[key].choices]  # fmt: skip


def _own(names: Sequence[str], lang: str) -> str:
    return next((one for one in names if one.isascii() is (lang != "zh")), names[0])


def chosen(row: Row, lang: str) -> str:
    """A row's choice as it is written in this language."""
    value = row.value.strip().lower()
    field = FIELDS.get(row.field)
    found = (names for names in (field.choices if field else ()) if value in names)
    return next((_own(names, lang) for names in found), row.value)


def sign_of(row: Row) -> str:
    """The sign as the form has it."""
    field = FIELDS.get(row.field)
    if field is None or field.kind not in ("time", "order"):
        return row.sign
    day = _is_day(row.value)
    if field.kind == "order" and row.sign == "=" and not day:
        return "="
    return ("d" if day else "s") + row.sign


def _is_day(text: str) -> bool:
    try:
        return day_of(text.strip()) is not None
    except BadInput:
        return True  # it is meant to be one


def signs_of(row: Row) -> list[str]:
    """The signs that its field may have; what stands there stays."""
    field = FIELDS.get(row.field)
    usual = SIGNS[field.kind] if field else (row.sign or "=",)
    return list(dict.fromkeys((*usual, sign_of(row))))


def turned(before: Row, field: str, sign: str, value: str, lang: str, today: date) -> Row:
    """A row as the form changes it. What does not fit the new field or sign gives way to what is
    usual there."""
    if field != before.field:
        return fresh(field, lang, before.negated)
    kind = FIELDS[field].kind if field in FIELDS else "word"
    if kind not in ("time", "order"):
        return Row(field, sign or before.sign, value, before.negated)
    plain = sign[1:] if sign[:1] in ("s", "d") else sign
    if sign != sign_of(before) and sign[:1] != sign_of(before)[:1]:
        value = {"s": spans(lang)[1], "d": today.isoformat()}.get(sign[:1], "")
    return Row(field, plain, value, before.negated)


def fresh(field: str, lang: str, negated: bool = False) -> Row:
    """A row that was just begun: a time has a usual span, a choice its first value."""
    known_field = FIELDS.get(field)
    kind = known_field.kind if known_field else ""
    if kind == "time":
        return Row(field, "<", spans(lang)[1], negated)
    if kind == "choice":
        return Row(field, "=", choices(field, lang)[0][0], negated)
    return Row(field, ">=" if kind == "number" else "=", "", negated)


def spans(lang: str) -> Sequence[str]:
    """Lengths of time that are usual."""
    return [say(lang, "audience_written.days", n=n) for n in SPANS]


def plain(lang: str, words: str) -> str:
    """A sentence as anybody reads it; as it was written where it cannot be read."""
    try:
        return told(lang, read(words)) or words
    except BadInput:
        return words


def told(lang: str, group: Group) -> str:
    """Conditions in words."""
    between = say(lang, "audience_said.or" if group.any else "audience_said.and")
    text = between.join(_part(lang, part) for part in group.parts)
    return say(lang, "audience_said.not", what=text) if group.negated and text else text


def _part(lang: str, part: Part) -> str:
    if isinstance(part, Group):
        inner = told(lang, part)
        single = len(part.parts) == 1 or part.negated
        return inner if single else say(lang, "audience_said.group", what=inner)
    text = row_told(lang, part)
    return say(lang, "audience_said.not", what=text) if part.negated else text


def row_told(lang: str, row: Row) -> str:
    """One condition in words, but for its NOT."""
    if row.field == ALL:
        return say(lang, "audience_says.all")
    field = FIELDS.get(row.field)
    if field is None or not row.value.strip():
        return said_of(row, lang)
    if field.kind == "choice":
        return _choice_told(lang, row)
    sign = sign_of(row)
    if sign[:1] in ("s", "d"):
        when = say(lang, f"audience_when.{_SIGN_NAMES[sign]}", v=_span_told(lang, row.value))
        return say(lang, f"audience_says.{row.field}_when", when=when)
    if field.kind == "number":
        than = say(lang, f"audience_than.{_SIGN_NAMES[sign]}", v=row.value)
        return say(lang, f"audience_says.{row.field}", than=than)
    return _word_told(lang, row)


_SIGN_NAMES = {
    "s<": "within", "s<=": "within", "s>": "ago", "s>=": "ago", "s=": "within", "d>=": "since",
    "d>": "after", "d<": "before", "d<=": "until", "d=": "on", ">=": "least", ">": "over",
    "<": "below", "<=": "most", "=": "just",
}  # fmt: skip


def _choice_told(lang: str, row: Row) -> str:
    own = chosen(row, lang)
    name = next((names[0] for names in FIELDS[row.field].choices if own in names), "")
    key = f"audience_choice.{row.field}_{name}"
    value = say(lang, key) if known(key) else row.value
    return say(lang, f"audience_says.{row.field}", v=value)


def _word_told(lang: str, row: Row) -> str:
    if row.field == "fact":
        name, is_, value = row.value.partition("=")
        name = say(lang, f"fact.{name}") if known(f"fact.{name}") else name
        key = "audience_says.fact" if is_ else "audience_says.fact_any"
        return say(lang, key, k=name, v=value)
    if row.field == "stage":
        category, _, stage = row.value.rpartition("/")
        key = "audience_says.stage_of" if category else "audience_says.stage"
        return say(lang, key, c=category, v=stage_told(lang, stage))
    return say(lang, f"audience_says.{row.field}", v=row.value)


def stage_told(lang: str, name: str) -> str:
    """A stage as the pages call it."""
    found = next((one.value for one, own in NAMES.items() if name.lower() in (one.value, own)), "")
    return say(lang, f"stage.{found}") if found else name


def _span_told(lang: str, text: str) -> str:
    """A length of time as people say it; a day as it is."""
    found = re.fullmatch(r"([0-9]+)(\D+)", text.strip())
    unit = dict(UNITS).get(found[2], found[2]) if found else ""
    key = f"audience_span.{unit}"
    return say(lang, key, n=found[1]) if found and known(key) else text


def sign_name(row: Row, sign: str) -> str:
    """What a sign of the form is called in the catalogue."""
    number = row.field in FIELDS and FIELDS[row.field].kind == "number"
    return "is" if sign == "=" and not number else _SIGN_NAMES.get(sign, "is")


class Because:
    """A condition that decided, in words, with its NOT: whether it speaks for him, and what is
    known of him."""

    def __init__(self, lang: str, said: str, found: Sequence[Reason], zone: str) -> None:
        no = found[0].negated
        self.holds = all(one.holds for one in found) is not no
        self.said = say(lang, "audience_said.not", what=plain(lang, said)) if no \
            else plain(lang, said)  # fmt: skip
        told_ = [_found_told(lang, one, zone) for one in found]
        self.known = " · ".join(dict.fromkeys(text for text in told_ if text))


def because(lang: str, reasons: Sequence[Reason], zone: str) -> list[Because]:
    """Reasons in words; what one condition looks at stands together."""
    by_said: dict[tuple[str, bool], list[Reason]] = {}
    for one in reasons:
        by_said.setdefault((one.said, one.negated), []).append(one)
    return [Because(lang, said, found, zone) for (said, _), found in by_said.items()]


def _found_told(lang: str, reason: Reason, zone: str) -> str:
    field, found = reason.field, reason.found
    if field in ("", "id"):
        return ""
    name = say(lang, f"audience_known.{field}")
    if isinstance(found, frozenset):
        words = [_value_told(lang, field, one) for one in sorted(found)]
        more = "…" if len(words) > KNOWN_MOST else ""
        text = say(lang, "audience_said.list").join(words[:KNOWN_MOST]) + more
        return f"{name}{text or say(lang, 'audience_said.nothing')}"
    if found is None:
        return name + say(lang, "when.never")
    if field in ("net", "ltv"):
        return name + money.amount(found)
    return name + (str(found) if field == "orders" else f"{local(found, zone):%Y-%m-%d %H:%M}")


# What the database calls a choice, as its field's first name.
_STORED = {"promo": {"1": "ok", "0": "no"}, "gender": {"1": "m", "2": "f", "0": "unknown"},
           "dear": {"1": "yes", "0": "no"}}  # fmt: skip


def _value_told(lang: str, field: str, value: str) -> str:
    name = _STORED.get(field, {}).get(value, value)
    key = f"audience_choice.{field}_{name}"
    if known(key):
        return say(lang, key)
    if field == "stage":
        return stage_told(lang, value)
    if field == "staged":
        category, _, stage = value.rpartition("/")
        return f"{category}/{stage_told(lang, stage)}"
    return value


def unfinished(group: Group) -> int:
    """How many rows still want a value."""
    return sum(row.field != ALL and bool(row.sign) and not row.value.strip()
               for _, row in rows(group))  # fmt: skip


def listed(group: Group) -> list[str]:
    """Fields in use whose values are offered as a list of what members have."""
    found = {row.field for _, row in rows(group) if sign_of(row) == "="}
    return sorted(one for one in found & FIELDS.keys() if FIELDS[one].kind in ("word", "order"))
