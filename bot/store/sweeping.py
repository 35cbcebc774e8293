"""Looking through the texts of all rows for the ids of somebody who was erased, page by page. Where
colleagues and the product write about members, also for those of his names that nobody else has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.store import index, traces
from bot.store.engine import Row, Tx
from bot.store.erasing import Erasure
from bot.store.personal import HOLDS
from bot.store.redact import MARK

PAGE = 20_000  # numbers looked at in one write
LONG = 16  # an id of so many characters is nobody else's beginning
# Where somebody else than a member writes about members.
ABOUT = frozenset({"audit", "desk_note", "due", "appeal", "tap", "block"})
INDEXED = {"inbox": index.INBOX, "replies": index.REPLIES, "desk_note": index.NOTES}


@dataclass(frozen=True, slots=True)
class Page:
    """Where one write looks. ``span``: numbers above the first and up to the second, None for a
    table without numbers."""

    table: str
    span: tuple[int, int] | None = None


def pages(erasure: Erasure) -> Iterator[Page]:
    """All of them. Rows of after the erasure began are a new member's."""
    lasts: Mapping[str, int] = erasure.todo.get("lasts", {})
    for table in traces.tables() if erasure.todo else ():
        if table not in lasts:
            yield Page(table)
            continue
        for first in range(0, lasts[table], PAGE):
            yield Page(table, (first, min(first + PAGE, lasts[table])))


def sweep(tx: Tx, erasure: Erasure, page: Page) -> int:
    """Puts what stands for him in place of his ids, and a mark in place of his names; how many rows
    that changed."""
    ids: Mapping[str, str] = erasure.todo["needles"]
    names: list[str] = [text for name in erasure.todo["names"] for text in _spelt(name)]
    about = page.table in ABOUT or page.table == "outbox"
    rows = traces.mentioning(tx, page.table, [*ids, *(names if about else ())], page.span)
    return sum(_change(tx, page.table, row, ids, names if about else []) for row in rows)


def _spelt(name: str) -> set[str]:
    """As it stands in a text, and as it stands in JSON."""
    return {name, json.dumps(name, ensure_ascii=False)[1:-1]}


def _change(tx: Tx, table: str, row: Row, ids: Mapping[str, str], names: list[str]) -> bool:
    # to members at large nobody says one member's name; it is a word like any other there
    names = names if table in ABOUT or row.get("kind") == "notice" else []
    after = {column: without(row[column], ids, names) for column in HOLDS[table].inside}
    changed = {column: text for column, text in after.items() if text != row[column]}
    if not changed:
        return False
    if table in INDEXED and changed.keys() & {"text", "heard"}:
        pair = (index.words(row), index.words(row | changed))
        index.change(tx, INDEXED[table], {row["id"]: pair})
    traces.rewrite(tx, table, row, changed)
    return True


def without(text: Any, ids: Mapping[str, str], names: list[str]) -> Any:
    """A value in which neither his ids nor his names stand any more."""
    if not isinstance(text, str):
        return text
    for one, gone in ids.items():
        if len(one) >= LONG:
            text = text.replace(one, gone)
        else:
            text = re.sub(rf"(?<![\w-]){re.escape(one)}(?![\w-])", gone, text)
    for name in names:
        text = text.replace(name, MARK)
    return text
