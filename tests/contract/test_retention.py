"""What is old and done goes, page by page; what something still needs stays."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR, ManualClock
from bot.core.config import Config, Wecom
from bot.core.model import NeedsHuman, Sent, Unsure
from bot.core.retention import Retention
from bot.pipeline.retention import Retention as Keeper
from bot.store import alarms, inbox, outbox, pace, schedule
from bot.store.engine import Tx
from tests.contract.conftest import NOW, Bench, SqliteBench
from tests.contract.making import AT_ONCE, answer, hear, listen, queue, said, task
from tests.contract.test_restore import send

OLD = NOW + 200 * DAY
SHORT = Retention(inbox="20d", outbox="20d", due="20d", audit="20d", replies="20d", service="20d",
                  page=3)  # fmt: skip


def keep(db: Bench, rules: Retention = SHORT, now: int = OLD) -> None:
    """One whole night."""
    clock = ManualClock(now - DAY)
    config = Config(wecom=Wecom(corp_id="ww1"), retention=rules)

    async def night() -> None:
        keeper = Keeper(db.store, config, clock)
        clock.advance(DAY)
        first = await keeper.step(clock.now())
        while (again := await keeper.step(clock.now())) < clock.now() + HOUR // 2:
            first = again
        assert first < again, "it sleeps until the next quiet hour"

    asyncio.run(night())


def ids(db: Bench, table: str) -> list[Any]:
    return [row["id"] for row in db.look(f"SELECT id FROM {table} ORDER BY id")]


def finished(db: Bench, n: int) -> None:
    """``n`` messages that came in and were dealt with long ago."""
    for number in range(n):
        listen(db, f"wm{number}", NOW + number)


def test_what_was_dealt_with_goes_and_the_last_row_keeps_its_id(db: Bench) -> None:
    finished(db, 10)
    keep(db)
    assert ids(db, "inbox") == [10], "the last one stays, or its number would be given out again"
    hear(db, said(99, at=OLD))
    assert ids(db, "inbox") == [10, 11]
    assert ids(db, "audit") == [20]


def test_what_is_not_done_stays_however_old(db: Bench) -> None:
    finished(db, 4)
    hear(db, said(1, peer="late"), said(2, peer="later"))
    hear(db, said(3, at=OLD))
    keep(db)
    assert db.states("inbox") == {5: "new", 6: "new", 7: "new"}


def around_the_inbox(tx: Tx) -> None:
    """Of each table: two that are old and done with, one that is old and stands, one young."""
    for n, (at, ended) in enumerate(((NOW, NOW), (NOW, NOW), (NOW, None), (OLD, OLD))):
        key = f"kf:wk1:wm{n}"
        tx.row("alarm_add", conversation=key, since=at, level=1, now=at)
        tx.row("rating_add", conversation=key, member=f"wm{n}", persona="p", account="a",
               staff="lin", now=at)  # fmt: skip
        tx.run("block_add", conversation=key, member=f"wm{n}", staff="lin", reason="r", promo=0,
               now=at)  # fmt: skip
        tx.run("figure_event_add", conversation=key, what="handoff", code="rule", at=at,
               persona="p", first=0)  # fmt: skip
        if ended is not None:
            alarms.clear(tx, ended)
            tx.run("block_lift", conversation=key, staff="lin", reason="r", now=ended)


def test_alarms_ratings_blocks_and_events_go_when_they_are_over(db: Bench) -> None:
    for n in range(4):
        listen(db, f"wm{n}", NOW)
    db.write(around_the_inbox)
    db.write(lambda tx: tx.row("alarm_add", conversation="kf:wk1:wm9", since=1, level=1, now=OLD))
    keep(db, now=OLD + DAY)
    assert ids(db, "block") == [3, 4]
    assert ids(db, "rating") == [4]
    assert ids(db, "figure_event") == [4]
    assert ids(db, "alarm") == [3, 4, 5]  # the third rang until the other day, the fifth rings
    keep(db, Retention(service="0d"), OLD + 400 * DAY)
    assert ids(db, "rating") == [4] and ids(db, "block") == [3, 4]


def test_what_is_young_stays(db: Bench) -> None:
    finished(db, 4)
    keep(db, now=NOW + 19 * DAY)
    assert len(ids(db, "inbox")) == 4


def test_an_event_cannot_come_twice_within_the_shortest_time(db: Bench) -> None:
    finished(db, 4)
    keep(db, now=NOW + 14 * DAY)
    assert hear(db, said(900 + NOW % 97, peer="wm0")) == 0


@pytest.mark.parametrize(
    ("outcome", "stays"), [(Sent("m"), False), (NeedsHuman("t"), True), (Unsure("x", True), True)]
)
def test_a_message_goes_when_it_is_final_for_everybody(
    db: Bench, outcome: Any, stays: bool
) -> None:
    send(db, outcome, task(1))
    queue(db, task(2, dedupe="last", lane="y", at=OLD), now=OLD)
    keep(db)
    assert (1 in ids(db, "outbox")) is stays
    assert (1 in ids(db, "replies")) is stays


def test_a_message_one_of_whose_receivers_is_open_stays(db: Bench) -> None:
    people = [outbox.Receiver("wm1", "wm1"), outbox.Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(1), NOW, people)
    [row] = db.write(outbox.claim, "bulk", NOW, "S", NOW + 1, 5, outbox.KfWindow(5, 48)).rows
    db.write(outbox.finish, row, outbox.Verdict("sent"), NOW)
    db.write(lambda tx: tx.run("reply_receiver", outbox=1, peer="wm2", status="waiting_tap",
                               note="", operator="bot", at=None))  # fmt: skip
    queue(db, task(2, dedupe="last", lane="y", at=OLD), now=OLD)
    keep(db)
    assert ids(db, "outbox") == [1, 2]


def test_the_reply_log_is_kept_for_ever_unless_asked_otherwise(db: Bench) -> None:
    listen(db)
    send(db, Sent("m"), answer(1), answer(2))
    keep(db, Retention(), now=NOW + 3000 * DAY)
    assert ids(db, "replies") == [1, 2]
    assert ids(db, "outbox") == [2] and len(ids(db, "audit")) == 1


def test_plans_go_and_those_that_wait_stay(db: Bench) -> None:
    for key in ("a", "b", "c", "d"):
        db.write(schedule.add_due, key, "flow", NOW, {})

    def act(tx: Tx) -> None:
        for row in schedule.take_due(tx, NOW):
            if row["key"] != "b":
                schedule.done_all(tx, [row["id"]], NOW, "finish", "")

    db.write(act)
    keep(db)
    assert db.states("due") == {2: "waiting", 4: "done"}


def pooled(tx: Tx, n: int) -> None:
    schedule.pool(
        tx, key=f"k{n}", account="lin.xi", persona="p", persona_version=1, member=f"wm{n}",
        kind="care", origin="flow:w:1", content="", content_version=None, digest=f"d{n}",
        body="{}", due_at=NOW,
    )  # fmt: skip


def test_a_pooled_step_stays_while_its_task_waits(db: Bench) -> None:
    for n in range(1, 5):
        db.write(pooled, n)
    made = [task(n, lane=f"x{n}") for n in (1, 2)]
    for n, out in enumerate(made, 1):
        db.write(lambda tx, n=n, out=out: schedule.flush(
            tx, schedule.open_pool(tx, "lin.xi", f"d{n}", 5), out, NOW))  # type: ignore[misc]  # fmt: skip
    [first, second] = db.write(outbox.claim, "bulk", NOW, "S", NOW + 1, 5,
                               outbox.KfWindow(5, 48)).rows  # fmt: skip
    db.write(outbox.finish, first, outbox.Verdict("human", retry_at=NOW), NOW)
    db.write(outbox.finish, second, outbox.Verdict("sent"), NOW)
    keep(db)
    assert ids(db, "pooled") == [1, 3, 4], "1 waits, 3 and 4 are no task yet"


def test_rates_windows_and_codes_of_long_ago_are_forgotten(db: Bench) -> None:
    from bot.core.pace import Rate
    from bot.core.windows import Window

    db.write(pace.take, "old", Rate(5, 60_000), NOW)
    db.write(pace.take, "new", Rate(5, 60_000), OLD)
    for name, at in (("old", NOW), ("new", OLD)):
        db.write(pace.open_window, name, "message", Window(5, HOUR), at)
    keep(db)
    assert db.look("SELECT key FROM pace") == [{"key": "new"}]
    assert db.look("SELECT conversation FROM allowance") == [{"conversation": "new"}]


def test_a_page_is_bounded_and_a_write_in_between_is_not_held_up(db: Bench) -> None:
    finished(db, 20)
    from bot.store import retention

    after, looks = 0, 0
    while (page := db.write(retention.sweep, "inbox", after, OLD, 3)).more:
        assert page.deleted <= 3
        after, looks = page.last, looks + 1
        db.write(inbox.accept, said(500 + looks, at=OLD), AT_ONCE)
        if looks > 30:
            break
    assert 7 <= looks <= 8, "what is young ends the walk"


def test_the_file_becomes_smaller(migrated: Path, tmp_path: Path) -> None:
    """PostgreSQL vacuums by itself."""
    big = SqliteBench(migrated, tmp_path)

    def many(tx: Tx) -> None:
        tx.many("member_ensure", ({"id": f"wm{n}" + "x" * 400, "name": "", "now": NOW}
                                  for n in range(20_000)))  # fmt: skip

    big.write(many)
    big.write(lambda tx: tx._connection.execute("DELETE FROM member"))  # type: ignore[attr-defined]
    big.look("PRAGMA wal_checkpoint(TRUNCATE)")
    before = big.path.stat().st_size
    keep(big)
    big.look("PRAGMA wal_checkpoint(TRUNCATE)")
    assert big.path.stat().st_size < before / 2
    [(free,)] = [tuple(row.values()) for row in big.look("PRAGMA freelist_count")]
    assert 0 < free <= 1024, "some stay for what is written next"
    big.close()
