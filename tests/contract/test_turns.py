"""A burst becomes one turn, held by one worker, finished behind a fence."""

from __future__ import annotations

import pytest

from bot.core.errors import StaleLease
from bot.store import audit, conversations, givenup, people, turns
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    LEASE,
    SETTLE,
    TALK,
    answer,
    claim_turns,
    hear,
    nothing_said,
    said,
)


def trail(db: Bench, machine: str, key: object) -> list[str]:
    return [
        f"{r['before']} {r['event']} {r['after']}" for r in db.read(audit.history, machine, key)
    ]


def test_a_burst_is_one_turn_oldest_first(db: Bench) -> None:
    hear(db, said(2, at=NOW + 2), said(1, at=NOW + 1), said(3, at=NOW + 3))
    [held] = claim_turns(db, NOW + 10)
    assert [m.text for m in held.messages] == ["t1", "t2", "t3"]
    assert held.conversation.id == TALK
    assert held.member.id == "wm1"
    assert claim_turns(db, NOW + 10, "other") == []


def test_claims_take_the_longest_waiting_first_and_no_more_than_asked(db: Bench) -> None:
    hear(
        db,
        said(1, peer="b", at=NOW + 5),
        said(2, peer="a", at=NOW + 1),
        said(3, peer="c", at=NOW + 9),
    )
    first = claim_turns(db, NOW + 10, n=2)
    assert {h.conversation.peer for h in first} == {"a", "b"}
    assert {h.conversation.peer for h in claim_turns(db, NOW + 10, "M")} == {"c"}


