"""A snapshot of the store: one JSON file, replaced atomically, read back by the records' types."""

from __future__ import annotations

import dataclasses
import json
import os
import types
import typing
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.world.model import Store

FILE = "world.json"
FORMAT = 1


class BadSnapshot(ValueError):
    """The folder holds a world that this process cannot continue."""


def dump(store: Store) -> str:
    """The store as JSON text (the C encoder asks only for the records' own dictionaries)."""
    return json.dumps({"format": FORMAT, "store": store}, default=vars, ensure_ascii=False)


def write(folder: Path, text: str) -> None:
    """Replace the snapshot; a kill leaves the old one or the new one, never half."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / (FILE + ".new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(folder / FILE)


def read(folder: Path, corp_id: str) -> Store | None:
    """The kept store, None when there is none; BadSnapshot when it is of another corp or format."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.get("format") != FORMAT:
            raise BadSnapshot(f"{path}: made by another version; delete it to start a new world")
        store = typing.cast(Store, decode(Store, data["store"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BadSnapshot):
            raise
        raise BadSnapshot(f"{path}: unreadable ({error}); delete it to start anew") from error
    if store.corp_id != corp_id:
        raise BadSnapshot(f"{path}: belongs to corp {store.corp_id}, not {corp_id}")
    return store


@cache
def _hints(record: type) -> dict[str, Any]:
    return typing.get_type_hints(record)


def decode(kind: Any, data: Any) -> Any:
    """JSON data as the annotated type: records, and dictionaries and lists of them."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{key: decode(hints[key], each) for key, each in data.items() if key in hints})
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is dict:
        return data if _plain(args[1]) else {k: decode(args[1], v) for k, v in data.items()}
    if origin is list:
        return data if _plain(args[0]) else [decode(args[0], each) for each in data]
    return data


def _plain(kind: Any) -> bool:
    """Nothing inside needs a constructor."""
    if dataclasses.is_dataclass(kind):
        return False
    if isinstance(kind, types.UnionType) or kind is Any:
        return True
    return all(_plain(each) for each in typing.get_args(kind))
