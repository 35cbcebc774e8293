"""Everything that is held of one person, as plain values: what he may take with him.

The registry of ``store/personal.py`` decides what belongs to it, so that nothing is held which is
not given out. Ids of other people in his rows make way for a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.store import codec, erasing, imported, traces
from bot.store.engine import Row, Tx
from bot.store.personal import HOLDS
from bot.store.traces import Person

FORMAT = "onevoice.person/1"
SOMEBODY = "somebody else"
# Columns that hold JSON, and what only machines go by.
JSON = frozenset({"data", "memory", "body", "drops", "moved", "found", "evidence"})
MACHINERY = frozenset({
    "lease", "lease_until", "retry_at", "attempts", "tries", "turn_at", "turn_first_at", "lane",
    "pool", "dedupe", "digest", "key", "lot",
})  # fmt: skip


def of(tx: Tx, member: str, now: int) -> dict[str, Any] | None:
    """All of it by table; None when nothing is held of him. Times are UTC milliseconds."""
    person = erasing.find(tx, member)
    if person is None:
        return None
    tables = {table: [_plain(table, row, person) for row in _rows(tx, table, person)]
              for table in traces.tables()}  # fmt: skip
    return {"format": FORMAT, "made_at": now, "ids": list(person.ids), "tags": _tags(tx, person),
            "tables": {table: rows for table, rows in tables.items() if rows}}  # fmt: skip


def _tags(tx: Tx, person: Person) -> list[str]:
    """Their names; the tables hold numbers and the platform's ids."""
    corporate = [row["name"] for row in tx.rows("corporate_tags_of", members=list(person.ids))]
    return sorted({*corporate, *imported.tags_of(tx, person.ids[0])})


def _rows(tx: Tx, table: str, person: Person) -> list[Row]:
    found = traces.rows(tx, table, person)
    if table == "inbox":  # what he said in groups stands under the group
        own = {row["id"] for row in found}
        said = [one["id"] for one in erasing.said(tx, person) if one["id"] not in own]
        found += tx.rows("dossier_inbox", ids=said) if said else []
    if table == "audit":
        found = tx.rows("dossier_trail", subjects=erasing.subjects(person))
    return found


def _plain(table: str, row: Row, person: Person) -> dict[str, Any]:
    named = HOLDS[table].member
    return {name: _value(name, value, name in named, person) for name, value in row.items()
            if name not in MACHINERY}  # fmt: skip


def _value(name: str, value: Any, names: bool, person: Person) -> Any:
    if names and value and value not in person.ids:
        return SOMEBODY
    if name in JSON and isinstance(value, str) and value[:1] in ("{", "["):
        return codec.from_json(value)
    return value


def conversation(found: Mapping[str, Any]) -> list[tuple[int, bool, str]]:
    """What was said, in order: when (ms), whether by him, and the words."""
    tables = found["tables"]
    his = [(row["sent_at"], True, row["text"]) for row in tables.get("inbox", ()) if row["text"]]
    ours = [(row["at"], False, row["text"]) for row in tables.get("replies", ())
            if row["status"] == "sent"]  # fmt: skip
    return sorted((*his, *ours))
