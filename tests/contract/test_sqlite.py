"""SQLite alone: one transaction for all who wait, a failing disk, migrations, foreign files."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import people
from bot.store.engine import ForeignDatabase, StoreFailed, Tx
from bot.store.migrate import migrate_sqlite
from bot.store.sql import bind, migrations, queries, statements
from bot.store.sqlite import SqliteLine, SqliteStore
from bot.store.writer import Job, run_batch
from tests.contract.conftest import NOW
from tests.contract.foreign import FOREIGN


@pytest.fixture
def path(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "own.db"))


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path, readers=1)
    yield store
    store.close()


def add(tx: Tx, name: str) -> None:
    people.ensure_member(tx, name, NOW)


def members(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT id FROM member ORDER BY id")]
    finally:
        connection.close()


class Traced(sqlite3.Connection):
    """Notes every statement; fails where it is told to."""

    said: list[str]
    fail_on: str = ""

    def execute(self, sql: str, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
        word = sql.split()[0]
        self.said.append(word)
        if word == self.fail_on:
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *args)


def traced(path: Path) -> Traced:
    connection = sqlite3.connect(path, isolation_level=None, factory=Traced)
    connection.said = []
    return connection


def jobs(*functions: object) -> list[Job]:
    loop = asyncio.new_event_loop()
    loop.close()
    return [Job(fn, None, loop) for fn in functions]  # type: ignore[arg-type]


def test_everything_that_waits_shares_one_commit(path: Path) -> None:
    connection = traced(path)
    batch = jobs(*(lambda tx, n=n: add(tx, f"wm{n}") for n in range(20)))
    run_batch(SqliteLine(connection), batch)
    assert connection.said.count("BEGIN") == connection.said.count("COMMIT") == 1
    assert connection.said.count("SAVEPOINT") == 20
    connection.close()
    assert len(members(path)) == 20


@pytest.mark.parametrize("word", ["BEGIN", "COMMIT", "RELEASE"])
def test_when_the_transaction_fails_everybody_is_told_and_nothing_is_kept(
    path: Path, word: str
) -> None:
    connection = traced(path)
    connection.fail_on = word
    batch = jobs(lambda tx: add(tx, "a"), lambda tx: 1 // 0, lambda tx: add(tx, "b"))
    run_batch(SqliteLine(connection), batch)
    assert isinstance(batch[0].error, StoreFailed)
    assert isinstance(batch[2].error, StoreFailed)
    assert "disk I/O error" in str(batch[0].error)
    assert not connection.in_transaction
    connection.fail_on = ""
    later = jobs(lambda tx: add(tx, "c"))
    run_batch(SqliteLine(connection), later)
    connection.close()
    assert later[0].error is None
    assert members(path) == ["c"]


def test_a_broken_promise_that_shows_at_the_commit_fails_the_write(
    path: Path, store: SqliteStore
) -> None:
    """A deferred constraint is judged when the transaction ends."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE child (x TEXT REFERENCES member DEFERRABLE INITIALLY DEFERRED)"
        )
    connection.close()

    def orphan(tx: Tx) -> None:
        tx._connection.execute("INSERT INTO child VALUES ('nobody')")  # type: ignore[attr-defined]

    with pytest.raises(StoreFailed, match="nothing was written: FOREIGN KEY"):
        asyncio.run(store.write(orphan))
    asyncio.run(store.write(add, "wm1"))
    assert members(path) == ["wm1"]


def test_a_lost_transaction_in_the_middle_of_a_batch_loses_the_batch_and_says_so(
    path: Path,
) -> None:
    """A full disk rolls back the whole transaction by itself."""

    def lose(tx: Tx) -> None:
        tx._connection.execute("ROLLBACK")  # type: ignore[attr-defined]
        raise sqlite3.OperationalError("database or disk is full")

    connection = traced(path)
    batch = jobs(lambda tx: add(tx, "a"), lose, lambda tx: add(tx, "b"))
    run_batch(SqliteLine(connection), batch)
    connection.close()
    assert [type(job.error) for job in batch] == [StoreFailed] * 3
    assert members(path) == []


def test_the_writer_outlives_a_loop_that_is_gone(store: SqliteStore, path: Path) -> None:
    async def leave() -> None:
        task = asyncio.create_task(store.write(add, "left"))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    asyncio.run(store.write(add, "stayed"))
    assert "stayed" in members(path)


