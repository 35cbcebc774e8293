"""Many rows in one statement, and the same rows one by one: nobody can tell the difference."""

from __future__ import annotations

import pytest

from bot.store import audit, inbox
from bot.store.engine import Tx
from bot.store.inbox import Settle
from bot.store.sql import spread
from tests.contract.conftest import NOW, Bench
from tests.contract.making import said

SETTLE = Settle(1200, 6000)


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 200])
def test_any_number_of_rows_arrives_in_its_order(db: Bench, n: int) -> None:
    rows = [audit.entry("inbox", i, "new", "claim", at=NOW + i, actor="a") for i in range(n)]
    db.write(audit.record, rows)
    found = db.look("SELECT subject, at FROM audit ORDER BY id")
    assert found == [{"subject": f"inbox:{i}", "at": NOW + i} for i in range(n)]


def test_of_several_that_say_the_same_the_first_is_new(db: Bench) -> None:
    first = [said(peer="a"), said(peer="b")]
    assert db.write(inbox.accept_each, first, SETTLE) == [True, True]
    burst = [said(peer="b"), said(peer="c"), said(peer="c"), said(peer="a")]
    assert db.write(inbox.accept_each, burst, SETTLE) == [False, True, False, False]
    assert len(db.look("SELECT id FROM inbox")) == 3


def test_rows_that_change_nothing_are_counted_one_by_one(db: Bench) -> None:
    """What another process stored between the look and the write."""
    db.write(inbox.accept_each, [said(peer="a")], SETTLE)

    def write(tx: Tx) -> list[int]:
        rows = [inbox._row(m) for m in (said(peer="a"), said(peer="b"), said(peer="c"))]
        return tx.each("inbox_add", rows)

    assert db.write(write) == [0, 1, 1]
    assert len(db.look("SELECT id FROM inbox")) == 3


def test_values_outside_the_rows_place_are_shared() -> None:
    sql = "INSERT INTO t (a, b) VALUES /*rows*/ (:a, :b) ON CONFLICT (a) DO UPDATE SET b = :c + :b"
    text, own, shared = spread(sql, 2)
    assert text == ("INSERT INTO t (a, b) VALUES /*rows*/(?1, ?2), (?3, ?4)"
                    " ON CONFLICT (a) DO UPDATE SET b = ?5 + ?6")  # fmt: skip
    row = {"a": 1, "b": 2, "c": 3}
    assert (own(row), shared(row)) == ((1, 2), (3, 2))
