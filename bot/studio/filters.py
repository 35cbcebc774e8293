"""The filters and tests a template may use. Bounded in time and output for any argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from jinja2 import Undefined

WEEKDAYS = "一二三四五六日"
_TOKEN = re.compile(r"%(-?[A-Za-z%])")
# Own tokens: the C library's strftime honours widths, and %900000000d is a bomb.
_TOKENS: Mapping[str, Callable[[date], str]] = {
    "Y": lambda d: f"{d.year:04}",
    "m": lambda d: f"{d.month:02}",
    "d": lambda d: f"{d.day:02}",
    "-m": lambda d: str(d.month),
    "-d": lambda d: str(d.day),
    "a": lambda d: f"周{WEEKDAYS[d.weekday()]}",
    "%": lambda _: "%",
}


def default(value: Any, other: Any = "") -> Any:
    """``other`` when the value is unknown or empty."""
    return other if isinstance(value, Undefined) or value in ("", None, ()) else value


def upper(value: Any) -> str:
    """Latin letters in capitals."""
    return str(value).upper()


def lower(value: Any) -> str:
    """Latin letters small."""
    return str(value).lower()


def trim(value: Any) -> str:
    """Without white space at both ends."""
    return str(value).strip()


def length(value: Any) -> int:
    """Characters of a text, elements of a list."""
    return len(value)


def first(value: Any) -> Any:
    """The first element; an empty list has none and the rendering fails."""
    return value[0]


def last(value: Any) -> Any:
    """The last element; an empty list has none and the rendering fails."""
    return value[-1]


def rounded(value: Any, places: Any = 0) -> str:
    """A number with ``places`` (0 to 6) decimals, half up."""
    digits = min(max(int(places), 0), 6)
    return f"{_decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def day(value: Any, pattern: Any = "%-m月%-d日") -> str:
    """A date by the tokens %Y %m %d %-m %-d %a (周六); default 11月21日."""
    if not isinstance(value, date):
        raise ValueError("date 只能用在日期上")
    return _TOKEN.sub(lambda m: _TOKENS[m[1]](value) if m[1] in _TOKENS else m[0], str(pattern))


def money(value: Any) -> str:
    """Yuan without idle zeros: ¥68, ¥19.90."""
    amount = _decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"¥{amount:f}".removesuffix(".00")


def truncate(value: Any, size: Any = 20) -> str:
    """At most ``size`` characters, the last one … when something was cut."""
    text, limit = str(value), max(int(size), 1)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{str(value)[:40]!r} 不是数") from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise ValueError("数太大了")
    return number


def defined(value: Any) -> bool:
    """True when the field exists."""
    return not isinstance(value, Undefined)


def undefined(value: Any) -> bool:
    """True when the field does not exist."""
    return isinstance(value, Undefined)


def none(value: Any) -> bool:
    """True for an empty value."""
    return value is None
