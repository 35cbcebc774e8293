"""Words that the guard stopped and that a lead is asked about, on both engines."""

from __future__ import annotations

import pytest

from bot.core.clock import MINUTE
from bot.core.handoff import Conflict
from bot.store import appeals, audit, desk, mentions, thread, withdrawing
from bot.store.desk import Seen
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, hear, said
from tests.contract.test_mentions import people

FOUND = [{"code": "price", "words": "77 元", "message": "不在价目里"}]


def asked(db: Bench) -> int:
    people(db, "lin", "su", "wang")
    hear(db, said(1))
    db.write(desk.take, TALK, "lin", NOW, Seen(9, 9))
    return db.write(
        appeals.ask, TALK, "lin", "77 元", FOUND, ["su", "wang"], NOW, "用语检查拦下：77 元"
    )


def test_only_the_holder_asks_and_the_note_concerns_the_leads(db: Bench) -> None:
    note = asked(db)
    with pytest.raises(Conflict, match="lin"):
        db.write(appeals.ask, TALK, "su", "x", FOUND, ["wang"], NOW, "x")
    assert db.read(mentions.of, "su") == db.read(mentions.of, "wang") == {TALK}
    (line,) = [one for one in db.read(thread.page, [TALK]).lines if one.source == "notes"]
    assert (line.id, line.text) == (note, "用语检查拦下：77 元")
    assert line.data == {"state": "open", "found": FOUND, "by": "", "reason": ""}


def test_it_is_decided_once_and_concerns_who_asked(db: Bench) -> None:
    note = asked(db)
    row = db.write(appeals.open_one, TALK, note)
    db.write(appeals.decide, row, "su", NOW + MINUTE, "没有这个价")
    assert db.read(mentions.of, "lin") == {TALK}
    for key, number, words in ((TALK, note, "su 已经定了"), (TALK, note + 1, "没有这条请示"),
                               ("kf:a:b", note, "没有这条请示")):  # fmt: skip
        with pytest.raises(Conflict, match=words):
            db.write(appeals.open_one, key, number)
    (line,) = [one for one in db.read(thread.page, [TALK]).lines if one.source == "notes"]
    assert line.data == {"state": "refused", "found": FOUND, "by": "su", "reason": "没有这个价"}
    trail = db.read(audit.history, "appeal", note)
    assert [(one["event"], one["actor"], one["reason"]) for one in trail] == [
        ("asked", "lin", "price"), ("kept_back", "su", "没有这个价"),
    ]  # fmt: skip


def test_who_was_asked_before_is_asked_anew(db: Bench) -> None:
    note = asked(db)
    db.write(mentions.seen, TALK, "su", NOW)
    db.write(mentions.name, note, TALK, ["su"], NOW + MINUTE)
    assert db.read(mentions.of, "su") == {TALK}


@pytest.mark.parametrize("event", ["pass_on", "put_back", "release", "resolve"])
def test_a_request_falls_when_who_asked_has_the_conversation_no_more(db: Bench, event: str) -> None:
    note = asked(db)
    ways = {
        "pass_on": lambda: db.write(desk.pass_on, TALK, "lin", "wang", NOW, "下班了"),
        "put_back": lambda: db.write(desk.put_back, TALK, "lin", NOW, "下班了"),
        "release": lambda: db.write(desk.release, TALK, "lin", NOW, Seen(9, 9)),
        "resolve": lambda: db.write(desk.resolve, TALK, "lin", NOW, Seen(9, 9)),
    }
    ways[event]()
    assert db.read(withdrawing.open_of, [TALK]) == []
    assert db.read(mentions.of, "su") == set(), "nobody is reminded of it"
    with pytest.raises(Conflict, match="lin 撤回了这条请示"):
        db.write(appeals.open_one, TALK, note)
    (line,) = [one for one in db.read(thread.page, [TALK]).lines if one.source == "notes"]
    assert line.data is not None and line.data["state"] == "withdrawn"
    last = db.read(audit.history, "appeal", note)[-1]
    assert (last["event"], last["actor"]) == ("withdrawn", "lin")


def test_who_asked_takes_it_back_and_may_ask_again(db: Bench) -> None:
    note = asked(db)
    with pytest.raises(Conflict, match="这是 lin 的请示"):
        db.write(appeals.take_back, TALK, note, "su", NOW, "")
    db.write(appeals.take_back, TALK, note, "lin", NOW, "")
    with pytest.raises(Conflict, match="撤回了"):
        db.write(appeals.take_back, TALK, note, "lin", NOW, "")
    again = db.write(appeals.ask, TALK, "lin", "76 元", FOUND, ["su"], NOW, "x")
    assert [row["note"] for row in db.read(withdrawing.open_of, [TALK])] == [again]
