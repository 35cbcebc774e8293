"""A file of content/activities as the fields of a form, and back. Pure.

The form has what most activities need; questions, steps, rewards and limits by audience are written
as text. What the form does not have stays in the file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from bot.community.activity import KINDS, Activity, parse_activity, shown
from bot.console.recurring import Unclear
from bot.core import tomlfile
from bot.library.writing import Value, value_of, with_values

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
TEXTS = ("title", "circle", "kind", "about", "persona", "consent", "media", "judge",
         "within", *(f"when.{key}" for key in ("announce", "every", "join", "close", "award",
                                               "remind")),
         "limits.level", "limits.audience", "templates.announce", "templates.remind",
         "templates.thanks", "templates.winners")  # fmt: skip
ANNOUNCE, EVERY, CLOSE = (f"when.{key}" for key in ("announce", "every", "close"))
NUMBERS = ("winners", "need", "limits.places", "limits.each", "limits.votes")
MEDIA = get_args(Activity.__annotations__["media"]) or ("text", "photo", "any", "none")
JUDGES = ("none", "votes", "staff", "chance", "first", "right")
HOWS = ("once", "again")
# Which fields mean something for which kinds (community/activity_check.py).
ONLY: Mapping[str, frozenset[str]] = {
    "options": frozenset({"vote"}), "need": frozenset({"help", "groupbuy", "team"}),
    "within": frozenset({"help", "groupbuy"}),
    "media": frozenset({"checkin", "topic", "contest", "wishlist", "wall", "cocreate"}),
}  # fmt: skip
USUAL: Mapping[str, Any] = {"media": "any", "judge": "none", "within": "24h", "winners": 0,
                            "need": 0, "limits.places": 0, "limits.each": 1, "limits.votes": 1,
                            CLOSE: "1d", "moderated": False}  # fmt: skip


def field_of(key: str) -> str:
    """What a key is called in the form."""
    return key.replace(".", "_")


def typed_of(source: str, name: str) -> dict[str, str]:
    """A file as the fields of its form. Raises BadInput when it is no TOML."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), shown(name))
    found: dict[str, str] = {}
    for key in (*TEXTS, *NUMBERS):
        there = value_of(doc, key)
        usual = USUAL.get(key, "")
        found[field_of(key)] = str(there if there is not None else usual or "")
    when = "again" if found["when_every"] else "once"
    day, _, time = found["when_announce"].partition(" ")
    found |= {"how": when, "date": day, "time": time.strip()}
    found["moderated"] = "1" if value_of(doc, "moderated") is True else ""
    for key in ("words", "options"):
        there = value_of(doc, key)
        rows = [str(one) for one in there] if isinstance(there, list) else []
        found[key] = "\n".join(rows) if key == "options" else "、".join(rows)
    return found


def written(source: str, name: str, typed: Mapping[str, str]) -> str:
    """The file with what the form says; comments and what the form does not have stay. Raises
    BadInput when the file is no TOML, Unclear with a key of the words."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), shown(name))
    values: dict[str, Value] = {"id": name}
    for key, value in _values(typed):
        there = value_of(doc, key)
        gone = value is None or (there is None and value == USUAL.get(key, None))
        if not gone:
            values[key] = value
        elif there is not None:
            values[key] = None
    return with_values(source, shown(name), values)


def _values(typed: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    kind = typed.get("kind", "")
    if kind not in KINDS:
        raise Unclear("activity_fault.kind")
    for key in TEXTS:
        yield key, _text(key, kind, typed)
    for key in NUMBERS:
        yield key, _number(key, kind, typed.get(field_of(key), ""))
    yield "moderated", True if typed.get("moderated") else None
    yield "words", _list(re.split(r"[、,，\n]", typed.get("words", "")))
    mine = kind in ONLY["options"]
    yield "options", _list(typed.get("options", "").split("\n")) if mine else None


def _text(key: str, kind: str, typed: Mapping[str, str]) -> Value:
    if key in ONLY and kind not in ONLY[key]:
        return None
    again = typed.get("how") == "again"
    if key == ANNOUNCE:
        day, time = typed.get("date", "").strip(), typed.get("time", "").strip()
        return None if again or not day else f"{day} {time or '09:00'}"
    if key == EVERY and not again:
        return None
    return typed.get(field_of(key), "").replace("\r\n", "\n").strip() or None


def _number(key: str, kind: str, text: str) -> Value:
    if key in ONLY and kind not in ONLY[key]:
        return None
    text = text.strip() or str(USUAL[key])
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Unclear("activity_fault.number")
    return int(text)


def _list(rows: list[str]) -> Value:
    found = tuple(dict.fromkeys(filter(None, (row.strip() for row in rows))))
    return found or None


def read(source: str, name: str, zone: str) -> Activity:
    """What a text says. Raises BadInput."""
    return parse_activity(source, shown(name), zone)
