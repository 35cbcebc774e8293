"""What the platform wants of a JSON object, as a table that is checked before the call.

A ``Want`` describes one value; ``check`` walks an object along it. Sizes are UTF-8 bytes unless
they are called characters. What a table does not name is let through: the platform ignores it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.wecom.wire import BadBody, within

Json = dict[str, Any]
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false",
          list: "a list", dict: "an object"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """One value. ``size``, ``chars`` and ``count`` are upper limits or (lower, upper)."""

    kind: type = str
    need: bool = False
    size: int | None = None
    chars: tuple[int, int] | None = None
    count: tuple[int, int] | None = None
    span: tuple[float, float] | None = None
    among: tuple[Any, ...] = ()
    like: str = ""
    of: Want | None = None
    has: Mapping[str, Want] = field(default_factory=dict)
    rule: Callable[[Json, str], None] | None = None


def check(want: Want, value: Any, at: str) -> None:
    """Raises BadBody that names the place and the limit when ``value`` is not as wanted."""
    if not _is(value, want.kind):
        raise BadBody(f"{at} wants {_NAMES[want.kind]}")
    if want.among and value not in want.among:
        raise BadBody(f"{at} is {value!r}; possible: {', '.join(map(str, want.among))}")
    _MEASURE[want.kind](want, value, at)


def fields(wanted: Mapping[str, Want], value: Mapping[str, Any], at: str) -> None:
    """Checks each listed field of an object; what is needed must be there and not empty."""
    for name, want in wanted.items():
        given, place = value.get(name), f"{at}.{name}" if at else name
        if given is None or given == "" or given == [] or given == {}:
            if want.need:
                raise BadBody(f"{place} is missing")
            continue
        check(want, given, place)


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool) and kind is not bool:
        return False
    accepted: Mapping[type, tuple[type, ...]] = {
        float: (int, float), list: (list, tuple), dict: (Mapping,), bool: (bool, int)}  # fmt: skip
    return isinstance(value, accepted.get(kind, (kind,)))


def _text(want: Want, value: str, at: str) -> None:
    if want.size is not None:
        within(value, want.size, at)
    if want.chars and not want.chars[0] <= len(value) <= want.chars[1]:
        low, high = want.chars
        raise BadBody(f"{at} has {len(value)} characters, {low} to {high} are allowed")
    if want.like and not re.fullmatch(want.like, value):
        raise BadBody(f"{at} has characters that are not allowed")


def _number(want: Want, value: float, at: str) -> None:
    if want.span and not want.span[0] <= value <= want.span[1]:
        raise BadBody(f"{at} is {value}, {want.span[0]} to {want.span[1]} are allowed")


def _list(want: Want, value: list[Any], at: str) -> None:
    if want.count and not want.count[0] <= len(value) <= want.count[1]:
        low, high = want.count
        raise BadBody(f"{at} has {len(value)} items, {low} to {high} are allowed")
    for i, item in enumerate(value):
        if want.of is not None:
            check(want.of, item, f"{at}[{i}]")


def _object(want: Want, value: Json, at: str) -> None:
    fields(want.has, value, at)
    if want.rule is not None:
        want.rule(value, at)


_MEASURE: Mapping[type, Callable[[Want, Any, str], None]] = {
    str: _text, int: _number, float: _number, bool: lambda *_: None, list: _list, dict: _object,
}  # fmt: skip
