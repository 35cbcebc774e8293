"""Whoever adds a column with something personal says whether it is sealed; every sentence that
meets a sealed column can be kept."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.personal import HOLDS
from bot.store.reading import Reader, uses
from bot.store.resealing import MADE_AGAIN, key_of
from bot.store.schema import schema
from bot.store.sealed import NOTED, OPEN, SEALED, Seal
from bot.store.sealing import plan
from bot.store.sql import pieces, queries

ALL = {**queries(), **pieces()}
# The database would have to look into a sealed text: these are asked where nothing is sealed, or
# any row of equal ones will do.
UNSEALED = frozenset({
    "members_called", "members_named", "reply_search", "erased_archive", "erased_dues",
    "erased_intake",
    "circle_members",
})  # fmt: skip
ANY_WILL_DO = frozenset({"commission_batches", "mix_sent", "plan_posts", "unmatched_decided"})
# In the order of sealed texts: any order will do.
ANY_ORDER = frozenset({"circle_groups", "values_knows"})
LOOKS_INTO = frozenset({"LOWER", "UPPER", "SUBSTR", "LENGTH", "REPLACE", "MIN", "MAX", "TRIM"})
ORDERS = frozenset({"LIKE", "<", ">", "<=", ">=", "||", "BETWEEN"})
EMPTY = frozenset({"''", "'{}'", "'[]'", "NULL"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    from bot.store.migrate import migrate_sqlite

    path: Path = tmp_path_factory.mktemp("sealed") / "made.db"
    migrate_sqlite(path, 0)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_every_personal_column_is_sealed_or_says_why_not() -> None:
    personal = {(table, column) for table, holding in HOLDS.items()
                for column in (*holding.empty, *holding.inside)}  # fmt: skip
    sealed = {(table, column) for table, columns in SEALED.items() for column in columns}
    assert personal <= sealed | OPEN.keys(), "name it in bot/store/sealed.py"
    assert not sealed & OPEN.keys() and OPEN.keys() <= personal
    assert all(column in schema()[table] for table, column in sealed | OPEN.keys() | NOTED)


def test_the_schema_is_what_the_migrations_make(made: sqlite3.Connection) -> None:
    for table, columns in schema().items():
        rows = made.execute("SELECT name FROM pragma_table_info(?)", [table])
        assert {name for (name,) in rows} == columns, table


def test_a_row_with_sealed_columns_is_named_by_others(made: sqlite3.Connection) -> None:
    for table in SEALED.keys() - MADE_AGAIN:
        rows = made.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0", [table])
        assert {name for (name,) in rows} == set(key_of(table)), table
        assert not set(key_of(table)) & SEALED[table].keys()


def test_every_parameter_meets_columns_of_one_kind() -> None:
    for name, text in ALL.items():
        plan(text), name  # raises


def test_what_is_sealed_otherwise_each_time_is_not_compared() -> None:
    compared = [(name, use.param) for name, text in ALL.items() for use in uses(text)
                if not use.written and sealed(use.column) is Seal.FRESH]  # fmt: skip
    assert compared == []


def test_no_sentence_looks_into_a_sealed_text() -> None:
    found = {name for name, text in ALL.items() if any(_looks(text))}
    assert found - UNSEALED - ANY_WILL_DO == set()
    assert found >= UNSEALED | ANY_WILL_DO, "which of them do no more?"


def sealed(column: tuple[str, str] | None) -> Seal | None:
    return SEALED.get(column[0], {}).get(column[1]) if column else None


def _looks(text: str) -> Iterator[str]:
    reader = Reader(text)
    words = ["", "", *reader.upper, "", "", ""]
    for i, word in enumerate(reader.words):
        named = re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)?", word)
        kind = sealed(reader.column(i)) if named else None
        if kind is None or kind is Seal.MARK:
            continue
        before, last, after, next = words[i], words[i + 1], words[i + 3], words[i + 4]
        inside = last == "(" and before in LOOKS_INTO
        held = after in ("=", "<>") and next.startswith("'") and next not in EMPTY
        if inside or after in ORDERS or last in ORDERS or (held and kind is not Seal.STATE):
            yield word


def test_nothing_is_ordered_by_a_sealed_text() -> None:
    found = {name for name, text in ALL.items() for column in _ordered(text)
             if sealed(column) not in (None, Seal.MARK)}  # fmt: skip
    assert found <= UNSEALED | ANY_ORDER | {"unmatched_decided"}, found


def _ordered(text: str) -> Iterator[tuple[str, str] | None]:
    reader = Reader(text)
    for i, word in enumerate(reader.upper):
        j = i + 2
        while word == "ORDER" and j < len(reader.words) and reader.upper[j] not in ("LIMIT", ")"):
            if re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)?", reader.words[j]):
                yield reader.column(j)
            j += 1


@pytest.mark.parametrize(("text", "met"), [
    ("UPDATE member SET name = :a WHERE id = :b", {"a": ("name", True), "b": ("id", False)}),
    ("INSERT INTO inbox (text, data) SELECT :a, COALESCE(:b, data) FROM member WHERE name <> :c",
     {"a": ("text", True), "b": ("data", True), "c": ("name", False)}),
    ("SELECT 1 FROM member AS m WHERE m.name IN (:a…) AND :b = '' OR CAST(:c AS TEXT) = m.id",
     {"a": ("name", False), "c": ("id", False)}),
    ("UPDATE replies SET text = CAST(v.column2 AS TEXT) FROM (VALUES /*rows*/ (:a, :b)) AS v"
     " WHERE id = v.column1", {"b": ("text", True), "a": ("id", False)}),
    ("UPDATE conversation SET lead_for = CASE WHEN :a = '' THEN lead_for ELSE :b END",
     {"b": ("lead_for", True)}),
    ("SELECT 1 FROM member WHERE EXISTS (SELECT 1 FROM chat AS c WHERE c.name IS NOT DISTINCT"
     " FROM :a AND person NOT IN (:b…))", {"a": ("name", False), "b": ("person", False)}),
    ("INSERT INTO desk_note (conversation, author, at, text) VALUES (:a, :b, :c, :d)"
     " ON CONFLICT (id) DO UPDATE SET text = :e WHERE desk_note.author = :b",
     {"a": ("conversation", True), "b": ("author", False), "c": ("at", True),
      "d": ("text", True), "e": ("text", True)}),
])  # fmt: skip
def test_what_becomes_of_a_parameter_is_read_off_the_sentence(
    text: str, met: dict[str, tuple[str, bool]]
) -> None:
    assert {use.param: (use.column[1], use.written) for use in uses(text)} == met


def test_a_column_that_is_called_like_a_table_is_none() -> None:
    [use] = uses("SELECT name, member FROM tag WHERE name = :a")
    assert use.column == ("tag", "name")
    [use] = uses("SELECT 1 FROM tag, member AS m WHERE m.name = :a")
    assert use.column == ("member", "name")
