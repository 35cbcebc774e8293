"""How SQLite goes about the ledger of a campaign. Each of these read or changed a million rows, one
page of the file for each, to learn what an index could have said."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.sql import bind, queries

FATE = "SEARCH recipient USING COVERING INDEX recipient_fate (run=? AND state=?"
ONE = "SEARCH recipient USING PRIMARY KEY (run=? AND member=?)"


def plan(path: Path, query: str) -> str:
    text = queries()[query]
    lists = re.findall(r":(\w+)…", text)
    sql, values = bind(text, dict.fromkeys(re.findall(r":(\w+)", text)) | {x: ["x"] for x in lists})
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("EXPLAIN QUERY PLAN " + sql, values)
        return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(("query", "steps"), [
    ("recipient_groups", ["COVERING INDEX recipient_pending (run=? AND state=?)"]),
    ("recipient_tasks", ["COVERING INDEX recipient_out (outbox>?)"]),
    ("recipient_news", ["SEARCH r USING COVERING INDEX recipient_out (outbox=?)",
                        "SEARCH p USING INDEX replies_outbox (outbox=? AND peer=?)"]),
    ("recipient_settle", ["INDEX recipient_out (outbox=? AND member=?"]),
    ("recipient_ripe", ["SEARCH recipient USING INDEX recipient_later (run=? AND at<?)", ONE]),
    ("recipient_close", [FATE, ONE]),
    ("recipient_again", [FATE, ONE]),
    ("recipient_moved", [FATE, ONE]),
    ("recipient_back", [FATE, ONE]),
])  # fmt: skip
def test_the_ledger_is_read_and_changed_by_its_indexes(
    migrated: Path, query: str, steps: list[str]
) -> None:
    found = plan(migrated, query)
    assert [step for step in steps if step not in found] == [], found


def test_the_next_of_a_group_come_in_the_order_of_an_index(migrated: Path) -> None:
    found = plan(migrated, "recipient_next")
    assert "recipient_pending (run=? AND state=? AND channel=? AND account=?)" in found
    assert "TEMP B-TREE" not in found, "nothing is sorted"
