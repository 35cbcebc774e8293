"""A snapshot of the store: one JSON file, replaced atomically, read back by the records' types."""

from __future__ import annotations

import dataclasses
import json
import os
import types
import typing
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.world import population
from sandbox.world.model import GroupMember, Relation, Store

FILE = "world.json"
FORMAT = 1
NOTHING: dict[str, Relation] = {}
SLOTTED = {
    kind: tuple(each.name for each in dataclasses.fields(kind) if each.name != "log")
    for kind in (GroupMember, *population.NOTICED, *population.NOTICED.values())
}


class BadSnapshot(ValueError):
    """The folder holds a world that this process cannot continue."""


def dump(store: Store) -> str:
    """The store as JSON text (the C encoder asks only for the records' own values)."""
    return json.dumps({"format": FORMAT, "store": parts(store)}, default=plain, ensure_ascii=False)


def parts(store: Store) -> dict[str, Any]:
    """The store's parts; of a generated population only what changed."""
    found = {name: part for name, part in vars(store).items() if name != "drift"}
    if not store.population:
        return found
    drift = store.drift
    found["customers"] = population.later(store.customers, drift.customers)
    found["groups"] = population.later(store.groups, drift.groups)
    found["relations"] = _relations(store)
    return found


def _relations(store: Store) -> dict[str, dict[str, Relation]]:
    found = {userid: population.later(rows, NOTHING) for userid, rows in store.relations.items()}
    for each in store.drift.relations.values():
        found.setdefault(each.userid, {}).setdefault(each.customer, each)
    return found


def plain(record: Any) -> dict[str, Any]:
    """A record's values; records with slots have no dictionary of their own."""
    names = SLOTTED.get(type(record))
    return {name: getattr(record, name) for name in names} if names else vars(record)


def write(folder: Path, text: str, wanted: Callable[[], bool] = lambda: True) -> None:
    """Replace the snapshot; a kill leaves the old one or the new one, never half.

    `wanted` is asked last: a late writer must not replace what its successor wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{FILE}.{os.getpid()}.new"
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if wanted():
        fresh.replace(folder / FILE)
    else:
        fresh.unlink()


def read(folder: Path, corp_id: str) -> Store | None:
    """The kept store, None when there is none; BadSnapshot when it is of another corp or format."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
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
