"""Old and new side by side: migrations are applied while a process of before goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.core.model import Sent
from bot.core.policy import judge
from bot.store import inbox, migrate, outbox, pgmigrate, turns
from bot.store.sql import migrations
from tests.contract.conftest import NOW, Bench, PostgresBench, SqliteBench
from tests.contract.making import AT_ONCE, LEASE, WINDOW, answer, nothing_said, said

# What a release may bring: columns with defaults, tables, indexes.
ADDITIVE = (9_001, "9001_additive", """
ALTER TABLE inbox ADD COLUMN later TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN later BIGINT;
ALTER TABLE conversation ADD COLUMN later BIGINT NOT NULL DEFAULT 0;
CREATE TABLE later (id $ID, at BIGINT NOT NULL);
CREATE INDEX inbox_later ON inbox (later);
""")  # fmt: skip


def live(db: Bench, n: int) -> None:
    """One customer's way through the house, on the connections of the old process."""
    peer = f"wm{n}"
    assert db.write(inbox.accept, said(n, peer=peer), AT_ONCE)
    [held] = db.write(turns.claim, NOW, f"L{n}", NOW + LEASE, 1, 5)
    db.write(turns.finish, held, nothing_said(outbounds=[answer(n, peer=peer)]), NOW)
    [row] = db.write(outbox.claim, "reply", NOW, f"S{n}", NOW + LEASE, 1, WINDOW).rows
    assert db.write(outbox.finish, row, judge(row, Sent(f"m{n}"), NOW), NOW)
    db.read(inbox.counts)


def upgrade(db: Bench) -> list[str]:
    """What ``onevoice migrate`` of the new release does, on a connection of its own."""
    if isinstance(db, SqliteBench):
        return migrate.migrate_sqlite(db.path, NOW)
    assert isinstance(db, PostgresBench)
    return pgmigrate.migrate_postgres(db.url, NOW)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on the programs started here know one migration more."""

    def publish() -> None:
        for module in (migrate, pgmigrate):
            monkeypatch.setattr(module, "migrations", lambda: (*migrations(), ADDITIVE))

    return publish


def test_a_process_of_the_previous_release_works_through_a_migration(
    db: Bench, newer: Callable[[], None]
) -> None:
    """Its prepared plans go stale in the middle: no write is lost, none is done twice."""
    began, ended = threading.Event(), threading.Event()
    lived, faults = list[int](), list[Exception]()

    def old_process() -> None:
        after = 20  # times that it still writes
        while after:
            try:
                live(db, len(lived))
            except Exception as exc:
                faults.append(exc)
            lived.append(len(lived))
            if len(lived) == 20:
                began.set()
            after -= ended.is_set()

    worker = threading.Thread(target=old_process)
    worker.start()
    try:
        assert began.wait(60)
        newer()
        assert upgrade(db) == ["9001_additive"]
    finally:
        ended.set()
        worker.join(60)
    assert faults == []
    assert set(db.states("inbox").values()) == {"done"}
    assert list(db.states("outbox").values()) == ["sent"] * len(lived)
    assert upgrade(db) == []


def test_a_row_that_the_old_process_writes_has_the_defaults_of_the_new_one(
    db: Bench, newer: Callable[[], None]
) -> None:
    newer()
    upgrade(db)
    live(db, 1)
    assert db.look("SELECT later FROM inbox") == [{"later": ""}]
    assert db.look("SELECT later FROM outbox") == [{"later": None}]


def test_every_migration_is_additive() -> None:
    """What is renamed or dropped at once breaks whoever still runs; it takes two releases."""
    for _, name, text in migrations():
        words = " ".join(line.partition("--")[0] for line in text.upper().splitlines()).split()
        for first, second in pairwise(words):
            assert (first, second) not in BREAKING, name
        for statement in text.split(";"):
            if "ADD COLUMN" in statement and "NOT NULL" in statement:
                assert "DEFAULT" in statement, f"{name}: {statement.strip()}"


BREAKING = {("DROP", "TABLE"), ("DROP", "COLUMN"), ("RENAME", "TO"), ("RENAME", "COLUMN"),
            ("ALTER", "COLUMN"), ("SET", "NOT")}  # fmt: skip