def test_writes_are_fully_durable(store: SqliteStore) -> None:
    found = asyncio.run(store.write(
        lambda tx: [tx._connection.execute(f"PRAGMA {name}").fetchone()  # type: ignore[attr-defined]
                    for name in ("synchronous", "journal_mode", "foreign_keys")]))  # fmt: skip
    assert [value for (value,) in found] == [2, "wal", 1]


def test_a_fresh_file_gets_all_migrations_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "new.db"
    names = [name for _, name, _ in migrations()]
    assert migrate_sqlite(path, NOW) == names
    assert migrate_sqlite(path, NOW + 1) == []
    with sqlite3.connect(path) as connection:
        ledger = connection.execute("SELECT number, name, applied_at FROM migration").fetchall()
    connection.close()
    assert ledger == [(number, name, NOW) for number, name, _ in migrations()]


def test_a_running_service_is_not_disturbed_by_a_migration(path: Path, store: SqliteStore) -> None:
    assert migrate_sqlite(path, NOW) == []
    asyncio.run(store.write(add, "wm1"))
    assert members(path) == ["wm1"]


def test_several_that_migrate_at_once_agree(tmp_path: Path) -> None:
    path, applied, faults = tmp_path / "new.db", [], []
    barrier = threading.Barrier(4)

    def migrate() -> None:
        barrier.wait()
        try:
            applied.extend(migrate_sqlite(path, NOW))
        except Exception as exc:
            faults.append(exc)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(applied) == [name for _, name, _ in migrations()]


def test_a_migration_that_fails_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.db"
    broken = (
        *migrations(),
        (9_999, "9999_broken", "CREATE TABLE half (a); CREATE TABLE half (a);"),
    )
    monkeypatch.setattr("bot.store.migrate.migrations", lambda: broken)
    with pytest.raises(Exception, match="half"):
        migrate_sqlite(path, NOW)
    monkeypatch.undo()
    assert migrate_sqlite(path, NOW) == []
    with sqlite3.connect(path) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    connection.close()


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_database_is_refused_with_a_sentence_and_left_as_it_is(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        for statement in FOREIGN[name]:
            connection.execute(statement)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(
        ForeignDatabase, match="belongs to another program; name another data folder"
    ):
        migrate_sqlite(path, NOW)
    assert path.read_bytes() == before


def test_a_newer_database_is_refused_with_a_sentence(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, '9999_future', 0)")
    connection.close()
    with pytest.raises(ForeignDatabase, match=r"newer OneVoice \(migration 9999\); upgrade"):
        migrate_sqlite(path, NOW)


@pytest.mark.parametrize(
    "content", [b"this is no database at all, only words" * 40, b"SQLite format 3\0junk"]
)
def test_a_file_that_is_no_database_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(ForeignDatabase, match=r"notes\.db"):
        migrate_sqlite(path, NOW)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "onevoice.db").mkdir()
    with pytest.raises(ForeignDatabase, match=r"onevoice\.db"):
        migrate_sqlite(tmp_path / "onevoice.db", NOW)


def test_every_query_can_be_prepared_on_the_migrated_schema(path: Path) -> None:
    connection = sqlite3.connect(path)
    for name, text in queries().items():
        lists = _lists(text)
        sql, values = bind(text, dict.fromkeys(_names(text)) | {key: [] for key in lists})
        try:
            connection.execute(f"EXPLAIN {sql}", values).close()
        except sqlite3.Error as exc:
            pytest.fail(f"{name}: {exc}")
    connection.close()


def _lists(text: str) -> list[str]:
    return [part.split(":")[-1] for part in text.split("…")[:-1]]


def _names(sql: str) -> list[str]:
    return re.findall(r":(\w+)", sql)


def test_lists_are_bound_one_by_one() -> None:
    sql, values = bind("SELECT 1 WHERE x IN (:ids…) AND y = :y", {"ids": [7, 8], "y": 2})
    assert sql == "SELECT 1 WHERE x IN (?2, ?3) AND y = ?1"
    assert values == [2, 7, 8]
    assert bind("x IN (:ids…)", {"ids": ()}) == ("x IN (NULL)", [])
    twice = bind("x IN (:ids…) OR ':ids…' IN (:ids…)", {"ids": ["a"]})
    assert twice == ("x IN (?1) OR ':ids…' IN (?1)", ["a"])


def test_a_script_is_split_at_its_semicolons_without_its_comments() -> None:
    assert statements("-- one; two\nCREATE a;\n\n  -- x\nCREATE b;") == ["CREATE a", "CREATE b"]
