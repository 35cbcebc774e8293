"""Answers to a field, by its kind: found in what people type, and brought into one form.

A date becomes ``2026-03-05``, or ``03-05`` where no year was said; a number plain digits; a phone
number eleven digits. What is asked for is understood generously, what was not only if it is plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.folding import fold
from bot.persona import cities, control
from bot.persona.form import Field
from bot.persona.normalise import normalise

TEXT_MAX = 100  # characters of a free answer
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_HAN = "零〇一二两俩三四五六七八九十百千万"
_HAN_NUMBER = re.compile(f"[{_HAN}]+")
_NUMBER = re.compile(rf"-?\d+(?:\.\d+)?|[{_HAN}]+")
_YEAR = r"(?:(?P<y>(?:19|20)\d\d|\d\d(?=年))\s*[年./-]\s*)?"
_DATE = re.compile(
    rf"(?<!\d){_YEAR}(?P<m>1[0-2]|0?[1-9])\s*(?:月|[./-])\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?"
)
_LUNAR = re.compile("农历|阴历|旧历|老历|腊月|正月|初[一二三四五六七八九十]")
_NEAR = (("大后天", 3), ("后天", 2), ("明天", 1), ("今天", 0), ("昨天", -1), ("前天", -2))
_PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_CITY = re.compile(
    r"(?:我)?(?:现在)?(?:人)?(?:就)?(?:在|住在|住|来自|是)?([一-龥]{2,8}?)(?:市|这边|那边|人)?[的呢呀啊哦吧。.!！~～\s]*"
)
_LEAD = re.compile(
    r"^\s*(?:就?叫我|喊我|我?(?:就)?(?:叫|名叫|名字是|姓)|是|就是|填|写|那就|就)\s*[:：,，]?\s*"
)
_TRAIL = re.compile(r"[吧呀啊哦呢。.!！~～,，\s]+$")


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and the part of the text that it was read from."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """One attempt to understand: ``asked`` = the field was the question; ``today`` is local."""

    field: Field
    asked: bool
    today: date


def understand(text: str, asking: Asking) -> Found | None:
    """The answer in ``text`` (as ``fold`` leaves it), or None."""
    if asking.field.pattern:
        return _by_pattern(text, asking)
    return KINDS[asking.field.kind](text, asking)


def _by_pattern(text: str, asking: Asking) -> Found | None:
    found = re.search(asking.field.pattern, text[:1_000], re.IGNORECASE)
    if not found:
        return None
    group: str | int = asking.field.id if asking.field.id in found.re.groupindex else 0
    if group == 0 and found.re.groups:
        group = 1
    if not (found[group] or "").strip():
        return None
    return Found(found[group].strip()[:TEXT_MAX], *found.span())


def _text(text: str, asking: Asking) -> Found | None:
    if not asking.asked:
        return None
    value = _TRAIL.sub("", _LEAD.sub("", text.strip()))
    usable = normalise(value) and len(value) <= TEXT_MAX
    return Found(value, 0, len(text)) if usable else None


def _number(text: str, asking: Asking) -> Found | None:
    found = _NUMBER.search(text) if asking.asked else None
    if not found:
        return None
    value = _numeral(found[0])
    least, most = asking.field.least, asking.field.most
    if (
        value is None
        or (least is not None and value < least)
        or (most is not None and value > most)
    ):
        return None
    return Found(f"{value:g}", *found.span())


def _numeral(text: str) -> float | None:
    if not _HAN_NUMBER.fullmatch(text):
        return float(text) if len(text) <= 15 else None
    if not set(text) & set(_UNITS):
        return float("".join(str(_DIGITS[c]) for c in text[:15]))
    total = part = 0
    for char in text:
        if char in _UNITS:
            total, part = total + max(part, 1) * _UNITS[char], 0
        else:
            part = _DIGITS[char]
    return float(total + part)


def _date(text: str, asking: Asking) -> Found | None:
    if _LUNAR.search(text):
        return None  # a lunar day written down as a solar one would be kept on the wrong day
    for word, days in _NEAR:
        at = text.find(word) if asking.asked else -1
        if at >= 0:
            return Found((asking.today + timedelta(days=days)).isoformat(), at, at + len(word))
    digits = _HAN_NUMBER.sub(_in_digits, text)
    found = _DATE.search(digits)
    if not found or (not asking.asked and "月" not in found[0] and not found["y"]):
        return None
    value = _day(_full(found["y"], asking.today), int(found["m"]), int(found["d"]))
    whole = digits == text
    span = found.span() if whole else (0, len(text))
    return Found(value, *span) if value else None


def _in_digits(found: re.Match[str]) -> str:
    value = _numeral(found[0])
    return found[0] if value is None else f"{value:g}"


def _full(year: str | None, today: date) -> str | None:
    """A year of two digits lies at most ten years ahead: 96 is 1996."""
    if not year or len(year) != 2:
        return year
    return f"20{year}" if int(year) <= today.year % 100 + 10 else f"19{year}"


def _day(full: str | None, month: int, day: int) -> str:
    try:
        made = date(int(full or 2000), month, day)
    except ValueError:
        return ""
    return made.isoformat() if full else f"{made:%m-%d}"


def _phone(text: str, asking: Asking) -> Found | None:
    found = _PHONE.search(text)
    return Found("".join(found.groups()), *found.span()) if found else None


def _email(text: str, asking: Asking) -> Found | None:
    found = _EMAIL.search(text)
    return Found(found[0], *found.span()) if found else None


def _choice(text: str, asking: Asking) -> Found | None:
    key = normalise(text)
    for n, option in enumerate(asking.field.options, 1):
        if asking.asked and key in (
            str(n),
            f"第{n}个",
            f"第{'零一二三四五六七八九十'[min(n, 10)]}个",
        ):
            return Found(option.label, 0, len(text))
        for word in (option.label, *option.words):
            wanted = normalise(word)
            if key == wanted or (wanted in key and (asking.asked or len(wanted) > 1)):
                at = text.find(word)
                return Found(option.label, *((at, at + len(word)) if at >= 0 else (0, len(text))))
    return None


def _yes_no(text: str, asking: Asking) -> Found | None:
    said = control.agrees(text) if asking.asked else None
    return None if said is None else Found("是" if said else "否", 0, len(text))


def _city(text: str, asking: Asking) -> Found | None:
    if found := (cities.ALL if asking.asked else cities.KNOWN).search(text):
        return Found(found[0], *found.span())
    if not asking.asked or control.asks(text):
        return None
    bare = _CITY.fullmatch(text.strip())
    return Found(bare[1], 0, len(text)) if bare else None


def _photo(text: str, asking: Asking) -> Found | None:
    return None  # words are no picture; see ``filling``


KINDS: Mapping[str, Callable[[str, Asking], Found | None]] = {
    "text": _text, "number": _number, "date": _date, "phone": _phone, "email": _email,
    "choice": _choice, "yes_no": _yes_no, "city": _city, "photo": _photo,
}  # fmt: skip


def shown(value: str) -> str:
    """A stored date as people say it; anything else as it is."""
    found = re.fullmatch(r"(?:(\d{4})-)?(\d\d)-(\d\d)", value)
    if not found:
        return value
    year, month, day = found.groups()
    return f"{year + '年' if year else ''}{int(month)}月{int(day)}日"


def prepared(text: str) -> str:
    """Text as ``understand`` wants it."""
    return fold(text)[:1_000]
