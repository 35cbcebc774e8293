"""Tasks that are taken back: made again for whoever is left, once, or called off, and never when the
tap came first."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR
from bot.core.model import Outbound, TapResult, TapStatus
from bot.core.taptime import Timing
from bot.store import audit, outbox, pullback, schedule, taps, tapwatch
from bot.store.engine import Row, Store
from bot.store.outbox import Receiver
from bot.store.pullback import Pull
from bot.store.taptell import Plan, tell
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.making import LEASE, WINDOW, task

TIMING = Timing(deadline=DAY, reminders=(2 * HOUR, 6 * HOUR), escalate=12 * HOUR)
ALL = ("wm1", "wm2", "wm3")
NOT_YET = TapStatus(done=False)
TAPPED = TapStatus(done=True, tapped=True,
                   results=tuple(TapResult(peer=who, ok=who != "wm3", at=NOW) for who in ALL))  # fmt: skip


def made(db: Bench, number: int = 1, people: tuple[str, ...] = ALL, **more: Any) -> int:
    """A task that the platform has."""
    id = db.write(outbox.enqueue, task(number, **more), NOW, [Receiver(p, p) for p in people])
    assert id is not None
    waits(db, id)
    return id


def waits(db: Bench, id: int, now: int = NOW) -> Outbound:
    batch = db.write(outbox.claim, "bulk", now, "l", now + LEASE, 9, WINDOW)
    (row,) = [row for row in batch.rows if row.id == id]
    db.write(outbox.finish, row, outbox.Verdict("human", now, provider_id=f"msg{id}"), now)
    assert [one.id for one in db.write(taps.open_new, now, TIMING)] == [id]
    return row


def row_of(db: Bench, id: int) -> Outbound:
    found = db.read(tapwatch.task, id)
    assert found is not None, "it waits"
    return found


def take_back(db: Bench, id: int, status: TapStatus = NOT_YET, now: int = NOW) -> int | None:
    return db.write(pullback.settle, row_of(db, id), status, now)


def tap_of(db: Bench, id: int) -> Row:
    [row] = db.look("SELECT * FROM tap WHERE outbox = ?", id)
    return row | {"drops": json.loads(row["drops"])}


def people_of(db: Bench, id: int) -> dict[str, tuple[str, str]]:
    rows = db.look("SELECT peer, status, note FROM replies WHERE outbox = ?", id)
    return {row["peer"]: (row["status"], row["note"]) for row in rows}


def test_a_task_opens_once_with_its_deadline_and_its_list(db: Bench) -> None:
    id = made(db, expires_at=NOW + 9 * HOUR)
    tap = tap_of(db, id)
    assert (tap["state"], tap["targets"], tap["opened_at"]) == ("open", 3, NOW)
    assert (tap["deadline_at"], tap["next_at"]) == (NOW + 9 * HOUR, NOW + 2 * HOUR)
    assert db.write(taps.open_new, NOW, TIMING) == []


def test_it_is_made_again_for_whoever_is_left(db: Bench) -> None:
    id = made(db, kind="promo")
    wish = Pull(why="opted_out", again_at=NOW, drops={"wm2": "opted_out"})
    assert db.write(pullback.pull, row_of(db, id), wish, NOW) is True
    assert db.write(pullback.pull, row_of(db, id), wish, NOW) is False
    again = take_back(db, id, now=NOW + 5)
    assert again is not None
    assert db.states("outbox") == {id: "cancelled", again: "ready"}
    assert people_of(db, id) == {"wm1": ("cancelled", "again"), "wm2": ("cancelled", "opted_out"),
                                 "wm3": ("cancelled", "again")}  # fmt: skip
    assert people_of(db, again) == {"wm1": ("queued", ""), "wm3": ("queued", "")}
    tap = tap_of(db, id)
    assert (tap["state"], tap["made_into"]) == ("over", again)
    waits(db, again, NOW + 9)
    tap = tap_of(db, again)
    assert (tap["generation"], tap["made_from"], tap["targets"]) == (2, id, 2)
    assert [r["event"] for r in db.read(audit.history, "tap", id)] == ["pull", "close"]


def test_of_two_who_settle_one_makes_it_again(db: Bench) -> None:
    id = made(db)
    row = row_of(db, id)
    db.write(pullback.pull, row, Pull(why="mood", again_at=NOW, drops={"wm1": "mood"}), NOW)
    first, second = (db.write(pullback.settle, row, NOT_YET, NOW) for _ in range(2))
    assert first is not None and second is None
    assert len(db.look("SELECT id FROM outbox")) == 2


def test_a_tap_that_came_first_is_the_truth(db: Bench) -> None:
    id = made(db)
    db.write(pullback.pull, row_of(db, id), Pull(why="mood", again_at=NOW, drops={"wm1": "mood"}), NOW)  # fmt: skip
    assert take_back(db, id, TAPPED) is None
    assert db.states("outbox") == {id: "sent"}
    assert {who: status for who, (status, _) in people_of(db, id).items()} == {
        "wm1": "sent", "wm2": "sent", "wm3": "failed"}  # fmt: skip
    tap = tap_of(db, id)
    assert (tap["state"], tap["covered"], tap["failed"], tap["targets"]) == ("over", 2, 1, 3)


def test_a_tap_under_way_keeps_the_task(db: Bench) -> None:
    """The platform is still sending: whoever has no result yet may get it any moment."""
    id = made(db)
    db.write(pullback.pull, row_of(db, id), Pull(why="mood", again_at=NOW, drops={"wm1": "mood"}), NOW)  # fmt: skip
    half = TapStatus(done=False, tapped=True, results=TAPPED.results[:1])
    assert take_back(db, id, half) is None
    assert (db.states("outbox")[id], tap_of(db, id)["state"]) == ("waiting", "tapped")
    db.write(taps.report, row_of(db, id), TAPPED, NOW)
    assert (db.states("outbox")[id], tap_of(db, id)["state"]) == ("sent", "over")


def test_results_that_never_come_expire(db: Bench) -> None:
    id = made(db)
    half = TapStatus(done=False, tapped=True, results=TAPPED.results[:1])
    db.write(taps.report, row_of(db, id), half, NOW)
    late = tap_of(db, id)["next_at"]
    assert late == NOW + DAY, "its deadline"
    assert [row["outbox"] for row in db.read(taps.due_taps, late)] == [id]
    db.write(taps.give_up, id, late, "no results")
    assert {who: status for who, (status, _) in people_of(db, id).items()} == {
        "wm1": "sent", "wm2": "expired", "wm3": "expired"}  # fmt: skip


def test_several_wishes_become_one(db: Bench) -> None:
    id = made(db)
    row = row_of(db, id)
    db.write(pullback.pull, row, Pull(why="mood", again_at=NOW, drops={"wm1": "mood"}), NOW)
    night = Pull(why="quiet_hours", again_at=NOW + 9 * HOUR)
    assert db.write(pullback.pull, row, night, NOW) is True
    again = take_back(db, id)
    assert again is not None
    assert set(people_of(db, again)) == {"wm2", "wm3"}
    (later,) = db.look("SELECT send_at, retry_at FROM outbox WHERE id = ?", again)
    assert set(later.values()) == {NOW + 9 * HOUR}


def test_what_is_called_off_is_not_made_again_whatever_else_is_wished(db: Bench) -> None:
    id = made(db)
    row = row_of(db, id)
    db.write(pullback.pull, row, Pull(why="mood", again_at=NOW, drops={"wm1": "mood"}), NOW)
    assert db.write(pullback.call_off, id, "stopped", NOW, "chief") is True
    db.write(pullback.pull, row, Pull(why="quiet_hours", again_at=NOW + HOUR), NOW)
    assert take_back(db, id) is None
    assert db.states("outbox") == {id: "cancelled"}
    assert people_of(db, id)["wm2"] == ("cancelled", "stopped")


def test_nobody_tapped_in_time(db: Bench) -> None:
    id = made(db)
    db.write(pullback.pull, row_of(db, id), Pull(why="late", ends="expire"), NOW)
    assert take_back(db, id) is None
    assert {status for status, _ in people_of(db, id).values()} == {"expired"}


def test_what_would_come_after_its_own_end_expires_instead(db: Bench) -> None:
    id = made(db, expires_at=NOW + 2 * HOUR)
    db.write(pullback.pull, row_of(db, id), Pull(why="quiet_hours", again_at=NOW + 9 * HOUR), NOW)
    assert take_back(db, id) is None
    assert db.states("outbox") == {id: "expired"}


def test_with_nobody_left_there_is_no_new_task(db: Bench) -> None:
    id = made(db, people=("wm1",))
    db.write(pullback.pull, row_of(db, id), Pull(why="mood", again_at=NOW, drops={"wm1": "mood"}), NOW)  # fmt: skip
    assert take_back(db, id) is None
    assert db.states("outbox") == {id: "cancelled"}
    assert people_of(db, id) == {"wm1": ("cancelled", "mood")}


def test_a_night_stops_the_clocks_and_a_chain_keeps_its_reminders(db: Bench) -> None:
    id = made(db)
    plan = Plan(timing=TIMING, asleep=lambda _: None, leads=["boss"], words=lambda *_: [])
    at = NOW + 3 * HOUR
    told = db.write(tell, db.read(taps.due_taps, at), plan, at)
    assert (len(told.owners), len(told.leads)) == (1, 0)
    assert tap_of(db, id)["next_at"] == NOW + 6 * HOUR
    night = Pull(why="quiet_hours", again_at=at + 11 * HOUR)
    db.write(pullback.pull, row_of(db, id), night, at)
    again = take_back(db, id, now=at)
    assert again is not None
    waits(db, again, at + 11 * HOUR)
    tap = tap_of(db, again)
    assert (tap["since"], tap["reminded"]) == (NOW + 11 * HOUR, 1)
    assert tap["next_at"] == NOW + 17 * HOUR, "the second reminder, six hours awake"
    assert tap["deadline_at"] == NOW + 11 * HOUR + DAY


def test_nobody_is_told_at_night_and_one_process_tells(db: Bench) -> None:
    id = made(db)
    at, over = NOW + 13 * HOUR, NOW + 20 * HOUR
    rows = db.read(taps.due_taps, at)
    asleep = Plan(timing=TIMING, asleep=lambda _: over, leads=[], words=lambda *_: [])
    assert db.write(tell, rows, asleep, at).owners == []
    assert tap_of(db, id)["next_at"] == over
    awake = Plan(timing=TIMING, asleep=lambda _: None, leads=["boss"], words=lambda *_: [])
    first, second = (db.write(tell, rows, awake, over) for _ in range(2))
    assert (len(first.owners), len(first.leads)) == (1, 1)
    assert (len(second.owners), len(second.leads)) == (0, 0)
    assert tap_of(db, id)["next_at"] == NOW + DAY, "only the deadline is left"


@pytest.mark.parametrize(("state", "after"), [("ready", "cancelled"), ("sending", "sending")])
def test_what_has_not_left_is_called_off_at_once_and_what_flies_when_it_has_landed(
    db: Bench, state: str, after: str
) -> None:
    id = db.write(outbox.enqueue, task(1), NOW, [Receiver("wm1", "wm1")])
    assert id is not None
    flying = []
    if state == "sending":
        flying = db.write(outbox.claim, "bulk", NOW, "l", NOW + LEASE, 9, WINDOW).rows
    assert db.write(pullback.call_off, id, "stopped", NOW, "chief") is True
    assert db.states("outbox")[id] == after
    for row in flying:
        db.write(outbox.finish, row, outbox.Verdict("human", NOW, provider_id="m"), NOW)
        db.write(taps.open_new, NOW, TIMING)
        assert (tap_of(db, id)["state"], tap_of(db, id)["targets"]) == ("pulling", 1)
        assert take_back(db, id) is None
    assert db.states("outbox")[id] == "cancelled"
    assert db.write(pullback.call_off, id, "stopped", NOW, "chief") is False


def test_steps_of_flows_go_on_with_the_new_task(db: Bench) -> None:
    for who in ALL:
        db.write(lambda tx, who=who: schedule.pool(
            tx, key=f"k/{who}", account="lin.xi", persona="tester", persona_version=3, member=who,
            kind="care", origin="flow:welcome:day1", content="care/day1", content_version=4,
            digest="d", body="{}", due_at=NOW))  # fmt: skip
    rows = db.read(schedule.open_pool, "lin.xi", "d", 9)
    id = db.write(schedule.flush, rows, task(1), NOW)
    assert id is not None
    waits(db, id)
    db.write(pullback.pull, row_of(db, id), Pull(why="mood", again_at=NOW, drops={"wm2": "mood"}), NOW)  # fmt: skip
    again = take_back(db, id)
    found = {r["member"]: r["outbox"] for r in db.look("SELECT member, outbox FROM pooled")}
    assert found == {"wm1": again, "wm2": id, "wm3": again}


def test_a_task_from_before_a_backup_was_put_back_is_not_made_again(db: Bench) -> None:
    """It may have been, after the backup was made, and only the platform knows."""
    id = made(db)
    db.write(lambda tx: tx.run("restored_add", at=NOW + 1, taken_at=NOW))
    db.write(pullback.pull, row_of(db, id), Pull(why="quiet_hours", again_at=NOW + HOUR), NOW)
    assert take_back(db, id, now=NOW + 2) is None
    assert db.states("outbox") == {id: "cancelled"}


def test_a_row_that_ends_in_another_way_closes_its_task(db: Bench) -> None:
    id = made(db)
    (row,) = db.look("SELECT * FROM outbox")
    db.write(outbox.move, row, "never", NOW, actor="platform", reason="gone")
    assert db.write(taps.close_orphans, NOW) == 1
    assert tap_of(db, id)["state"] == "over"


def test_of_two_processes_at_the_same_moment_one_makes_it_again(
    pg: PostgresBench, other: Store
) -> None:
    for number in range(1, 6):
        id = made(pg, number)
        row = row_of(pg, id)
        pg.write(pullback.pull, row, Pull(why="mood", again_at=NOW + DAY, drops={"wm1": "mood"}), NOW)  # fmt: skip

        async def both(row: Outbound = row) -> list[int | None]:
            stores = (pg.store, other)
            return list(await asyncio.gather(
                *(store.write(pullback.settle, row, NOT_YET, NOW) for store in stores)))  # fmt: skip

        found = asyncio.run(both())
        assert len([again for again in found if again is not None]) == 1
        again = pg.look("SELECT COUNT(*) AS n FROM outbox WHERE dedupe LIKE ?", f"%/{number}#%")
        assert again == [{"n": 1}]
