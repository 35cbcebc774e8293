"""Asking a model and keeping its drafts: fences, the daily cap, and the life of a draft."""

from __future__ import annotations

import pytest

from bot.core.body import Text
from bot.core.errors import StaleLease
from bot.core.model import Outbound
from bot.store import asking, conversations, drafts, outbox, turns
from bot.store.turns import Claimed, Finish
from tests.contract.conftest import NOW, Bench
from tests.contract.making import LEASE, TALK, WINDOW, answer, happened, hear, said

LABEL = "（AI 生成）"
LATE = NOW + 2_000


def claim(db: Bench, now: int = NOW, lease: str = "L1") -> Claimed:
    (held,) = db.write(turns.claim, now, lease, now + LEASE, 10, 5)
    return held


def answered(db: Bench) -> tuple[Claimed, int]:
    """A turn that the script answered; what a draft comes after."""
    hear(db, said(1))
    held = claim(db)
    done = Finish(memory={}, misses=1, waiting_since=None, outbounds=[answer(1)])
    (row,) = db.write(turns.finish, held, done, NOW)
    return held, row


def draft(number: int = 7) -> Outbound:
    return answer(number, state="draft", operator="model", body=Text(f"草稿\n{LABEL}"),
                  expires_at=NOW + 60_000, data={drafts.LABEL: ["", LABEL]})  # fmt: skip


def kept(db: Bench) -> tuple[Claimed, int]:
    held, after = answered(db)
    made = db.write(drafts.keep, held, draft(), after, NOW)
    assert made is not None
    return held, made


def test_a_day_has_so_many_requests_and_no_more(db: Bench) -> None:
    assert [db.write(asking.spend, "2026-11-22", 2) for _ in range(4)] == [True, True, False, False]
    assert db.write(asking.spend, "2026-11-23", 2)
    assert not db.write(asking.spend, "2026-11-24", 0)
    rows = db.look("SELECT day, requests FROM model_use ORDER BY day")
    assert [r["requests"] for r in rows] == [2, 1]


def test_a_turn_stands_open_until_the_member_writes_or_a_person_takes_over(db: Bench) -> None:
    hear(db, said(1))
    held = claim(db)
    assert db.read(asking.standing, held).open
    hear(db, happened(2))
    assert db.read(asking.standing, held).open
    hear(db, said(3))
    assert db.read(asking.standing, held).overtaken
    db.write(conversations.change_mode, TALK, "take", NOW, actor="lin.xi", reason="")
    assert db.read(asking.standing, held).mode == "staff"
    assert not db.read(asking.standing, held).open


def test_a_first_line_is_said_once_and_only_while_the_turn_is_held(db: Bench) -> None:
    hear(db, said(1))
    held = claim(db)
    assert db.write(asking.say_first, held, answer(5), NOW)
    assert not db.write(asking.say_first, held, answer(5), NOW)
    db.write(turns.retry, held, NOW)
    claim(db, lease="L2")
    with pytest.raises(StaleLease):
        db.write(asking.say_first, held, answer(6), NOW)


def test_a_turn_that_joins_the_next_costs_no_try(db: Bench) -> None:
    hear(db, said(1))
    for number in range(2, 9):
        held = claim(db, lease=f"L{number}")
        hear(db, said(number))
        db.write(asking.regroup, held, NOW)
    held = claim(db, lease="end")
    assert [m.text for m in held.messages] == [f"t{n}" for n in range(1, 9)]
    assert not db.look("SELECT 1 FROM inbox WHERE state = 'dead'")


def test_the_last_words_come_in_their_order_without_the_turn_itself(db: Bench) -> None:
    answered(db)
    hear(db, said(2, at=LATE, text="然后呢"))
    held = claim(db, now=LATE, lease="L2")
    assert db.read(asking.words, held, 0, 6) == [(False, "t1"), (True, "a1")]
    assert db.read(asking.words, held, 0, 1) == [(True, "a1")]
    assert db.read(asking.words, held, LATE, 6) == []


