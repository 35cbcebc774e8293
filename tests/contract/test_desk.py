"""People and the persona share a conversation: who has it, who is silent, who waits."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.body import Text
from bot.core.clock import MINUTE
from bot.core.handoff import CAUSES, Conflict, ago, not_handed, silent_holder
from bot.core.model import TO_CLIENT, Binding, Later, Never, Sent, Unsure
from bot.core.policy import judge
from bot.pipeline.deliver import settle_each
from bot.store import (
    audit,
    conversations,
    desk,
    idle,
    outbox,
    staffwords,
    transfers,
    turns,
    waiting,
)
from bot.store.desk import Seen
from bot.store.engine import Row
from bot.store.staffwords import Replied, Words
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    TALK,
    WINDOW,
    answer,
    claim,
    claim_turns,
    happened,
    hear,
    listen,
    notes_of,
    nothing_said,
    queue,
    said,
    texts,
)  # fmt: skip

IDLE = 30 * MINUTE


def words(text: str = "我是林溪", key: str = "k1", stopped: str = "") -> Words:
    return Words(body=Text(text), persona="tester", persona_version=3, client_key=key,
                 stopped=stopped)  # fmt: skip


def seen(db: Bench, key: str = TALK) -> Seen:
    return db.read(desk.glance, key)


def take(db: Bench, staff: str = "lin", now: int = NOW, look: Seen | None = None) -> desk.Taken:
    return db.write(desk.take, TALK, staff, now, look or seen(db))


def say(
    db: Bench, staff: str = "lin", now: int = NOW, look: Seen | None = None, **w: Any
) -> Replied:
    return db.write(staffwords.reply, TALK, staff, words(**w), now, look or seen(db), WINDOW)


def talk(db: Bench, key: str = TALK) -> Row:
    row = db.read(conversations.get, key)
    assert row is not None
    return row


def trail(db: Bench, machine: str = "conversation", key: object = TALK) -> list[tuple[str, str]]:
    return [(r["actor"], r["event"]) for r in db.read(audit.history, machine, key)]


def end(db: Bench, row: Any, outcome: Any, now: int = NOW) -> None:
    assert db.write(outbox.finish, row, judge(row, outcome, now), now)


def test_taking_stops_what_the_persona_has_not_sent_yet(db: Bench) -> None:
    listen(db)
    queued = queue(db, answer(1), answer(2))
    taken = take(db)
    assert (taken.on_the_way, taken.stopped) == ((), 2)
    assert set(db.states("outbox").values()) == {"cancelled"}
    assert [r["status"] for r in db.look("SELECT status FROM replies")] == ["cancelled"] * 2
    assert trail(db, "outbox", queued[0])[-1] == ("lin", "cancel")
    assert trail(db) == [("lin", "take")]
    row = talk(db)
    assert (row["mode"], row["held_by"], row["held_at"]) == ("staff", "lin", NOW)


def test_words_on_their_way_are_told_and_must_be_read_before_a_reply(db: Bench) -> None:
    listen(db)
    before = seen(db)
    queue(db, answer(1))
    [row] = claim(db)
    taken = take(db, look=before)
    assert [(s.state, s.text) for s in taken.on_the_way] == [("sending", "a1")]
    with pytest.raises(Conflict, match=r"a1.*先看过再决定") as caught:
        say(db, look=before)
    assert caught.value.said == ("a1",)
    assert caught.value.who == "bot"
    end(db, row, Sent("m1"))
    assert not say(db, look=taken.seen).again


def test_words_that_come_back_unsent_after_a_take_over_never_leave(db: Bench) -> None:
    """Certainly not delivered, to be tried again: not even when the conversation is free by then."""
    listen(db)
    queue(db, answer(1))
    [row] = claim(db)
    taken = take(db)
    assert db.write(settle_each, [(row, Later(1_000, "busy"), NOW)]) == [True]
    say(db, look=taken.seen)
    assert texts(claim(db, NOW + 1)) == ["我是林溪"]
    db.write(desk.release, TALK, "lin", NOW + 2, seen(db))
    assert claim(db, NOW + 9_000) == []
    assert db.states("outbox")[row.id] == "cancelled"


def test_words_that_may_have_arrived_must_be_read_and_are_not_repeated(db: Bench) -> None:
    listen(db)
    before = seen(db)
    queue(db, answer(1))
    [row] = claim(db)
    end(db, row, Unsure("no answer"))
    with pytest.raises(Conflict, match="人设刚刚回了：a1"):
        take(db, look=before)
    take(db)
    assert db.states("outbox")[row.id] == "unsure"
    say(db)


def test_taking_after_the_persona_has_answered_is_a_conflict_until_one_has_looked(
    db: Bench,
) -> None:
    listen(db)
    before = seen(db)
    queue(db, answer(1))
    [row] = claim(db)
    end(db, row, Sent("m1"))
    with pytest.raises(Conflict, match="人设刚刚回了：a1"):
        take(db, look=before)
    assert talk(db)["mode"] == "auto"
    take(db)


def test_a_turn_that_is_being_decided_is_decided_anew(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    take(db, now=NOW + 5)
    with pytest.raises(turns.StaleLease):
        db.write(turns.finish, held, nothing_said(outbounds=[answer(1)]), NOW + 6)
    assert db.look("SELECT * FROM outbox") == []
    assert ("lin", "lost") in trail(db, "inbox", held.ids[0])
    [again] = claim_turns(db, NOW + 7, "M")
    assert again.conversation.mode == "staff"
    assert talk(db)["waiting_since"] == NOW


def test_the_second_person_learns_who_was_first_and_since_when(db: Bench) -> None:
    listen(db)
    take(db)
    with pytest.raises(Conflict) as caught:
        take(db, "chen", NOW + 3 * MINUTE)
    assert str(caught.value) == "lin 3 分钟前已经接手；请他转交给你，或等他交还"
    assert (caught.value.who, caught.value.since) == ("lin", NOW)
    with pytest.raises(Conflict, match="lin"):
        say(db, "chen")
    assert take(db, "lin", NOW + 9).stopped == 0
    assert trail(db) == [("lin", "take")]


def test_only_the_holder_may_reply_and_a_double_click_is_one_reply(db: Bench) -> None:
    listen(db)
    with pytest.raises(Conflict, match="你没有接手这个会话；先接手再操作"):
        say(db)
    take(db)
    first = say(db)
    assert say(db) == Replied(first.outbox, again=True)
    [row] = claim(db)
    assert (row.operator, row.kind, row.lane, row.origin) == ("lin", "staff", TALK, "staff:lin:k1")
    end(db, row, Sent("m1"))
    db.write(desk.release, TALK, "lin", NOW + 1, seen(db))
    assert say(db).again
    [reply] = db.look("SELECT kind, operator, text, status, persona_version FROM replies")
    assert reply == {"kind": "staff", "operator": "lin", "text": "我是林溪", "status": "sent",
                     "persona_version": 3}  # fmt: skip


def test_a_colleagues_words_must_be_read_too(db: Bench) -> None:
    """He took, answered and released while the other one was still looking at the old page."""
    listen(db)
    before = seen(db)
    take(db)
    say(db)
    db.write(desk.release, TALK, "lin", NOW + 1, seen(db))
    with pytest.raises(Conflict, match="lin 刚刚回了：我是林溪"):
        take(db, "chen", look=before)
    take(db, "chen")


def test_what_the_guard_stops_is_not_queued(db: Bench) -> None:
    listen(db)
    take(db)
    with pytest.raises(Conflict, match="没过用语检查（taboo）；改一改再发"):
        say(db, stopped="taboo")
    assert db.look("SELECT * FROM outbox") == []


def test_a_closed_kf_window_is_told_before_the_words_are_queued(db: Bench) -> None:
    listen(db)
    take(db)
    with pytest.raises(Conflict, match="48 小时已过"):
        say(db, now=NOW + 48 * 60 * MINUTE)
    for number in range(5):
        say(db, key=f"k{number}", text=str(number))
        [row] = claim(db)
        end(db, row, Sent(f"m{number}"))
    with pytest.raises(Conflict, match="5 条已用完"):
        say(db, key="k9")


@pytest.mark.parametrize("channel", ["contact", "group", "moment", "webhook"])
def test_what_no_api_can_write_cannot_be_taken(db: Bench, channel: str) -> None:
    hear(db, said(1, channel=channel))
    with pytest.raises(Conflict, match="接口写不进去"):
        db.write(desk.take, f"{channel}:wk1:wm1", "lin", NOW, Seen())


def test_release_refuses_while_the_member_says_what_nobody_has_read(db: Bench) -> None:
    listen(db)
    take(db)
    look = seen(db)
    hear(db, said(7, at=NOW + 5, text="还在吗"))
    with pytest.raises(Conflict, match="客人刚刚又说了：还在吗"):
        db.write(desk.release, TALK, "lin", NOW + 9, look)
    db.write(desk.release, TALK, "lin", NOW + 9, seen(db))
    row = talk(db)
    assert (row["mode"], row["held_by"], row["held_at"]) == ("auto", "", None)
    assert (row["waiting_since"], row["waiting_for"], row["misses"]) == (None, "", 0)


def test_a_message_that_staff_answered_before_its_turn_was_decided_stays_theirs(db: Bench) -> None:
    """Taken, answered and released within the settle time: the turn is claimed in mode auto."""
    hear(db, said(1))
    take(db)
    say(db)
    db.write(desk.release, TALK, "lin", NOW + 1, seen(db))
    hear(db, said(2, at=NOW + 2))
    [held] = claim_turns(db, NOW + 3)
    assert held.conversation.mode == "auto"
    assert [i <= held.answered_in for i in held.ids] == [True, False]


def test_a_reply_ends_the_waiting_unless_the_member_has_gone_on(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    more = nothing_said(
        waiting_since=NOW, waiting_for="客人投诉", waiting_why="complaint", misses=2
    )
    db.write(turns.finish, held, more, NOW)
    take(db)
    look = seen(db)
    assert talk(db)["waiting_since"] == NOW
    hear(db, said(2, at=NOW + 5))
    say(db, look=look, now=NOW + 6)
    assert (talk(db)["waiting_since"], talk(db)["misses"]) == (NOW + 5, 0)
    say(db, key="k2", now=NOW + 7)
    assert (talk(db)["waiting_since"], talk(db)["waiting_for"]) == (None, "")


def test_a_colleague_goes_on(db: Bench) -> None:
    listen(db)
    take(db)
    with pytest.raises(Conflict, match=r"你没有接手|lin"):
        db.write(desk.pass_on, TALK, "chen", "chen", NOW)
    db.write(desk.pass_on, TALK, "lin", "chen", NOW + 1, "下班了")
    assert (talk(db)["held_by"], talk(db)["held_at"]) == ("chen", NOW + 1)
    with pytest.raises(Conflict, match="chen"):
        say(db, "lin")
    say(db, "chen")
    assert trail(db) == [("lin", "take"), ("lin", "pass_on")]


def test_a_silent_holder_gives_it_back_when_nobody_waits(db: Bench) -> None:
    listen(db)
    take(db)
    say(db, now=NOW + MINUTE)
    assert db.read(idle.next_idle, IDLE) == NOW + MINUTE + IDLE
    assert db.write(idle.put_down, NOW + IDLE, IDLE) == 0
    assert db.write(idle.put_down, NOW + MINUTE + IDLE, IDLE) == 1
    assert talk(db)["mode"] == "auto"
    assert trail(db)[-1] == ("desk", "release")
    assert db.read(idle.next_idle, IDLE) is None
    assert db.write(idle.put_down, NOW + 9 * IDLE, 0) == 0


def test_a_silent_holder_whose_customer_waits_loses_it_to_the_queue_not_to_the_persona(
    db: Bench,
) -> None:
    listen(db)
    take(db)
    hear(db, said(5, at=NOW + 5, text="人呢"))
    assert db.write(idle.put_down, NOW + IDLE, IDLE) == 1
    row = talk(db)
    assert (row["mode"], row["held_by"], row["waiting_since"]) == ("staff", "", NOW + 5)
    [waits] = db.read(waiting.queue, NOW + IDLE)
    assert (waits.why, waits.words, waits.age) == ("idle", "人呢", IDLE - 5)
    assert waits.reason == f"{CAUSES['idle']}：lin 30 分钟没有动静"
    queue(db, answer(1))
    assert claim(db) == []
    take(db, "chen", NOW + IDLE + 1)
    assert db.read(waiting.queue, NOW + IDLE + 2) == []
    assert trail(db)[-2:] == [("desk", "drop"), ("chen", "pick_up")]


def test_the_holder_may_put_it_back_into_the_queue(db: Bench) -> None:
    listen(db)
    take(db)
    db.write(desk.snooze, TALK, "lin", NOW + 1, NOW + IDLE)
    assert talk(db)["held_at"] == NOW
    db.write(desk.put_back, TALK, "lin", NOW + 2, "要懂售后的同事")
    [waits] = db.read(waiting.queue, NOW + 3)
    assert (waits.why, waits.reason) == ("staff", "同事转回：要懂售后的同事")
    assert trail(db)[-1] == ("lin", "drop")
    with pytest.raises(Conflict, match="先接手"):
        db.write(desk.put_back, TALK, "lin", NOW + 4, "again")


def test_what_is_snoozed_is_out_of_the_queue_and_its_holder_may_be_silent(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(waiting_since=NOW, waiting_for="查订单"), NOW)
    db.write(desk.snooze, TALK, "lin", NOW, NOW + 2 * IDLE)
    assert db.read(waiting.queue, NOW + IDLE) == []
    assert len(db.read(waiting.queue, NOW + 2 * IDLE)) == 1
    take(db)
    db.write(desk.snooze, TALK, "lin", NOW, NOW + 2 * IDLE)
    assert db.write(idle.put_down, NOW + IDLE, IDLE) == 0
    assert db.read(idle.next_idle, IDLE) == NOW + 2 * IDLE
    assert db.write(idle.put_down, NOW + 2 * IDLE, IDLE) == 1


def test_what_waits_may_be_resolved_without_taking_it(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(waiting_since=NOW, waiting_for="查订单"), NOW)
    db.write(desk.resolve, TALK, "lin", NOW, seen(db))
    assert db.read(waiting.queue, NOW) == []
    take(db)
    with pytest.raises(Conflict, match="lin"):
        db.write(desk.resolve, TALK, "chen", NOW, seen(db))
    db.write(desk.resolve, TALK, "lin", NOW, seen(db))
    assert trail(db) == [("lin", "resolve"), ("lin", "take"), ("lin", "resolve")]
    assert talk(db)["mode"] == "auto"


def test_notes_stay_in_the_house(db: Bench) -> None:
    listen(db)
    take(db)
    db.write(desk.note, TALK, "lin", "老客户，爱喝岩茶", NOW + 9)
    assert [(r["author"], r["text"]) for r in db.read(notes_of, TALK)] == [
        ("lin", "老客户，爱喝岩茶")
    ]
    assert talk(db)["active_at"] == NOW + 9
    assert db.look("SELECT * FROM replies") == []
    with pytest.raises(Conflict, match="没有这个会话"):
        db.write(desk.note, "kf:no:body", "lin", "x", NOW)


@pytest.mark.parametrize(
    ("channel", "kind", "pool"),
    [("kf", "reply", "reply"), ("kf", "welcome", "welcome"), ("kf", "care", "reply"),
     ("kf", "promo", "reply"), ("robot", "reply", "robot"), ("app", "reply", "reply"),
     ("oa", "reply", "reply")],
)  # fmt: skip
@pytest.mark.parametrize("operator", ["bot", "model"])
def test_the_persona_is_silent_on_every_channel_while_a_person_holds_the_conversation(
    db: Bench, channel: str, kind: str, pool: str, operator: str
) -> None:
    key = f"{channel}:wk1:wm1"
    hear(db, said(1, channel=channel))
    db.write(desk.take, key, "lin", NOW, Seen(99, 99))
    lanes = {"lane": f"{key}/bulk" if kind in ("care", "promo") else key, "conversation": key}
    row = answer(1, channel=channel, kind=kind, pool=pool, operator=operator, **lanes)
    [made] = queue(db, row)
    assert claim(db, pool=pool) == []
    assert db.states("outbox")[made] == "cancelled"
    assert db.write(staffwords.reply, key, "lin", words(), NOW, Seen(99, 99), WINDOW).outbox > made


def test_a_robot_is_answered_the_way_its_last_message_says(db: Bench) -> None:
    way = {"reply": True, "req_id": "r1", "until": NOW + 99}
    hear(db, said(1, channel="robot", data={"answer": way}))
    key = "robot:wk1:wm1"
    db.write(desk.take, key, "lin", NOW, Seen(9, 9))
    db.write(staffwords.reply, key, "lin", words(), NOW, Seen(9, 9), WINDOW)
    [row] = claim(db, pool="robot")
    assert row.data == way


def to_client(db: Bench, servicer: str = "") -> Any:
    db.write(transfers.to_client, TALK, "lin", NOW, "c1", servicer)
    [row] = claim(db)
    return row


def settle(db: Bench, row: Any, outcome: Any) -> None:
    assert db.write(settle_each, [(row, outcome, NOW)]) == [True]


def test_the_holder_hands_the_session_to_a_colleague_in_the_client(db: Bench) -> None:
    listen(db)
    take(db)
    row = to_client(db, "chen")
    assert (row.data["servicer"], row.operator, TO_CLIENT in row.data) == ("chen", "lin", True)
    settle(db, row, Sent())
    assert (talk(db)["mode"], talk(db)["held_by"]) == ("client", "chen")
    assert trail(db)[-1] == ("lin", "transfer")
    with pytest.raises(Conflict, match="chen 刚刚起在企业微信客户端里接手；请到客户端里回复"):
        take(db, "lin")


@pytest.mark.parametrize("outcome", [Never("95019", "stopped"), Unsure("no answer")])
def test_a_transfer_that_fails_leaves_it_with_whoever_asked_for_it(db: Bench, outcome: Any) -> None:
    listen(db)
    take(db)
    settle(db, to_client(db), outcome)
    row = talk(db)
    assert (row["mode"], row["held_by"], row["waiting_why"]) == ("staff", "lin", "client")
    assert CAUSES["client"] in db.read(notes_of, TALK)[0]["text"]


def test_when_the_client_cannot_have_it_the_member_is_told_and_it_waits_here(db: Bench) -> None:
    listen(db)
    data = {TO_CLIENT: True, transfers.SORRY: "同事没能接进来"}
    queue(db, answer(1, kind="notice", body=Text(""), data=data))
    [row] = claim(db)
    settle(db, row, Never("95014", "x"))
    assert texts(claim(db, NOW + 1)) == ["同事没能接进来"]
    [waits] = db.read(waiting.queue, NOW)
    assert waits.why == "client"
    assert waits.reason.endswith("还没开通企业微信（95014）")


def test_the_queue_is_oldest_first_by_account_and_in_pages(db: Bench) -> None:
    for number, account in enumerate(("wk1", "wk2", "wk1", "wk3")):
        peer, at = f"wm{number}", NOW - number * MINUTE
        hear(db, said(number, peer=peer, account=account, text=f"问{number}"))
        [held] = claim_turns(db, NOW, f"L{number}")
        db.write(turns.finish, held, nothing_said(waiting_since=at, waiting_for="查订单",
                 waiting_why="rule", persona="tester"), NOW)  # fmt: skip
    page = db.read(waiting.queue, NOW, n=3)
    assert [w.words for w in page] == ["问3", "问2", "问1"]
    assert (page[0].persona, page[0].why, page[0].age) == ("tester", "rule", 3 * MINUTE)
    rest = db.read(waiting.queue, NOW, after=(page[-1].since, page[-1].conversation))
    assert [w.words for w in rest] == ["问0"]
    ours = [Binding(channel="kf", account=a) for a in ("wk1", "wk2")]
    assert [w.words for w in db.read(waiting.queue, NOW, accounts=ours)] == ["问2", "问1", "问0"]
    db.write(desk.take, "kf:wk1:wm0", "lin", NOW, Seen(99, 99))
    assert len(db.read(waiting.queue, NOW)) == 3


def test_events_do_not_keep_a_holder_from_releasing(db: Bench) -> None:
    listen(db)
    take(db)
    look = seen(db)
    hear(db, happened(3, at=NOW + 1))
    db.write(desk.release, TALK, "lin", NOW + 2, look)


def test_the_rule_of_the_silent_holder() -> None:
    assert silent_holder(0, IDLE, IDLE, waiting=False) == "release"
    assert silent_holder(0, IDLE, IDLE, waiting=True) == "drop"
    assert silent_holder(1, IDLE, IDLE, waiting=True) == ""
    assert silent_holder(0, 9 * IDLE, 0, waiting=True) == ""


def test_words_for_staff() -> None:
    assert [ago(NOW - m * MINUTE, NOW) for m in (0, 5, 60, 150)] == [
        "刚刚", "5 分钟前", "1 小时前", "2 小时前"]  # fmt: skip
    assert not_handed("95019: x") == "接待人员都停止接待了（95019）"
    assert not_handed("77: odd") == "77: odd"
