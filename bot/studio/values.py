"""From a context to the plain values that a template sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from bot.studio.syntax import LIST_MAX
from bot.studio.template import Template, Var

TEXT_MAX = 2_000  # characters of one value

Plain = str | int | Decimal | date | bool | tuple["Plain", ...] | Mapping[str, "Plain"]

SOURCES: Mapping[str, tuple[str, ...]] = {
    "member": ("name", "codename", "city"),
    "persona": ("name", "kf_link", "contact_qr"),
    "brand": ("name",),
    "day": ("date", "weekday", "solar_term", "festival"),
    "account": ("name",),
}
_STORY = re.compile(r"persona\.story\.[\w-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


_UNFIT = (ValueError, TypeError, InvalidOperation)


class Missing(ValueError):
    """A variable has neither a value nor a fallback. ``str()`` names it."""


def known_source(source: str) -> bool:
    """True for a source that documentation promises."""
    root, _, name = source.partition(".")
    return not source or name in SOURCES.get(root, ()) or bool(_STORY.fullmatch(source))


def resolve(template: Template, context: Mapping[str, Any]) -> dict[str, Plain]:
    """The value of every declared variable. Raises Missing naming the first without one."""
    return {var.name: _value(var, context) for var in template.vars}


def sample_context(template: Template) -> dict[str, Any]:
    """A context that gives every variable its sample, or else its fallback."""
    given: dict[str, Any] = {}
    for var in template.vars:
        value = var.fallback if var.sample is None else var.sample
        if value is not None:
            _put(given, var.source.split(".") if var.source else [var.name], value)
    return given


def _put(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        below = tree.get(part)
        if not isinstance(below, dict):  # another source is a part of this one's path
            below = tree[part] = {}
        tree = below
    tree[path[-1]] = value


def numbers(template: Template, context: Mapping[str, Any]) -> tuple[str, ...]:
    """The number variables of a template in this context, as decimal texts, each once."""
    wanted = [var for var in template.vars if var.type == "number"]
    return tuple(dict.fromkeys(str(_value(var, context)) for var in wanted))


def _value(var: Var, context: Mapping[str, Any]) -> Plain:
    found: Any = context
    for part in _path(var.source or var.name):
        found = found.get(part) if isinstance(found, Mapping) else None
    convert = _CONVERT[var.type]
    if found is not None and found != "":
        try:
            made = convert(found)
            if made != "":
                return made
        except _UNFIT:
            pass
    try:
        # An empty text is a value when somebody wrote it down as the fallback.
        return convert(var.fallback)
    except _UNFIT:
        where = var.source or "given by the caller"
        raise Missing(f"{var.name} ({where}) is unknown and has no fallback") from None


@cache
def _path(source: str) -> tuple[str, ...]:
    return tuple(source.split("."))


def _text(value: Any) -> str:
    """One line: names and nicknames come with line breaks and direction marks in them."""
    if value is None or isinstance(value, Mapping | list | tuple | bool):
        raise TypeError("not a text")
    text = str(value).strip()
    if not text.isprintable():
        text = _CONTROL.sub("", text).strip()
    if len(text) > TEXT_MAX:
        raise ValueError("too long")
    return text


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool):
        raise TypeError("not a number")
    return value if isinstance(value, int) else Decimal(str(value))


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _list(value: Any) -> tuple[Plain, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return tuple(_item(part) for part in value[:LIST_MAX])


def _item(value: Any) -> Plain:
    if isinstance(value, Mapping):
        return {str(key): _scalar(part) for key, part in list(value.items())[:LIST_MAX]}
    return _scalar(value)


def _scalar(value: Any) -> Plain:
    if isinstance(value, int | Decimal | date):
        return value
    return Decimal(str(value)) if isinstance(value, float) else _text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool | int):
        raise TypeError("not a flag")
    return bool(value)


_CONVERT: Mapping[str, Callable[[Any], Plain]] = {
    "text": _text, "number": _number, "date": _date, "list": _list, "flag": _flag,
}  # fmt: skip
