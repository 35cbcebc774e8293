"""Opting out of promotion: nothing of it leaves any more, on any channel; the rest goes on."""

from __future__ import annotations

import pytest

from bot.core.clock import DAY
from bot.core.policy import Verdict
from bot.store import audit, consent, outbox, people, receivers, schedule
from bot.store.outbox import Receiver
from bot.store.unwanted import OPTED_OUT, WANTS_FEWER
from tests.contract.conftest import NOW, Bench
from tests.contract.making import LEASE, WINDOW, answer, hear, said, task

MONTH = 30 * DAY


def promo(number: int, **more: object) -> object:
    return answer(number, kind="promo", origin="campaign:spring:1", **more)


def claim(db: Bench, pool: str = "reply") -> outbox.Batch:
    return db.write(outbox.claim, pool, NOW, "l1", NOW + LEASE, 10, WINDOW)


def test_what_is_queued_is_cancelled_and_service_goes_on(db: Bench) -> None:
    hear(db, said())
    db.write(outbox.enqueue, promo(1), NOW)
    db.write(outbox.enqueue, answer(2), NOW)
    assert db.write(consent.opt_out, "wm1", NOW).cancelled == 1
    rows = db.look("SELECT kind, state, note FROM outbox ORDER BY id")
    assert [(r["kind"], r["state"], r["note"]) for r in rows] == [
        ("promo", "cancelled", OPTED_OUT), ("reply", "ready", "")]  # fmt: skip
    assert [r["event"] for r in db.read(audit.history, "outbox", 1)] == ["cancel"]
    assert [r["event"] for r in db.read(audit.history, "member", "wm1")] == ["opt_out"]
    assert [row.kind for row in claim(db).rows] == ["reply"]


@pytest.mark.parametrize("channel", ["kf", "app", "robot", "oa", "contact"])
def test_promotion_queued_later_is_refused_at_the_last_look(db: Bench, channel: str) -> None:
    hear(db, said())
    db.write(consent.opt_out, "wm1", NOW)
    key = "kf:wk1:wm1" if channel == "kf" else ""
    db.write(outbox.enqueue, promo(1, channel=channel, conversation=key), NOW)
    batch = claim(db)
    assert (batch.rows, batch.refused) == ([], 1)
    assert db.look("SELECT state, note FROM outbox") == [
        {"state": "cancelled", "note": OPTED_OUT}]  # fmt: skip


def test_an_announced_activity_is_promotion_and_an_answer_about_one_is_not(db: Bench) -> None:
    hear(db, said())
    db.write(consent.opt_out, "wm1", NOW)
    db.write(outbox.enqueue, answer(1, kind="activity", origin="flow:spring:a"), NOW)
    db.write(outbox.enqueue, answer(2, kind="activity", origin="reply:9:0"), NOW)
    assert [row.origin for row in claim(db).rows + claim(db).rows] == ["reply:9:0"]


def test_a_pooled_step_is_dropped_with_its_reason(db: Bench) -> None:
    row = {"account": "lin.xi", "persona": "tester", "persona_version": 1, "member": "wm1",
           "origin": "flow:a:b", "content": "promos/a", "content_version": 1, "digest": "d",
           "body": "{}", "due_at": NOW}  # fmt: skip
    db.write(schedule.pool, key="1", kind="promo", **row)
    db.write(schedule.pool, key="2", kind="care", **row)
    assert db.write(consent.opt_out, "wm1", NOW).dropped == 1
    assert [r["kind"] for r in db.read(schedule.open_pool, "lin.xi", "d", 9)] == ["care"]
    assert db.look("SELECT note FROM pooled WHERE kind = 'promo'") == [{"note": OPTED_OUT}]


def test_of_a_task_for_many_only_he_is_taken_off_the_list(db: Bench) -> None:
    both = [Receiver("wm1", "wm1"), Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(1, kind="promo"), NOW, both)
    db.write(consent.opt_out, "wm1", NOW)
    (row,) = claim(db, "bulk").rows
    assert [p["peer"] for p in db.read(receivers.of, row.id)] == ["wm2"]
    status = db.look("SELECT peer, status FROM replies ORDER BY peer")
    assert [(r["peer"], r["status"]) for r in status] == [("wm1", "cancelled"), ("wm2", "queued")]


def test_a_task_without_receivers_is_cancelled(db: Bench) -> None:
    db.write(people.ensure_member, "wm1", NOW)
    db.write(consent.opt_out, "wm1", NOW)
    db.write(outbox.enqueue, task(1, kind="promo"), NOW, [Receiver("wm1", "wm1")])
    assert claim(db, "bulk").rows == []
    assert db.look("SELECT state FROM outbox") == [{"state": "cancelled"}]


