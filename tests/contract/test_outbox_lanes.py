"""What may leave, and when: lanes, pools, priorities, expiry, the kf window, who holds the talk."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.core.clock import HOUR
from bot.core.model import Outbound
from bot.core.policy import UNKNOWN, Verdict
from bot.store import conversations, outbox, receivers
from bot.store.outbox import Reach, Receiver
from tests.contract.conftest import NOW, Bench
from tests.contract.making import LEASE, WINDOW, answer, claim, listen, queue, task, texts

SENT = Verdict("sent", provider_id="m1")


@pytest.fixture(autouse=True)
def open_window(db: Bench) -> None:
    """The customer has just written."""
    listen(db)


def bulk(number: int = 1, **more: object) -> Outbound:
    """A message that no kf rule touches."""
    return task(number, **more)


def state_of(db: Bench, row: int) -> str:
    return db.states("outbox")[row]


def test_what_is_queued_twice_is_queued_once(db: Bench) -> None:
    [first] = queue(db, answer(1))
    assert queue(db, answer(1)) == []
    assert list(db.states("outbox")) == [first]
    assert len(db.look("SELECT * FROM replies")) == 1


def test_a_claimed_row_is_whole_and_leased(db: Bench) -> None:
    out = answer(1, data={"x": 1}, content="faq:ship", content_version=2, expires_at=NOW + 9_999)
    [made] = queue(db, out)
    [row] = claim(db)
    assert row == out.evolve(id=made, state="sending", attempts=1, lease="L")
    assert claim(db, lease="M") == []


def test_the_messages_of_a_lane_leave_one_at_a_time_in_order(db: Bench) -> None:
    queue(db, answer(1), answer(2), answer(3))
    for number in (1, 2, 3):
        [row] = claim(db)
        assert texts([row]) == [f"a{number}"]
        assert claim(db, lease="M") == []
        db.write(outbox.finish, row, SENT, NOW)


def test_the_time_of_sending_orders_a_lane_and_not_the_time_of_queueing(db: Bench) -> None:
    queue(db, answer(1, at=NOW - 10), answer(2, at=NOW - 20), answer(3, at=NOW - 20))
    found = []
    for _ in range(3):
        [row] = claim(db)
        found += texts([row])
        db.write(outbox.finish, row, SENT, NOW)
    assert found == ["a2", "a3", "a1"]


def test_a_message_that_waits_for_its_retry_holds_its_lane(db: Bench) -> None:
    queue(db, answer(1), answer(2))
    [row] = claim(db)
    db.write(outbox.finish, row, Verdict("later", retry_at=NOW + 5_000), NOW)
    assert claim(db, NOW + 4_999) == []
    assert texts(claim(db, NOW + 5_000)) == ["a1"]


@pytest.mark.parametrize("event", ["sent", "never", "unsure", "human", "cancel", "expire"])
def test_every_end_of_a_message_frees_its_lane(db: Bench, event: str) -> None:
    queue(db, bulk(1), bulk(2))
    [row] = claim(db, pool="bulk")
    db.write(outbox.finish, row, Verdict(event), NOW)
    assert [r.dedupe for r in claim(db, pool="bulk")] == ["bulk/lin.xi/2"]


def test_lanes_do_not_wait_for_each_other(db: Bench) -> None:
    listen(db, "wm2")
    queue(db, answer(1), answer(2, peer="wm2"), answer(3))
    assert sorted(texts(claim(db))) == ["a1", "a2"]


def test_bulk_of_the_same_person_does_not_hold_up_a_live_answer(db: Bench) -> None:
    queue(db, answer(1, lane="kf:wk1:wm1/bulk", kind="promo"), answer(2))
    assert sorted(texts(claim(db))) == ["a1", "a2"]


def test_each_pool_takes_only_its_own(db: Bench) -> None:
    queue(db, answer(1), bulk(2), bulk(3, pool="welcome", lane="w"))
    assert [r.dedupe for r in claim(db, pool="welcome")] == ["bulk/lin.xi/3"]
    assert [r.dedupe for r in claim(db, pool="bulk")] == ["bulk/lin.xi/2"]
    assert texts(claim(db)) == ["a1"]


def test_the_more_urgent_goes_first_when_not_all_can(db: Bench) -> None:
    queue(db, *(bulk(n, lane=f"l{n}", priority=n % 3) for n in range(9)))
    assert {r.priority for r in claim(db, pool="bulk", n=3)} == {0}
    assert {r.priority for r in claim(db, pool="bulk", n=3)} == {1}


def test_nothing_leaves_before_its_time(db: Bench) -> None:
    queue(db, answer(1, at=NOW + 5_000))
    assert claim(db, NOW + 4_999) == []
    assert db.read(outbox.next_due, "reply", NOW) == NOW + 5_000
    assert len(claim(db, NOW + 5_000)) == 1
    assert db.read(outbox.next_due, "reply", NOW + 5_000) is None


def test_a_draft_does_not_leave(db: Bench) -> None:
    queue(db, answer(1, state="draft"))
    assert claim(db) == []


def test_what_comes_too_late_expires_with_its_reply_row(db: Bench) -> None:
    [made] = queue(db, answer(1, expires_at=NOW + 100))
    assert claim(db, NOW + 100) == []
    assert state_of(db, made) == "expired"
    assert db.look("SELECT status, note FROM replies") == [
        {"status": "expired", "note": "too late"}
    ]


@pytest.mark.parametrize(
    ("note", "state"), [(f"{UNKNOWN}no answer", "unsure"), ("45009: frequency limit", "expired")]
)
def test_only_an_unknown_fate_becomes_unsure_when_time_is_over(
    db: Bench, note: str, state: str
) -> None:
    [made] = queue(db, answer(1, expires_at=NOW + 1_000))
    [row] = claim(db)
    db.write(outbox.finish, row, Verdict("later", retry_at=NOW + 2_000, note=note), NOW)
    assert claim(db, NOW + 2_000) == []
    assert state_of(db, made) == state


def send_all(db: Bench, now: int = NOW) -> None:
    """Until the front of every lane is gone; a refused row makes way for the next."""
    batch = outbox.Batch([], 1)
    while batch.rows or batch.refused:
        batch = db.write(outbox.claim, "reply", now, "all", now + LEASE, 10, WINDOW)
        for row in batch.rows:
            db.write(outbox.finish, row, SENT, now)


def test_after_each_customer_message_five_may_go(db: Bench) -> None:
    made = queue(db, *(answer(n) for n in range(7)))
    send_all(db)
    assert [state_of(db, i) for i in made] == ["sent"] * 5 + ["dead"] * 2
    notes = [r["note"] for r in db.look("SELECT note FROM replies WHERE status = 'failed'")]
    assert notes == ["all 5 messages of the kf window are used"] * 2
    listen(db, at=NOW + 1_000)
    [again] = queue(db, answer(9))
    send_all(db, NOW + 1_000)
    assert state_of(db, again) == "sent"


def test_a_repetition_does_not_count_twice(db: Bench) -> None:
    made = queue(db, *(answer(n) for n in range(5)))
    for attempt in range(3):
        [row] = claim(db, NOW + attempt)
        db.write(outbox.finish, row, Verdict("repeat", retry_at=NOW + attempt, note=UNKNOWN), NOW)
    send_all(db, NOW + 10)
    assert [state_of(db, i) for i in made] == ["sent"] * 5


@pytest.mark.parametrize(("after", "state"), [(48 * HOUR - 1, "sent"), (48 * HOUR, "dead")])
def test_the_window_is_open_for_48_hours(db: Bench, after: int, state: str) -> None:
    [made] = queue(db, answer(1, at=NOW + after))
    send_all(db, NOW + after)
    assert state_of(db, made) == state


def test_a_code_of_an_event_and_a_notice_need_no_window(db: Bench) -> None:
    values = [answer(n, data={"code": f"C{n}"}) for n in range(7)] + [answer(8, kind="notice")]
    made = queue(db, *values)
    send_all(db, NOW + 72 * HOUR)
    assert {state_of(db, i) for i in made} == {"sent"}
    assert db.look("SELECT sent_since FROM conversation") == [{"sent_since": 0}]


def change(db: Bench, event: str, now: int = NOW) -> bool:
    return db.write(conversations.change_mode, "kf:wk1:wm1", event, now, actor="li", reason="x")


@pytest.mark.parametrize("event", ["take", "transfer", "mute"])
def test_while_somebody_else_holds_the_talk_the_persona_is_silent(db: Bench, event: str) -> None:
    """Checked when the message would leave, not when it was decided."""
    made = queue(db, answer(1), answer(2, operator="li.na", kind="staff"))
    assert change(db, event)
    send_all(db)
    assert [state_of(db, i) for i in made] == ["cancelled", "sent"]
    [row] = db.look("SELECT status, note FROM replies WHERE status = 'cancelled'")
    assert row["note"].startswith("a person took the conversation")


def test_once_released_the_persona_speaks_again(db: Bench) -> None:
    change(db, "take")
    change(db, "release")
    [made] = queue(db, answer(1))
    send_all(db)
    assert state_of(db, made) == "sent"


def test_a_cancelled_repetition_whose_fate_is_unknown_is_listed_as_unsure(db: Bench) -> None:
    """Its first call may have arrived; to call it cancelled would be a guess."""
    [made] = queue(db, answer(1))
    [row] = claim(db)
    db.write(outbox.finish, row, Verdict("repeat", retry_at=NOW, note=f"{UNKNOWN}x"), NOW)
    change(db, "take")
    assert claim(db) == []
    assert state_of(db, made) == "unsure"


def test_many_workers_never_hold_two_of_a_lane_and_keep_its_order(db: Bench) -> None:
    chance = random.Random(7)
    queue(db, *(bulk(n, lane=f"l{n % 5}", send_at=NOW + chance.randrange(40)) for n in range(60)))
    order: dict[str, list[tuple[int, int]]] = {}
    held: set[str] = set()

    async def worker(name: str) -> None:
        for step in range(40):
            batch = await db.store.write(outbox.claim, "bulk", NOW + 50, f"{name}{step}",
                                         NOW + LEASE, chance.randrange(1, 4), WINDOW)  # fmt: skip
            for row in batch.rows:
                assert row.lane not in held
                held.add(row.lane)
                order.setdefault(row.lane, []).append((row.send_at, row.id))
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
            for row in batch.rows:
                held.discard(row.lane)
                await db.store.write(outbox.finish, row, SENT, NOW)

    async def all_workers() -> None:
        await asyncio.gather(*(worker(f"w{n}-") for n in range(4)))

    asyncio.run(all_workers())
    assert set(db.states("outbox").values()) == {"sent"}
    assert all(found == sorted(found) for found in order.values())
    assert sum(map(len, order.values())) == 60


def test_a_task_has_a_reply_row_for_every_receiver(db: Bench) -> None:
    people = [Receiver("wm1", "wm1"), Receiver("wm2", "wm2"), Receiver("wr1")]
    made = db.write(outbox.enqueue, bulk(1, content="care/day1", content_version=4), NOW, people)
    rows = db.look("SELECT * FROM replies WHERE outbox = ? ORDER BY id", made)
    assert [(r["peer"], r["member"], r["status"]) for r in rows] == [
        ("wm1", "wm1", "queued"), ("wm2", "wm2", "queued"), ("wr1", None, "queued")]  # fmt: skip
    assert {(r["persona"], r["persona_version"], r["content_version"]) for r in rows} == {
        ("tester", 3, 4)}  # fmt: skip
    found = db.read(receivers.of, made or 0)
    assert [r["peer"] for r in found] == ["wm1", "wm2", "wr1"]


def test_a_notice_is_not_in_the_reply_log(db: Bench) -> None:
    queue(db, answer(1, kind="notice"))
    assert db.look("SELECT * FROM replies") == []


def test_what_others_said_on_our_behalf_is_in_the_reply_log_only(db: Bench) -> None:
    db.write(outbox.note_said, answer(1, kind="staff", operator="li.na", state="sent"), NOW)
    [row] = db.look("SELECT operator, status, text FROM replies")
    assert row == {"operator": "li.na", "status": "sent", "text": "a1"}
    assert db.look("SELECT * FROM outbox") == []


def test_a_sender_takes_only_rows_of_the_accounts_it_reaches(db: Bench) -> None:
    """What a smart robot says leaves through the process that holds its connection."""
    rows = [
        answer(n, channel="robot", pool="robot", account=robot, lane=robot, conversation="")
        for n, robot in enumerate(("held", "far", "url"))
    ]
    queue(db, *rows)

    def take(reach: Reach) -> list[str]:
        batch = db.write(outbox.claim, "robot", NOW, "L", NOW + LEASE, 10, WINDOW, {}, reach)
        return [row.account for row in batch.rows]

    assert take(Reach((), among=True)) == [], "it holds no connection"
    assert take(Reach(("held",), among=True)) == ["held"]
    assert take(Reach(("held", "far"))) == ["url"], "all but those that need a connection"
    assert take(Reach()) == ["far"]
