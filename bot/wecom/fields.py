"""Reading the fields of a callback's tree, and what identifies an event that has no id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# What our own values hold already, or what is the same in every callback.
LEFT_OUT = frozenset({"ToUserName", "MsgType", "Content"})
# JSON may be nested a thousand deep, which what writes it down cannot follow.
DEPTH_MAX = 16
Tree = Mapping[str, Any]
_SORTED = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


def word(tree: Tree, name: str) -> str:
    """The text of a field; empty when it is missing or no text."""
    value = tree.get(name, "")
    return value if isinstance(value, str) else ""


def need(tree: Tree, name: str) -> str:
    """The text of a field that must be there. Raises ValueError."""
    value = word(tree, name)
    if not value:
        raise ValueError(f"no {name}")
    return value


def branch(tree: Tree, name: str) -> Tree:
    """A field that has fields of its own; empty when it has none."""
    found = tree.get(name)
    return found if isinstance(found, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """A repeated element as a list, however often it stood."""
    return value if isinstance(value, list) else [value]


def seconds(text: str, now: int) -> int:
    """A time in whole seconds as ms; ``now`` for anything else."""
    return int(text) * 1000 if text.isascii() and text.isdigit() and len(text) < 12 else now


def shallow(value: Any, deep: int = DEPTH_MAX) -> Any:
    """The same JSON value; what lies deeper than ``deep`` is left out as None."""
    if not isinstance(value, Mapping | list):
        return value
    if deep == 0:
        return None
    if isinstance(value, list):
        return [shallow(part, deep - 1) for part in value]
    return {name: shallow(part, deep - 1) for name, part in value.items()}


def created(tree: Tree, now: int) -> int:
    """CreateTime as ms; ``now`` when it is missing or junk."""
    return seconds(word(tree, "CreateTime"), now)


def rest(tree: Tree) -> dict[str, Any]:
    """All fields but those that stand elsewhere."""
    return {name: value for name, value in tree.items() if name not in LEFT_OUT}


def digest(prefix: str, tree: Tree) -> str:
    """Equal for equal fields: the identity of an event that the platform gave no id."""
    text = _SORTED.encode(tree)
    return f"{prefix}:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"
