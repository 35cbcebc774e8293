"""SQLite files that go from test to test, with their connections."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.store import people
from tests.contract import conftest
from tests.contract.conftest import NOW, KeptBench
from tests.contract.lite import Files
from tests.contract.making import answer, listen, queue


@pytest.fixture
def own(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """Files that no other test uses."""
    files = Files(migrated, tmp_path)
    monkeypatch.setattr(conftest, "files", lambda: files)
    yield files
    files.close()


def live(bench: KeptBench) -> None:
    """Somebody writes and is answered, and the rows are read on both ways."""
    listen(bench, "wm1")
    queue(bench, answer(1))
    assert [row["id"] for row in bench.look("SELECT id FROM outbox")] == [1]
    assert bench.read(lambda tx: tx.row("outbox_get", id=1)) is not None


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as one:
        pages = one.execute("PRAGMA page_count").fetchone()
        return [*one.iterdump(), str(pages)]


def test_what_was_written_is_gone_and_the_connections_stay(own: Files, migrated: Path) -> None:
    for _ in range(3):
        bench = KeptBench()
        live(bench)
        bench.close()
    (kept,) = own.free
    assert (own.made, len(kept.shelf.writers), len(kept.shelf.readers)) == (1, 1, 2)
    assert dump(kept.path) == dump(migrated)


def test_whose_place_was_asked_for_is_thrown_away(own: Files) -> None:
    bench = KeptBench()
    place = bench.path
    bench.close()
    assert (own.free, own.dropped, place.exists()) == ([], 1, False)


# What no emptying of tables undoes.
DEEDS = {
    "a column": "ALTER TABLE conversation ADD COLUMN newer TEXT",
    "a table": "CREATE TABLE theirs (a INTEGER)",
    "an index": "CREATE INDEX more ON outbox (dedupe, state)",
    "statistics": "ANALYZE",
    "a version": "PRAGMA user_version = 7",
    "a migration more": "INSERT INTO migration VALUES (9999, '9999_theirs', 1)",
    "an owner": "UPDATE owner SET name = 'theirs'",
    "a transaction that is open": "BEGIN",
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_file_that_became_another_is_thrown_away(own: Files, deed: str) -> None:
    bench = KeptBench()
    live(bench)
    bench.look(deed)
    bench.close()
    assert (own.free, own.dropped) == ([], 1)


def hasty(tx: Any) -> None:
    tx._connection.execute("PRAGMA secure_delete = FAST").fetchall()


def test_a_writer_with_other_settings_is_not_kept(own: Files) -> None:
    bench = KeptBench()
    bench.write(hasty)
    bench.close()
    assert (own.free, own.dropped) == ([], 1)


def test_a_file_that_somebody_holds_is_thrown_away(
    own: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = KeptBench()
    live(bench)
    bench.write(people.ensure_member, "wm2", NOW)
    bench._kept.outside.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(bench._kept.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bench.close()
    assert (own.free, own.dropped) == ([], 1)
