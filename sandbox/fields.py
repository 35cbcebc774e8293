"""Field tables: every request is checked against one before any rule looks at it.

Missing -> `missing`, wrong type or value -> `bad`, longer than the limit -> `over`. Sizes are UTF-8
bytes unless the field says characters. Unknown fields are ignored, as the platform does; ids and
numbers are taken as strings or numbers; null and "" mean absent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.errors import ApiError

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One row of a field table."""

    kind: str = "str"
    required: bool = False
    missing: int = 40063
    bad: int = 40035
    over: int = 40058
    max_bytes: int | None = None
    max_chars: int | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    pattern: str | None = None
    item: Field | None = None
    min_items: int = 0
    max_items: int | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    default: Any = None


Schema = Mapping[str, Field]


def text(max_bytes: int | None = None, **more: Any) -> Field:
    """A string; numbers are read as their digits."""
    return Field(kind="str", max_bytes=max_bytes, **more)


def number(low: float | None = None, high: float | None = None, **more: Any) -> Field:
    """An integer, also as a string of digits."""
    return Field(kind="int", low=low, high=high, **more)


def flag(**more: Any) -> Field:
    """A boolean, also 0 or 1."""
    return Field(kind="bool", **more)


def items(item: Field, max_items: int | None = None, **more: Any) -> Field:
    """A list; one size for all of its elements."""
    return Field(kind="list", item=item, max_items=max_items, **more)


def strings(max_items: int | None = None, **more: Any) -> Field:
    """A list of ids."""
    return items(text(), max_items, **more)


def obj(fields: Schema | None = None, **more: Any) -> Field:
    """An object with its own table (empty table: anything goes)."""
    return Field(kind="obj", fields=fields or {}, **more)


def need(row: Field, missing: int | None = None) -> Field:
    """The same field, required."""
    return replace(row, required=True, missing=row.missing if missing is None else missing)


BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _as_text(row: Field, name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ApiError(row.bad, f"{name} must be a string")
    found = str(value)
    if row.max_bytes is not None and len(found.encode("utf-8", "replace")) > row.max_bytes:
        raise ApiError(row.over, f"{name} exceeds {row.max_bytes} bytes")
    if row.max_chars is not None and len(found) > row.max_chars:
        raise ApiError(row.over, f"{name} exceeds {row.max_chars} characters")
    if row.pattern is not None and not re.fullmatch(row.pattern, found):
        raise ApiError(row.bad, f"{name} has an illegal form")
    return found


def _ranged(row: Field, name: str, found: float) -> None:
    if (row.low is not None and found < row.low) or (row.high is not None and found > row.high):
        raise ApiError(row.over, f"{name} must be within {row.low} and {row.high}")


def _as_int(row: Field, name: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiError(row.bad, f"{name} must be a number")
    _ranged(row, name, value)
    return value


def _as_number(row: Field, name: str, value: Any) -> float:
    try:
        found = float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None or not math.isfinite(found):
        raise ApiError(row.bad, f"{name} must be a number")
    _ranged(row, name, found)
    return found


def _as_bool(row: Field, name: str, value: Any) -> bool:
    found = BOOLEANS.get(str(value).lower()) if isinstance(value, (bool, int, str)) else None
    if found is None:
        raise ApiError(row.bad, f"{name} must be a boolean")
    return found


def _as_list(row: Field, name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ApiError(row.bad, f"{name} must be a list")
    if row.max_items is not None and len(value) > row.max_items:
        raise ApiError(row.over, f"{name} has more than {row.max_items} items")
    if len(value) < row.min_items:
        raise ApiError(row.over, f"{name} needs at least {row.min_items} items")
    assert row.item is not None
    return [convert(row.item, f"{name}[{place}]", each) for place, each in enumerate(value)]


def _as_obj(row: Field, name: str, value: Any) -> Json:
    if not isinstance(value, dict):
        raise ApiError(row.bad, f"{name} must be an object")
    return check(row.fields, value, name + ".") if row.fields else value


CONVERTERS: dict[str, Callable[[Field, str, Any], Any]] = {
    "str": _as_text,
    "int": _as_int,
    "num": _as_number,
    "bool": _as_bool,
    "list": _as_list,
    "obj": _as_obj,
    "any": lambda row, name, value: value,
}


def convert(row: Field, name: str, value: Any) -> Any:
    """One value in its normal form, or ApiError with the row's code."""
    found = CONVERTERS[row.kind](row, name, value)
    if row.choices and found not in row.choices:
        raise ApiError(row.bad, f"{name} must be one of {list(row.choices)}")
    return found


def _absent(value: Any, row: Field) -> bool:
    return value is None or value == "" or (row.required and value == [])


def check(schema: Schema, body: Mapping[str, Any], prefix: str = "") -> Json:
    """The listed fields in normal form; absent optional ones only if they have a default."""
    found: Json = {}
    for name, row in schema.items():
        value = body.get(name)
        if _absent(value, row):
            if row.required:
                raise ApiError(row.missing, f"{prefix}{name} is missing")
            if row.default is not None:
                found[name] = row.default
            continue
        found[name] = convert(row, prefix + name, value)
    return found