def test_an_approved_draft_leaves_in_the_name_of_who_approved_it(db: Bench) -> None:
    _, row = kept(db)
    assert db.states("outbox")[row] == "draft"
    assert [d.id for d in db.read(drafts.waiting, NOW)] == [row]
    assert db.write(drafts.approve, row, "lin.xi", LATE, "改过的话")
    assert not db.write(drafts.approve, row, "lin.xi", LATE)
    taken = db.write(outbox.claim, "reply", LATE, "D1", LATE + LEASE, 9, WINDOW).rows
    db.write(outbox.finish, taken[0], outbox.Verdict("sent"), LATE)
    (sent,) = db.write(outbox.claim, "reply", LATE, "D2", LATE + LEASE, 9, WINDOW).rows
    assert (sent.id, sent.operator, sent.body) == (row, "lin.xi", Text(f"改过的话\n{LABEL}"))
    (reply,) = db.look(f"SELECT text, operator FROM replies WHERE outbox = {row}")
    assert reply == {"text": f"改过的话\n{LABEL}", "operator": "lin.xi"}


def test_an_approved_draft_may_leave_while_staff_hold_the_conversation(db: Bench) -> None:
    _, row = kept(db)
    db.write(conversations.change_mode, TALK, "take", NOW, actor="lin.xi", reason="")
    assert db.write(drafts.approve, row, "lin.xi", LATE)
    taken = db.write(outbox.claim, "reply", LATE, "D1", LATE + LEASE, 9, WINDOW)
    assert taken.refused == 1  # the script's own words
    (sent,) = db.write(outbox.claim, "reply", LATE, "D2", LATE + LEASE, 9, WINDOW).rows
    assert sent.id == row


def test_what_a_model_says_by_itself_is_silent_while_staff_hold_the_conversation(db: Bench) -> None:
    hear(db, said(1))
    held = claim(db)
    done = Finish(memory={}, misses=0, waiting_since=None, outbounds=[answer(1, operator="model")])
    db.write(turns.finish, held, done, NOW)
    db.write(conversations.change_mode, TALK, "take", NOW, actor="lin.xi", reason="")
    assert db.write(outbox.claim, "reply", LATE, "D1", LATE + LEASE, 9, WINDOW).refused == 1


def test_a_discarded_draft_is_over(db: Bench) -> None:
    _, row = kept(db)
    assert db.write(drafts.discard, row, "lin.xi", LATE, "不合适")
    assert not db.write(drafts.discard, row, "lin.xi", LATE)
    assert db.states("outbox")[row] == "cancelled"


MOVES = {
    "time": lambda db: None,
    "the member wrote": lambda db: hear(db, said(9, at=LATE)),
    "staff answered": lambda db: db.write(outbox.enqueue, answer(9, kind="staff"), LATE),
    "it went to the client": lambda db: db.write(
        conversations.change_mode, TALK, "transfer", LATE, actor="x", reason=""),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_a_draft_that_is_over_cannot_be_approved(db: Bench, name: str) -> None:
    _, row = kept(db)
    MOVES[name](db)
    late = NOW + 60_000 if name == "time" else LATE
    assert db.read(drafts.waiting, late) == []
    assert not db.write(drafts.approve, row, "lin.xi", late)
    assert db.states("outbox")[row] == "expired"
    assert db.write(drafts.expire, late) == 0


def test_a_draft_about_what_is_past_is_not_kept(db: Bench) -> None:
    held, after = answered(db)
    hear(db, said(2, at=LATE))
    assert db.write(drafts.keep, held, draft(), after, LATE) is None
    other = claim(db, now=LATE, lease="L2")
    db.write(turns.finish, other, Finish(memory={}, misses=0, waiting_since=None), LATE)
    db.write(outbox.enqueue, answer(3, kind="staff", operator="lin.xi"), LATE)
    assert db.write(drafts.keep, held, draft(), after, LATE) is None


def test_a_new_turn_ends_the_drafts_of_its_conversation(db: Bench) -> None:
    _, row = kept(db)
    db.write(drafts.lapse, TALK, LATE)
    assert db.states("outbox")[row] == "expired"


def test_the_sweep_ends_what_is_over(db: Bench) -> None:
    _, row = kept(db)
    assert db.write(drafts.expire, NOW) == 0
    assert db.write(drafts.expire, NOW + 60_000) == 1
    assert db.states("outbox")[row] == "expired"