def test_finishing_writes_the_whole_effect(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    shared = {"persona": {"size": "M"}, "account:wk1": {"n": 1}}
    result = nothing_said(memory={"mood": "good"}, misses=2, waiting_since=NOW, waiting_for="订单",
                          persona="tester", shared=shared, outbounds=[answer(1), answer(2)],
                          promo_ok=False)  # fmt: skip
    db.write(people.ensure_member, "wm1", NOW, "小周")
    queued = db.write(turns.finish, held, result, NOW)
    assert len(queued) == 2
    assert db.states("inbox") == {held.ids[0]: "done"}
    hear(db, said(2, at=NOW + 1))
    [again] = claim_turns(db, NOW + 1, "M")
    talk = again.conversation
    assert (talk.memory, talk.misses, talk.waiting_since) == ({"mood": "good"}, 2, NOW)
    assert again.memories == {"tester": {"persona": {"size": "M"}, "account:wk1": {"n": 1}}}
    assert (again.member.name, again.member.promo_ok) == ("小周", False)


def test_memory_of_another_account_of_the_same_member_is_seen(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(persona="tester", shared={"persona": {"a": 1}}), NOW)
    hear(db, said(2, account="wk2"), said(3, peer="wm9"))
    by_peer = {h.conversation.id: h.memories for h in claim_turns(db, NOW, "M")}
    assert by_peer == {"kf:wk2:wm1": {"tester": {"persona": {"a": 1}}}, "kf:wk1:wm9": {}}


def test_an_empty_reason_keeps_the_old_one(db: Bench) -> None:
    for number, reason in ((1, "查订单"), (2, "")):
        hear(db, said(number))
        [held] = claim_turns(db, NOW, f"L{number}")
        db.write(turns.finish, held, nothing_said(waiting_since=NOW, waiting_for=reason), NOW)
    row = db.read(conversations.get, TALK)
    assert row is not None
    assert row["waiting_for"] == "查订单"


def test_what_arrives_meanwhile_is_the_next_turn(db: Bench) -> None:
    hear(db, said(1), settle=SETTLE)
    [held] = claim_turns(db, NOW + 1_200)
    hear(db, said(2, at=NOW + 2_000), settle=SETTLE)
    assert claim_turns(db, NOW + 9_000, "M") == []
    db.write(turns.finish, held, nothing_said(), NOW + 9_000)
    assert db.read(turns.next_due) == NOW + 3_200
    [following] = claim_turns(db, NOW + 9_000, "M")
    assert [m.text for m in following.messages] == ["t2"]


def test_a_finished_turn_leaves_nothing_due(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    assert db.read(turns.next_due) == NOW + LEASE
    db.write(turns.finish, held, nothing_said(), NOW)
    assert db.read(turns.next_due) is None


def test_a_lost_turn_comes_back_whole_with_what_came_since(db: Bench) -> None:
    hear(db, said(1))
    [lost] = claim_turns(db)
    hear(db, said(2, at=NOW + 5))
    assert claim_turns(db, NOW + LEASE - 1, "M") == []
    [found] = claim_turns(db, NOW + LEASE, "M")
    assert [m.text for m in found.messages] == ["t1", "t2"]
    assert trail(db, "inbox", lost.ids[0]) == [
        "new claim working",
        "working lost new",
        "new claim working",
    ]


def test_only_the_holder_of_a_lease_may_finish(db: Bench) -> None:
    hear(db, said(1))
    [late] = claim_turns(db)
    [holder] = claim_turns(db, NOW + LEASE, "M")
    with pytest.raises(StaleLease, match=TALK):
        db.write(turns.finish, late, nothing_said(memory={"late": 1}, outbounds=[answer(1)]), NOW)
    assert db.look("SELECT * FROM outbox") == []
    assert set(db.states("inbox").values()) == {"working"}
    db.write(turns.finish, holder, nothing_said(memory={"holder": 1}), NOW + LEASE)
    with pytest.raises(StaleLease):
        db.write(turns.finish, holder, nothing_said(), NOW + LEASE)
    row = db.read(conversations.get, TALK)
    assert row is not None
    assert row["memory"] == '{"holder":1}'


def test_a_failed_turn_comes_back_when_told_and_not_at_the_end_of_its_lease(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.retry, held, NOW + 2_000)
    assert db.read(turns.next_due) == NOW + 2_000
    assert claim_turns(db, NOW + 1_999, "M") == []
    [again] = claim_turns(db, NOW + 2_000, "M")
    assert again.ids == held.ids


def test_a_late_workers_failure_does_not_disturb_the_new_holder(db: Bench) -> None:
    hear(db, said(1))
    [late] = claim_turns(db)
    [holder] = claim_turns(db, NOW + LEASE, "M")
    db.write(turns.retry, late, NOW)
    assert claim_turns(db, NOW + LEASE, "N") == []
    db.write(turns.finish, holder, nothing_said(), NOW + LEASE)


def test_a_turn_that_fails_too_often_is_set_aside_for_staff(db: Bench) -> None:
    hear(db, said(1))
    for attempt in range(3):
        [held] = claim_turns(db, NOW, f"L{attempt}", tries=3)
        db.write(turns.retry, held, NOW)
    assert claim_turns(db, NOW, "M", tries=3) == []
    [dead] = db.read(givenup.stuck)[0]
    assert (dead["state"], dead["note"]) == ("dead", "given up after 3 tries")
    assert trail(db, "inbox", dead["id"])[-1] == "working give_up dead"
    assert db.read(turns.next_due) is None


def test_after_giving_up_the_next_message_is_a_fresh_turn(db: Bench) -> None:
    hear(db, said(1))
    for attempt in range(2):
        for held in claim_turns(db, NOW, f"L{attempt}", tries=1):
            db.write(turns.retry, held, NOW)
    hear(db, said(2))
    [held] = claim_turns(db, NOW, "M", tries=1)
    assert [m.text for m in held.messages] == ["t2"]


def test_a_success_forgets_the_failures_before(db: Bench) -> None:
    for number in range(1, 5):
        hear(db, said(number))
        [held] = claim_turns(db, NOW, f"a{number}", tries=2)
        db.write(turns.retry, held, NOW)
        [held] = claim_turns(db, NOW, f"b{number}", tries=2)
        db.write(turns.finish, held, nothing_said(), NOW)
    assert db.read(givenup.stuck) == ([], [])


def test_one_bad_conversation_does_not_hold_up_the_others(db: Bench) -> None:
    hear(db, said(1), said(2, peer="wm2"))
    first = {h.conversation.peer: h for h in claim_turns(db)}
    db.write(turns.retry, first["wm1"], NOW + 2_000)
    db.write(turns.finish, first["wm2"], nothing_said(), NOW)
    assert set(db.states("inbox").values()) == {"working", "done"}


def test_at_the_start_of_the_only_process_lost_turns_are_due_at_once(db: Bench) -> None:
    hear(db, said(1), said(2, peer="wm2"))
    claim_turns(db, n=1)
    assert db.write(turns.release_all, NOW + 10) == 1
    assert len(claim_turns(db, NOW + 10, "M")) == 2


def test_a_turn_whose_words_are_all_gone_is_dropped(db: Bench) -> None:
    """A wake-up without messages costs one claim and leaves nothing behind."""
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(), NOW)
    db.write(lambda tx: tx.run("conversation_release_all", now=NOW))
    assert claim_turns(db, NOW, "M") == []
    assert db.read(turns.next_due) is None


def test_answers_that_are_queued_already_are_not_queued_twice(db: Bench) -> None:
    for number in (1, 2):
        hear(db, said(number))
        [held] = claim_turns(db, NOW, f"L{number}")
        queued = db.write(turns.finish, held, nothing_said(outbounds=[answer(1)]), NOW)
        assert len(queued) == (1 if number == 1 else 0)
    assert len(db.look("SELECT * FROM outbox")) == len(db.look("SELECT * FROM replies")) == 1