@pytest.mark.parametrize("event", ["human", "unsure", ""])
def test_a_task_that_has_left_is_to_be_made_again_without_him(db: Bench, event: str) -> None:
    """It waits for a tap, its creation went unanswered, or its call is under way."""
    db.write(outbox.enqueue, task(1, kind="promo"), NOW, [Receiver("wm1", "wm1")])
    (row,) = claim(db, "bulk").rows
    if event:
        db.write(outbox.finish, row, outbox.Verdict(event, provider_id="t1"), NOW)
    assert db.write(consent.opt_out, "wm1", NOW).pulled == 1
    (tap,) = db.look("SELECT state, why, drops, again_at FROM tap")
    assert (tap["state"], tap["why"], tap["again_at"]) == ("pulling", consent.CODE, NOW)
    assert tap["drops"] == '{"wm1":"opted_out"}'
    assert db.write(consent.opt_out, "wm1", NOW).pulled == 0, "it is known already"


def test_a_task_that_serves_is_left_alone(db: Bench) -> None:
    db.write(outbox.enqueue, task(1, kind="care"), NOW, [Receiver("wm1", "wm1")])
    (row,) = claim(db, "bulk").rows
    db.write(outbox.finish, row, outbox.Verdict("human", provider_id="t1"), NOW)
    assert db.write(consent.opt_out, "wm1", NOW).pulled == 0
    assert db.look("SELECT outbox FROM tap") == []


def test_less_is_kept_and_opting_in_ends_both(db: Bench) -> None:
    db.write(consent.fewer, "wm1", NOW)
    assert db.read(consent.of_member, "wm1") == (True, True)
    db.write(consent.opt_out, "wm1", NOW)
    db.write(consent.opt_out, "wm1", NOW)
    assert db.read(consent.of_member, "wm1") == (False, True)
    db.write(consent.opt_in, "wm1", NOW)
    assert db.read(consent.of_member, "wm1") == (True, False)
    events = [r["event"] for r in db.read(audit.history, "member", "wm1")]
    assert events == ["fewer", "opt_out", "opt_in"]
    assert db.read(consent.of_member, "stranger") == (True, False)


def sent_at(db: Bench, number: int, at: int) -> outbox.Batch:
    """One promotion queued, claimed and, if it may leave, sent at a time."""
    db.write(
        outbox.enqueue,
        promo(number, channel="contact", conversation="", send_at=at, retry_at=at),
        at,
    )
    batch = db.write(outbox.claim, "reply", at, "l1", at + LEASE, 10, WINDOW, fewer=MONTH)
    for row in batch.rows:
        db.write(outbox.finish, row, Verdict("sent"), at)
    return batch


def test_whoever_asked_for_fewer_gets_one_in_a_while(db: Bench) -> None:
    hear(db, said())
    db.write(consent.fewer, "wm1", NOW)
    got = [len(sent_at(db, n, NOW + n * MONTH // 3).rows) for n in range(1, 8)]
    assert got == [1, 0, 0, 1, 0, 0, 1]
    notes = db.look("SELECT note FROM outbox WHERE state = 'cancelled'")
    assert [row["note"] for row in notes] == [WANTS_FEWER] * 4


def test_of_two_that_leave_at_once_he_gets_one(db: Bench) -> None:
    hear(db, said())
    db.write(consent.fewer, "wm1", NOW)
    for number, account in ((1, "a"), (2, "b"), (3, "c")):
        out = promo(number, lane=f"{account}/bulk", account=account, conversation="")
        db.write(outbox.enqueue, out, NOW)
    batch = db.write(outbox.claim, "reply", NOW, "l1", NOW + LEASE, 10, WINDOW, fewer=MONTH)
    assert (len(batch.rows), batch.refused) == (1, 2)


def test_service_and_other_members_are_not_counted(db: Bench) -> None:
    hear(db, said())
    db.write(consent.fewer, "wm1", NOW)
    assert len(sent_at(db, 1, NOW).rows) == 1
    db.write(outbox.enqueue, answer(2), NOW)
    both = [Receiver("wm1", "wm1"), Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(3, kind="promo"), NOW, both)
    assert [row.kind for row in claim(db).rows] == ["reply"]
    (row,) = db.write(outbox.claim, "bulk", NOW, "l", NOW + LEASE, 9, WINDOW, fewer=MONTH).rows
    assert [p["peer"] for p in db.read(receivers.of, row.id)] == ["wm2"]
