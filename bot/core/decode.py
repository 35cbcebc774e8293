"""Strict decoding of parsed TOML into frozen dataclasses.

An unknown key is an error that names the nearest known one; a wrong type names what is wanted. All
faults of a document are told at once.
A dataclass field may carry ``metadata={"key": "if"}`` when the file's key is no Python name.
"""

from __future__ import annotations

import difflib
import heapq
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.tomlfile import KeyPath, TomlDoc

T = TypeVar("T")
LIKELY = 200  # names of about that length that are compared; a file may hold thousands
QUOTED_MAX = 200  # characters of a key, a value or a message in an error
_SCALARS: dict[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text in quotes"),
    int: ((int,), "a whole number"),
    float: ((float, int), "a number"),
    bool: ((bool,), "true or false"),
    date: ((date,), "a date like 2026-11-21"),
    datetime: ((datetime,), "a date and time"),
    time: ((time,), "a time like 10:00:00"),
}


def decode(cls: type[T], doc: TomlDoc, data: Any = None, at: KeyPath = ()) -> T:
    """Builds ``cls`` from ``data`` (default: the whole document) found at ``at``.

    Raises BadInput naming file, line, key and fix; it brings along what else is wrong.
    """
    value: T = _value(cls, doc.data if data is None else data, doc, at)
    return value


def partly(cls: type[T], doc: TomlDoc, faults: Faults) -> T:
    """The same of a whole document, every key of which has a default: a key that is wrong is put
    down in ``faults`` and left at its default."""
    made: T = cls(**_fields(cls, doc.data, doc, (), faults))
    return made


def nearest(name: str, known: Iterable[str]) -> str:
    """A fix sentence naming the known word closest to ``name``."""
    names, name = sorted(known), name[:QUOTED_MAX]
    likely = heapq.nsmallest(LIKELY, names, key=lambda one: abs(len(one) - len(name)))
    close = difflib.get_close_matches(name, likely, 1, 0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"


def fail(doc: TomlDoc, at: KeyPath, message: str, fix: str = "") -> BadInput:
    """An error that points at the key. It quotes only the beginning of what is very long."""
    name = ".".join(str(part)[:QUOTED_MAX] for part in at)
    message = f"{message[:QUOTED_MAX]}…" if len(message) > QUOTED_MAX else message
    return BadInput(f"{name}: {message}" if name else message, file=doc.file,
                    line=doc.line_of(at), fix=fix)  # fmt: skip


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _key(spec: Field[Any]) -> str:
    return str(spec.metadata.get("key", spec.name))


def _value(kind: Any, value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _table(kind, value, doc, at)
    if kind in _SCALARS:
        return _scalar(kind, value, doc, at)
    make = _GENERIC.get(get_origin(kind))
    if make is None:
        raise TypeError(f"decode does not know {kind!r}")
    return make(get_args(kind), value, doc, at)


def _choice(args: tuple[Any, ...], value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    if value not in args:
        raise fail(doc, at, f"{value!r} is not possible", nearest(str(value), map(str, args)))
    return value


def _optional(args: tuple[Any, ...], value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    return _value(next(a for a in args if a is not type(None)), value, doc, at)


def _list(args: tuple[Any, ...], value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    if not isinstance(value, list):
        raise fail(doc, at, "wants a list in [ ]")
    return tuple(_each(args[0], [(i, v, (*at, i)) for i, v in enumerate(value)], doc).values())


def _dict(args: tuple[Any, ...], value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    if not isinstance(value, dict):
        raise fail(doc, at, "wants a table")
    return _each(args[1], [(k, v, (*at, k)) for k, v in value.items()], doc)


def _each(kind: Any, values: Iterable[tuple[Any, Any, KeyPath]], doc: TomlDoc) -> dict[Any, Any]:
    faults = Faults()
    made = {key: faults.attempt(_value, kind, value, doc, at) for key, value, at in values}
    faults.check()
    return made


_GENERIC: dict[Any, Any] = {
    Literal: _choice, Union: _optional, types.UnionType: _optional, tuple: _list, dict: _dict,
    Mapping: _dict,
}  # fmt: skip


def _scalar(kind: Any, value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    accepted, wanted = _SCALARS[kind]
    wrong_bool = isinstance(value, bool) and kind is not bool
    wrong_date = isinstance(value, datetime) and kind is date
    if wrong_bool or wrong_date or not isinstance(value, accepted):
        raise fail(doc, at, f"wants {wanted}, not {value!r}")
    return float(str(value)) if kind is float else value


def _table(cls: Any, value: Any, doc: TomlDoc, at: KeyPath) -> Any:
    if not isinstance(value, dict):
        raise fail(doc, at, "wants a table")
    faults = Faults()
    made = _fields(cls, value, doc, at, faults)
    faults.check()
    try:
        return cls(**made)
    except ValueError as exc:
        raise fail(doc, at, str(exc)) from None


def _fields(
    cls: Any, value: dict[str, Any], doc: TomlDoc, at: KeyPath, faults: Faults
) -> dict[str, Any]:  # fmt: skip
    """The fields that could be understood."""
    known = {_key(spec): spec for spec in fields(cls) if spec.metadata.get("key") != ""}
    hints, made = _hints(cls), {}
    for name in value:
        if name not in known:
            faults.add((fail(doc, (*at, name), "unknown key", nearest(name, known)),))
    for name, spec in known.items():
        if name in value:
            try:
                made[spec.name] = _value(hints[spec.name], value[name], doc, (*at, name))
            except BadInput as exc:
                faults.add((exc,))
        elif spec.default is MISSING and spec.default_factory is MISSING:
            faults.add((fail(doc, at, f"{name} is missing", f"add {name} = …"),))
    return made
