"""Future work: due rows, runs of flows, and pools that become one task."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store import outbox, receivers, schedule
from bot.store.engine import Row, Tx
from tests.contract.conftest import NOW, Bench
from tests.contract.making import task


def plan(db: Bench, key: str, at: int = NOW, **data: Any) -> bool:
    return db.write(schedule.add_due, key, "flow", at, data)


def take(db: Bench, now: int = NOW, n: int = 200) -> list[str]:
    return [row["key"] for row in db.write(schedule.take_due, now, n)]


def test_a_plan_is_made_once(db: Bench) -> None:
    assert plan(db, "a", run=1) is True
    assert plan(db, "a", NOW + 5, run=2) is False
    [row] = db.write(schedule.take_due, NOW)
    assert (row["data"], row["at"], row["kind"]) == ({"run": 1}, NOW, "flow")


def test_what_was_done_is_not_planned_again_under_its_key(db: Bench) -> None:
    plan(db, "a")
    [row] = db.write(schedule.take_due, NOW)
    db.write(schedule.done_all, [row["id"]], NOW, "finish", "")
    assert plan(db, "a") is False
    assert take(db) == []


def test_due_rows_come_earliest_first_in_pages(db: Bench) -> None:
    for key, after in (("c", 2), ("a", 0), ("d", 3), ("b", 1)):
        plan(db, key, NOW + after)
    assert take(db, NOW + 2) == ["a", "b", "c"]
    assert take(db, NOW + 9, 2) == ["a", "b"]
    assert take(db, NOW - 1) == []


def test_the_next_due_time_is_that_of_what_still_waits(db: Bench) -> None:
    assert db.read(schedule.next_due) is None
    plan(db, "a", NOW)
    plan(db, "b", NOW + 7)
    assert db.read(schedule.next_due) == NOW
    [row] = db.write(schedule.take_due, NOW)
    db.write(schedule.done_all, [row["id"]], NOW, "skip", "too late")
    assert db.read(schedule.next_due) == NOW + 7
    assert db.look("SELECT state, note FROM due WHERE key = 'a'") == [
        {"state": "skipped", "note": "too late"}]  # fmt: skip


def test_a_row_is_finished_once(db: Bench) -> None:
    plan(db, "a")
    [row] = db.write(schedule.take_due, NOW)
    db.write(schedule.done_all, [row["id"]], NOW, "finish", "")
    db.write(schedule.done_all, [row["id"]], NOW, "skip", "late")
    assert db.look("SELECT state, note FROM due") == [{"state": "done", "note": ""}]


@pytest.mark.parametrize(
    ("prefix", "dropped"),
    [("flow/1/", {"flow/1/a", "flow/1/b"}), ("flow/2/", {"flow/2/a"}), ("flow/_/", set()),
     ("%", set()), ("other", set())],
)  # fmt: skip
def test_waiting_plans_are_given_up_by_the_beginning_of_their_key(
    db: Bench, prefix: str, dropped: set[str]
) -> None:
    for key in ("flow/1/a", "flow/1/b", "flow/2/a", "flow/12/a"):
        plan(db, key)
    assert db.write(schedule.drop, prefix, NOW, "stopped") == len(dropped)
    found = {r["key"] for r in db.look("SELECT key FROM due WHERE state = 'dropped'")}
    assert found == dropped


def test_a_plan_that_was_done_is_not_dropped(db: Bench) -> None:
    plan(db, "flow/1/a")
    [row] = db.write(schedule.take_due, NOW)
    db.write(schedule.done_all, [row["id"]], NOW, "finish", "")
    assert db.write(schedule.drop, "flow/1/", NOW, "stopped") == 0


def test_a_tick_that_dies_is_a_tick_that_did_not_happen(db: Bench) -> None:
    plan(db, "a")

    def half(tx: Tx) -> None:
        [row] = schedule.take_due(tx, NOW)
        outbox.enqueue(tx, task(1), NOW)
        schedule.done_all(tx, [row["id"]], NOW, "finish", "")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        db.write(half)
    assert take(db) == ["a"]
    assert db.look("SELECT * FROM outbox") == []


def put(db: Bench, member: str, digest: str = "d1", account: str = "lin.xi") -> bool:
    row = {
        "key": f"flow/{member}/{digest}", "account": account, "persona": "tester",
        "persona_version": 3, "member": member, "kind": "care", "origin": "flow:welcome:day1",
        "content": "care/day1", "content_version": 4, "digest": digest, "body": "{}",
        "due_at": NOW,
    }  # fmt: skip
    return db.write(lambda tx: schedule.pool(tx, **row))


def opened(db: Bench, account: str = "lin.xi", digest: str = "d1", n: int = 100) -> list[Row]:
    return db.read(schedule.open_pool, account, digest, n)


def test_equal_texts_of_one_account_form_one_pool(db: Bench) -> None:
    for member in ("wm1", "wm2"):
        assert put(db, member) is True
    put(db, "wm3", "d2")
    put(db, "wm4", account="chen.mo")
    assert put(db, "wm1") is False
    assert [r["member"] for r in opened(db)] == ["wm1", "wm2"]


def test_a_flushed_pool_is_one_task_with_a_reply_row_each(db: Bench) -> None:
    for n in range(5):
        put(db, f"wm{n}")
    made = db.write(schedule.flush, opened(db, n=3), task(1), NOW)
    assert made is not None
    assert [r["peer"] for r in db.read(receivers.of, made)] == ["wm0", "wm1", "wm2"]
    assert [r["member"] for r in opened(db)] == ["wm3", "wm4"]
    db.write(schedule.flush, opened(db), task(2), NOW)
    assert opened(db) == []


def test_a_task_that_is_queued_already_leaves_the_pool_alone(db: Bench) -> None:
    put(db, "wm1")
    db.write(outbox.enqueue, task(1), NOW)
    assert db.write(schedule.flush, opened(db), task(1), NOW) is None
    assert [r["member"] for r in opened(db)] == ["wm1"]


def test_as_many_receivers_as_the_platform_allows_fit_into_one_flush(db: Bench) -> None:
    row = {"account": "a", "persona": "p", "persona_version": 1, "kind": "care", "origin": "o",
           "content": "c", "content_version": 1, "digest": "d", "body": "{}", "due_at": NOW}  # fmt: skip
    rows = [{"key": f"k{n}", "member": f"wm{n}", **row} for n in range(10_000)]
    db.write(lambda tx: tx.many("pool_add", rows))
    made = db.write(schedule.flush, opened(db, "a", "d", 10_000), task(1), NOW)
    assert made is not None
    assert len(db.read(receivers.of, made)) == 10_000
    assert opened(db) == []
