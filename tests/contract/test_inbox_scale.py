"""The staff inbox over many conversations and messages: what is read is found by an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.model import Binding
from bot.store import (
    drafts,
    index,
    joins,
    mentions,
    names,
    outbox,
    panel,
    search,
    talks,
    thread,
)
from bot.store.engine import Row, Tx
from bot.store.sql import Query, bind, bind_postgres, text_of
from bot.store.talks import Filter
from tests.contract import filling
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.making import WINDOW

ACCOUNTS = [Binding(channel="kf", account=f"wk{i}") for i in range(4)]
KEY = "kf:wk1:wmBench1000000005"
# Every two of its characters stand side by side once, but for the first two.
CORPUS = (
    "你好" + "".join(chr(0x4E00 + (i * i * 7 + i * 3) % 3_001) for i in range(4_000)) + "谢谢你"
)
BIG = (
    "conversation",
    "inbox",
    "outbox",
    "replies",
    "desk_note",
    "gram",
    "audit",
    "member",
    "friend",
)
FILTERS = (
    Filter(), Filter(mine="wang"), Filter(unanswered=True), Filter(waiting=True),
    Filter(complaint=True), Filter(snoozed=True), Filter(blocked=True), Filter(mode="client"),
    Filter(mode="staff"), Filter(mine="wang", unanswered=True), Filter(tag="常客"),
    Filter(text="客77"), Filter(named="wang"),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    query: Query
    params: Mapping[str, Any]
    rows: int


class Watched:
    """A transaction that writes down what it is asked."""

    def __init__(self, tx: Tx, asked: list[Asked]) -> None:
        self._tx, self._asked = tx, asked

    def rows(self, query: Query, **params: Any) -> list[Row]:
        found = self._tx.rows(query, **params)
        self._asked.append(Asked(query, params, len(found)))
        return found

    def row(self, query: Query, **params: Any) -> Row | None:
        return next(iter(self.rows(query, **params)), None)

    def run(self, query: Query, **params: Any) -> int:
        raise AssertionError(f"a read that writes: {query}")

    def many(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> None:
        raise AssertionError(f"a read that writes: {query}")

    def each(self, query: str, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        raise AssertionError(f"a read that writes: {query}")


def reads(tx: Tx) -> None:
    """Every page that the inbox shows."""
    talks.accounts(tx)
    for chosen in FILTERS:
        for order in talks.ORDERS:
            page = talks.page(tx, NOW, ACCOUNTS, chosen, order=order)
            if page.more:
                talks.page(tx, NOW, ACCOUNTS, chosen, order=order, after=page.more)
    talks.counts(tx, NOW, ACCOUNTS, "wang")
    keys = joins.keys(tx, KEY)
    assert len(keys) == 2
    thread.page(tx, keys)
    joins.told(tx, keys)
    joins.candidates(tx, joins.rows(tx, keys)[0], set(ACCOUNTS))
    first = thread.page(tx, [KEY])
    thread.page(tx, [KEY], first.older)
    newest = first.lines[0]
    assert thread.around(tx, [KEY], newest.source, newest.id)
    thread.line(tx, KEY, newest.source, newest.id)
    thread.last_words(tx, KEY)
    talks.one(tx, KEY, NOW)
    mentions.of(tx, "wang")
    mentions.needs(tx, "wang", NOW)
    panel.panel(tx, KEY, NOW, "bench", WINDOW)
    drafts.waiting(tx, NOW)
    for words in ("你", "你好", CORPUS[500:502], CORPUS[500:504], "谢谢你", "龘龘", "k"):
        search.search(tx, words)
        search.search(tx, words, accounts=ACCOUNTS[:1])


def looks(tx: Tx) -> None:
    """What the workers ask again and again, of which there are a few rows at most."""
    outbox.counts_by_state(tx)
    names.unasked(tx, 9)
    tx.rows("outbox_lost", now=NOW, n=9)
    tx.rows("outbox_next", now=NOW, pool="reply")
    tx.rows("outbox_waiting_next")
    tx.rows("promo_queued", member="wmBench1000000005")
    tx.rows("outbox_tasks_known", channel="group", account="lin.xi", since=0)


def fill(db: Bench, lines: int, conversations: int, step: int) -> None:
    for first in range(0, conversations, step):
        db.write(filling.put_talks, first, min(conversations, first + step) - 1, NOW)
    for first in range(0, lines, step):
        db.write(filling.put_lines, first, first + step - 1, conversations, NOW, CORPUS)
    db.write(filling.put_notes, 0, conversations - 1, conversations, NOW, CORPUS)
    db.write(joins.join, KEY, "kf:wk2:wmBench1000000006", "wang", NOW, "staff")
    for kind in index.KINDS:
        while db.write(index.fill, kind, NOW + 10**9):
            pass


def plans(db: Bench, asked: Asked) -> list[str]:
    """How the database goes about a query, a step a line."""
    if isinstance(db, PostgresBench):
        sql, params = bind_postgres(text_of(asked.query), asked.params)
        outside = db._outside
        outside.execute("SET enable_seqscan = off")
        return [row["QUERY PLAN"] for row in outside.execute(b"EXPLAIN " + sql, params)]
    import sqlite3
    from contextlib import closing

    text, values = bind(text_of(asked.query), asked.params)
    with closing(sqlite3.connect(db.path)) as connection:  # type: ignore[attr-defined]
        return [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + text, values)]


def whole_tables(lines: Iterable[str]) -> Iterator[str]:
    """Steps that read a big table from end to end. Where an index is walked in its order for the
    first row only (talks_accounts), it is no such step."""
    for line in lines:
        words = line.replace("Seq Scan on", "SCAN").strip(" ->").split()
        if words[:1] == ["SCAN"] and words[1] in (*BIG, *"cfgimnortu") and "INDEX" not in words:
            yield line


def check(db: Bench) -> None:
    asked: list[Asked] = []
    db.read(lambda tx: reads(Watched(tx, asked)))
    db.read(lambda tx: looks(Watched(tx, asked)))
    assert len(asked) > 100
    slow = {text_of(each.query): bad for each in asked if (bad := [*whole_tables(plans(db, each))])}
    assert not slow, slow
    assert max(each.rows for each in asked) <= max(talks.BITE, search.BITE)
    counted = db.read(
        lambda tx: len(asked_by(tx, lambda w: talks.counts(w, NOW, ACCOUNTS, "wang")))
    )
    assert counted == len(ACCOUNTS) + 1  # one for all that are shown as one
    assert len(db.read(lambda tx: asked_by(tx, lambda w: thread.page(w, [KEY])))) == 4


def asked_by(tx: Tx, look: Any) -> list[Asked]:
    asked: list[Asked] = []
    look(Watched(tx, asked))
    return asked


def check_finds(db: Bench) -> None:
    """Counts that are known from how the world was made."""
    for words in (CORPUS[500:502], CORPUS[500:504]):
        want = sum(
            db.look(f"SELECT COUNT(*) AS n FROM {table} WHERE text LIKE ?", f"%{words}%")[0]["n"]
            for table in ("inbox", "replies", "desk_note")
        )
        found, after = 0, None
        while True:
            page = db.read(lambda tx, at=after, w=words: search.search(tx, w, after=at))
            found, after = found + len(page.hits), page.more
            if after is None:
                break
        assert found == want > 0, words


def test_no_page_reads_a_table_from_end_to_end(db: Bench) -> None:
    fill(db, 6_000, 300, 6_000)
    check(db)
    check_finds(db)


@pytest.mark.soak
def test_the_same_with_ten_thousand_conversations_and_a_million_messages(db: Bench) -> None:
    fill(db, 1_000_000, 10_000, 20_000)
    if isinstance(db, PostgresBench):
        db._outside.execute("ANALYZE")
    check(db)
    check_finds(db)
