"""The store of a rehearsal: one thread, one long transaction, each write whole or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.store import schedule
from bot.store.engine import StoreFailed, Tx
from bot.store.migrate import migrate
from bot.store.straight import StraightStore

NOW = 1_790_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> StraightStore:
    migrate(tmp_path / "onevoice.db", NOW)
    return StraightStore(tmp_path / "onevoice.db")


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """A write never waits, so one step is all of it."""
    with pytest.raises(StopIteration) as done:
        work.send(None)
    return done.value.value


def _plan(tx: Tx, key: str, broken: bool = False) -> None:
    schedule.add_due(tx, key, "flow", NOW, {})
    if broken:
        raise ValueError("in the middle")


def test_a_write_is_seen_at_once_and_in_the_file_after_a_flush(
    store: StraightStore, tmp_path: Path
) -> None:
    run(store.write(_plan, "one"))
    assert run(store.read(schedule.next_due)) == NOW
    store.flush()
    run(store.offer(_plan, "two"))
    store.close()
    with sqlite3.connect(tmp_path / "onevoice.db") as file:
        assert file.execute("SELECT key FROM due ORDER BY key").fetchall() == [("one",), ("two",)]
    file.close()


def test_a_write_that_fails_leaves_nothing_and_takes_nobody_with_it(store: StraightStore) -> None:
    run(store.write(_plan, "kept"))
    with pytest.raises(ValueError, match="in the middle"):
        asyncio.run(store.write(_plan, "lost", broken=True))
    run(store.write(_plan, "later"))
    assert run(store.read(schedule.planned, ["kept", "lost", "later"])) == {"kept", "later"}
    store.close()


def test_the_drivers_errors_are_ours(store: StraightStore) -> None:
    def wrong(tx: Tx) -> None:
        tx.run("due_add", key=None, kind="flow", at=NOW, data="{}")

    with pytest.raises(StoreFailed):
        asyncio.run(store.write(wrong))
    assert run(store.read(schedule.next_due)) is None
    store.close()
