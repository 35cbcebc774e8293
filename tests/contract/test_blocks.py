"""Keeping somebody out, and taking back one's own words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.body import Text
from bot.core.clock import DAY
from bot.core.handoff import Conflict
from bot.core.model import Never, Sent
from bot.pipeline.deliver import settle_each
from bot.store import audit, blocks, consent, desk, staffwords, takeback, waiting
from bot.store.staffwords import Words
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    TALK,
    WINDOW,
    answer,
    claim,
    claim_turns,
    hear,
    listen,
    queue,
    said,
    texts,
)  # fmt: skip
from tests.contract.test_desk import say, seen, take, talk, trail

APP = "app:1000002:zhou"


def test_who_is_kept_out_hears_nothing_and_waits_for_nobody(db: Bench) -> None:
    listen(db)
    promo = answer(7, kind="promo", operator="bot", origin="campaign:x", conversation="",
                   lane="wm1/bulk", dedupe="promo/7")  # fmt: skip
    queue(db, answer(1), answer(2), promo)
    assert db.write(blocks.block, TALK, "lin", NOW, " 骂人 ") == 2
    assert set(db.states("outbox").values()) == {"cancelled"}
    row = talk(db)
    assert (row["mode"], row["held_by"], row["waiting_since"]) == ("muted", "", None)
    assert db.read(consent.of_member, "wm1") == (False, False)
    assert trail(db) == [("lin", "mute")] and trail(db, "member", "wm1") == [("lin", "opt_out")]
    hear(db, said(2))
    [held] = claim_turns(db, NOW, "again")
    assert held.conversation.mode == "muted"
    queue(db, answer(3))
    assert claim(db) == []
    assert db.read(waiting.queue, NOW) == []
    found = db.read(blocks.of, TALK)
    assert found is not None and (found["staff"], found["reason"], found["promo"]) == (
        "lin", "骂人", 1)  # fmt: skip


@pytest.mark.parametrize(("promo", "welcome"), [(True, True), (False, False)])
def test_the_lead_lets_him_in_again(db: Bench, promo: bool, welcome: bool) -> None:
    listen(db)
    db.write(blocks.block, TALK, "lin", NOW, "骂人")
    db.write(blocks.unblock, TALK, "chief", NOW, "道歉了", promo=promo)
    assert talk(db)["mode"] == "auto" and db.read(blocks.of, TALK) is None
    assert db.read(consent.of_member, "wm1")[0] is welcome
    [row] = db.look("SELECT * FROM block")
    assert (row["lifted_by"], row["lifted_why"], row["lifted_at"]) == ("chief", "道歉了", NOW)
    queue(db, answer(5))
    assert texts(claim(db)) == ["a5"]


def test_who_opted_out_before_stays_out(db: Bench) -> None:
    listen(db)
    db.write(consent.opt_out, "wm1", NOW)
    db.write(blocks.block, TALK, "lin", NOW, "骂人")
    db.write(blocks.unblock, TALK, "chief", NOW, "道歉了", promo=True)
    assert db.read(consent.of_member, "wm1") == (False, False)


def test_a_holder_keeps_out_and_others_do_not(db: Bench) -> None:
    listen(db)
    take(db)
    with pytest.raises(Conflict, match="lin"):
        db.write(blocks.block, TALK, "chen", NOW, "骂人")
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(Conflict, match="原因"):
            db.write(blocks.block, TALK, "lin", NOW, reason)
    db.write(blocks.block, TALK, "lin", NOW, "骂人")
    for again in (blocks.block, take):
        with pytest.raises(Conflict, match="静音"):
            again(db) if again is take else db.write(blocks.block, TALK, "lin", NOW, "又骂")  # type: ignore[operator]
    with pytest.raises(Conflict):
        say(db)
    db.write(blocks.unblock, TALK, "chief", NOW, "误会")
    with pytest.raises(Conflict, match="没有拉黑"):
        db.write(blocks.unblock, TALK, "chief", NOW, "误会")
    with pytest.raises(Conflict, match="没有这个会话"):
        db.write(blocks.block, "kf:wk1:nobody", "lin", NOW, "骂人")


def own(db: Bench, staff: str = "lin", key: str = TALK, now: int = NOW) -> list[tuple[str, str]]:
    return [(one.text, one.way) for one in db.read(takeback.own, key, staff, now)]


def back(db: Bench, number: int, staff: str = "lin", key: str = TALK, now: int = NOW) -> str:
    return db.write(takeback.take_back, key, number, staff, now)


def test_what_has_not_left_is_cancelled(db: Bench) -> None:
    listen(db)
    take(db)
    number = say(db, text="打错了", key="k1").outbox
    assert own(db) == [("打错了", "cancel")] and own(db, "chen") == []
    with pytest.raises(Conflict, match="只能撤回自己发的"):
        back(db, number, "chen")
    assert back(db, number) == "cancel" and claim(db) == []
    [row] = db.look("SELECT status, note FROM replies WHERE outbox = ?", number)
    assert row == {"status": "cancelled", "note": "lin 撤回"}
    assert trail(db, "outbox", number)[-1] == ("lin", "cancel")
    with pytest.raises(Conflict, match="没有发出去"):
        back(db, number)


def test_what_kf_has_sent_stays_and_the_button_says_so(db: Bench) -> None:
    listen(db)
    take(db)
    number = say(db, text="发出去了").outbox
    [row] = claim(db)
    with pytest.raises(Conflict, match="正在发出"):
        back(db, number)
    db.write(settle_each, [(row, Sent("m1"), NOW)])
    assert own(db) == [("发出去了", "never")]
    with pytest.raises(Conflict, match="没有撤回接口"):
        back(db, number)


def in_app(db: Bench) -> int:
    """lin has answered a colleague through the application."""
    hear(db, said(1, channel="app", account="1000002", peer="zhou"))
    db.write(desk.take, APP, "lin", NOW, seen(db, APP))
    words = Words(body=Text("看错了"), persona="", persona_version=0, client_key="k")
    return db.write(staffwords.reply, APP, "lin", words, NOW, seen(db, APP), WINDOW).outbox


@pytest.mark.parametrize(
    ("outcome", "note", "way"),
    [(Sent("MSG1"), "lin 已撤回", "done"), (Never("42052", "too old"), "没能撤回：42052: too old", "late")],
)  # fmt: skip
def test_an_application_takes_it_back_within_a_day(
    db: Bench, outcome: Any, note: str, way: str
) -> None:
    number = in_app(db)
    [row] = claim(db)
    db.write(settle_each, [(row, Sent("MSG1"), NOW)])
    assert own(db, key=APP) == [("看错了", "recall")]
    assert own(db, key=APP, now=NOW + DAY) == [("看错了", "late")]
    assert back(db, number, key=APP) == "recall"
    assert own(db, key=APP) == [("看错了", "asked")]
    with pytest.raises(Conflict, match="已经在撤回"):
        back(db, number, key=APP)
    [call] = claim(db, NOW + 1)
    assert call.data["recall"] == "MSG1" and call.kind == "notice"
    db.write(settle_each, [(call, outcome, NOW)])
    assert own(db, key=APP) == [("看错了", way)]
    [told] = db.look("SELECT note, status FROM replies WHERE outbox = ?", number)
    assert told == {"note": note, "status": "sent"}
    events = [r["event"] for r in db.read(audit.history, "outbox", number)]
    assert ("recall" in events) is (way == "done")
