"""His words in what we said to him: his names, and what he told us, make way for a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.core.event import Happened
from bot.store import codec, index
from bot.store.engine import Row, Tx
from bot.store.traces import Person

MARK = "〔已删除〕"
LEAST = 2  # characters of a name, or of what we remember of him
SENTENCE = 6  # characters of a message that would be his own words in ours
_NUMBER = re.compile(r"[0-9A-Za-z@._+-]*[0-9]{5,}[0-9A-Za-z@._+-]*")


def names(tx: Tx, person: Person) -> list[str]:
    """What he was called: by himself, in groups, and by colleagues in their remarks."""
    found = {row["name"] for row in tx.rows("erased_names", ids=list(person.ids))}
    return sorted(name for name in found if len(name) >= LEAST)


def unmistakable(tx: Tx, person: Person, called: list[str]) -> list[str]:
    """Those of his names that nobody else has."""
    if not called:
        return []
    taken = {row["name"] for row in tx.rows("erased_namesakes", names=called,
                                            ids=list(person.ids))}  # fmt: skip
    return [name for name in called if name not in taken]


def words(tx: Tx, person: Person, said: Iterable[str]) -> list[str]:
    """Everything that is his, the longest first: names, what is remembered, what he wrote."""
    found = set(names(tx, person))
    for row in tx.rows("erased_memory", ids=list(person.ids), talks=list(person.talks)):
        found |= set(_texts(codec.from_json(row["data"])))
    for row in tx.rows("erased_events", ids=list(person.ids)):
        if row["member"] in person.ids and row["kind"] in (Happened.FACT, Happened.IMPORTED):
            found |= set(_texts(codec.from_json(row["data"])))
    for text in said:
        found |= {text} if len(text) >= SENTENCE else set()
        found |= set(_NUMBER.findall(text))
    return sorted((one for one in found if len(one) >= LEAST), key=lambda one: (-len(one), one))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def redacted(text: str, his: Iterable[str]) -> str:
    """The text with a mark in place of each of his words."""
    for one in his:
        text = text.replace(one, MARK)
    return text


def replies(tx: Tx, person: Person, his: list[str]) -> int:
    """Takes his words out of everything we said to him, and all of it out of the search; how many
    answers had some."""
    rows = tx.rows("erased_replies", ids=list(person.ids), talks=list(person.talks))
    index.forget(tx, index.REPLIES, {row["id"]: row["text"] for row in rows})
    changed = [row for row in map(lambda row: _reply(row, his), rows) if row]
    tx.many("erased_reply_text", changed)
    return len(changed)


def _reply(row: Row, his: list[str]) -> Row | None:
    text, note = redacted(row["text"], his), redacted(row["note"], his)
    return {"id": row["id"], "text": text, "note": note} if (text, note) != (
        row["text"], row["note"]) else None  # fmt: skip
