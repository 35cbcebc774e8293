"""Voices on their way to becoming words: each is listened to once, none is lost, and what could not
be heard is a person's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.commands.log import _line
from bot.core.clock import MINUTE
from bot.store import inbox, listening, replies, turns
from bot.store.engine import Row
from bot.store.listening import Wanted
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, claim_turns, hear, nothing_said, said

T, UNTIL = NOW + MINUTE, NOW + 2 * MINUTE
CALL = "请听一下"


def wanted(db: Bench, number: int = 1) -> Wanted:
    """A voice that came, its turn over, and a machine that takes it."""
    hear(db, said(number, kind="voice", text="", data={"media_id": f"m{number}"}))
    for held in claim_turns(db, T, "L"):
        db.write(turns.finish, held, replace(nothing_said(), listen=held.ids), T)
    (one,) = db.write(listening.claim, T, UNTIL, 9)
    assert (one.kind, one.media, one.tries) == ("voice", f"m{number}", 1)
    return one


def talk(db: Bench) -> tuple[object, ...]:
    (row,) = db.look("SELECT waiting_since, waiting_for, upset_at FROM conversation")
    return tuple(row.values())


def kept(db: Bench) -> tuple[object, ...]:
    (row,) = db.look("SELECT text, heard, mood, heard_by, heard_why, hear_at FROM inbox")
    return tuple(row.values())


def test_what_was_heard_stands_beside_the_message_and_calls_nobody(db: Bench) -> None:
    one = wanted(db)
    assert db.read(listening.next_due) == UNTIL
    assert db.write(listening.heard, one, "杯子到了", "", "http", T, "")
    assert kept(db) == ("", "杯子到了", "", "http", "", None)
    assert talk(db) == (None, "", None)
    assert db.read(listening.next_due) is None
    assert not db.write(listening.heard, one, "另一句", "", "http", T, ""), "it is over"


def test_the_log_finds_it_and_says_that_a_machine_heard_it(db: Bench) -> None:
    one = wanted(db)
    assert db.write(listening.heard, one, "杯子到了，Thanks", "", "http", T, "")

    def log(**asked: Any) -> list[Row]:
        return db.read(lambda tx: list(replies.heard(tx, **asked)))

    [row] = log(text="thanks", member="wm1", since=NOW)
    assert (row["kind"], row["operator"], row["origin"]) == ("heard", "http", f"inbox:{one.id}")
    assert "[heard by http] 杯子到了" in _line(row, False, "Asia/Shanghai", {})
    assert log(text="茶") == log(since=T) == log(persona="tester") == []


def test_what_sounds_upset_calls_a_person_and_holds_offers_back(db: Bench) -> None:
    one = wanted(db)
    assert db.write(listening.heard, one, "气死我了", "angry\t气死", "http", T, "语音里听着生气")
    assert talk(db) == (T, "语音里听着生气", T)
    trail = db.look("SELECT event, actor FROM audit WHERE subject = ?", f"conversation:{TALK}")
    assert {"event": "wait", "actor": "listening"} in trail


def test_what_nobody_could_hear_is_a_persons(db: Bench) -> None:
    one = wanted(db)
    db.write(listening.later, one, T + 5)
    assert db.write(listening.claim, T + 4, UNTIL, 9) == []
    (again,) = db.write(listening.claim, T + 5, UNTIL, 9)
    assert again == replace(one, tries=2)
    assert db.write(listening.failed, again, "it took too long", "http", T, CALL)
    assert kept(db) == ("", "", "", "http", "it took too long", None)
    assert talk(db) == (T, CALL, None)


def test_what_a_dead_listener_held_comes_back(db: Bench) -> None:
    one = wanted(db)
    assert db.write(listening.claim, UNTIL - 1, UNTIL + MINUTE, 9) == []
    assert db.write(listening.claim, UNTIL, UNTIL + MINUTE, 9) == [replace(one, tries=2)]


def test_what_is_taken_back_meanwhile_is_not_kept(db: Bench) -> None:
    one = wanted(db)
    db.write(inbox.recall, "kf:wk1:wm1:1")
    assert not db.write(listening.heard, one, "杯子", "", "http", T, "")
    assert not db.write(listening.failed, one, "late", "http", T, CALL)
    assert kept(db)[1] == "" and talk(db)[0] is None
