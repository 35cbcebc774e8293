"""The question how it was: when it is asked, what answers it, and what becomes of a low score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.core.body import Menu, plain
from bot.core.clock import DAY, HOUR
from bot.core.config import load_config
from bot.core.model import Inbound, Outbound, Sent
from bot.core.service import Service
from bot.library.cast import build
from bot.library.disk import read_disk
from bot.library.library import aliases
from bot.library.speech import Setting
from bot.persona import rating
from bot.pipeline.converse import commit
from bot.pipeline.deliver import settle_each
from bot.pipeline.rated import work_out
from bot.store import conversations, desk, idle, joins, ratings, staffwords, waiting, whole
from bot.store.versions import Edition
from scheduler.tick import tick
from tests.contract.conftest import NOW, Bench
from tests.contract.making import WINDOW, answer, claim, claim_turns, hear, listen, queue, said
from tests.contract.test_desk import words
from tests.scenario.house import BRAND

KF = "wkBANZHAN01"
KEY = f"kf:{KF}:wm1"


@pytest.fixture(scope="module")
def setting() -> Iterator[Setting]:
    """What the brand of the tests publishes, at NOW."""
    config = load_config(BRAND / "config.toml")
    editions = [Edition(kind=s.kind, name=s.name, version=1, digest="", files=s.files)
                for s in read_disk(config).sources]  # fmt: skip
    yield Setting(cast=build(editions, config.timezone, aliases(config)), now=NOW)


def message(text: str = "在吗", at: int = NOW, **data: Any) -> Inbound:
    return said(at, at=at, account=KF, text=text, data=data)


def held(db: Bench, at: int = NOW) -> None:
    """The member wrote, and lin has taken it."""
    hear(db, message(at=at))
    for turn in claim_turns(db, at, f"held-{at}"):
        db.write(commit, turn, work_out(turn, _SETTINGS[0]), at)
    db.write(desk.take, KEY, "lin", at, db.read(desk.glance, KEY))


_SETTINGS: list[Setting] = []


@pytest.fixture(autouse=True)
def _shared(setting: Setting) -> None:
    _SETTINGS[:] = [setting]


def helped(db: Bench, at: int = NOW) -> None:
    held(db, at)
    db.write(staffwords.reply, KEY, "lin", words(key=f"k{at}"), at, db.read(desk.glance, KEY),
             WINDOW)  # fmt: skip


def close(db: Bench, at: int = NOW, verb: str = "resolve") -> None:
    db.write(getattr(desk, verb), KEY, "lin", at, db.read(desk.glance, KEY))


def due(db: Bench, at: int = NOW, **service: Any) -> str:
    """What the scheduler makes of it: the question, or why there is none."""
    changed = replace(_SETTINGS[0], now=at, service=replace(Service(), **service))
    db.write(tick, changed)
    rows = db.look("SELECT note FROM due WHERE kind = 'rating' ORDER BY id DESC LIMIT 1")
    return str(rows[0]["note"]) if rows else "nothing was planned"


def asked(db: Bench) -> list[dict[str, Any]]:
    return db.look("SELECT * FROM rating ORDER BY id")


def turn(db: Bench, *messages: Inbound, at: int) -> list[str]:
    """One turn of what the member writes; what is queued for him then."""
    hear(db, *messages)
    [claimed] = claim_turns(db, at, f"turn-{at}")
    result = work_out(claimed, replace(_SETTINGS[0], now=at))
    db.write(commit, claimed, result, at)
    return [plain(out.body) for out in result.finish.outbounds]


def leave(db: Bench, at: int = NOW) -> list[Outbound]:
    """Everything that is queued leaves, one after the other."""
    gone: list[Outbound] = []
    while rows := claim(db, at, lease=f"L{at}"):
        db.write(settle_each, [(row, Sent(f"m{row.id}"), at) for row in rows])
        gone += rows
    return gone


def _menu(db: Bench) -> Menu:
    [body] = [row.body for row in leave(db) if row.content == rating.CONTENT]
    assert isinstance(body, Menu)
    return body


def test_who_goes_back_to_the_persona_is_not_asked(db: Bench) -> None:
    helped(db)
    close(db, verb="release")
    assert due(db) == "nothing was planned"


def test_who_was_helped_is_asked_once(db: Bench) -> None:
    helped(db)
    close(db)
    assert due(db) == "" and due(db) == ""
    [row] = asked(db)
    assert (row["conversation"], row["member"], row["persona"], row["account"], row["staff"]) == (
        KEY, "wm1", "tester", KF, "lin")  # fmt: skip
    assert row["score"] is None and row["asked_at"] == NOW
    [out] = db.look("SELECT * FROM outbox WHERE id = ?", row["outbox"])
    assert (out["kind"], out["operator"], out["dedupe"]) == ("reply", "bot", f"rating/{row['id']}")
    leave(db)
    later = NOW + HOUR
    helped(db, later)
    close(db, later)
    assert due(db, later) == "the member was asked not long ago"
    assert due(db, later) and len(asked(db)) == 1
    helped(db, NOW + 8 * DAY)
    close(db, NOW + 8 * DAY)
    assert due(db, NOW + 8 * DAY) == "" and len(asked(db)) == 2


def test_one_person_with_two_records_is_asked_in_one_of_his_conversations(db: Bench) -> None:
    other = "kf:wkBANZHAN02:wm2"
    held(db)
    hear(db, said(2, peer="wm2", account="wkBANZHAN02", text="在吗"))
    db.write(joins.join, KEY, other, "lin", NOW, "staff")

    def reads() -> dict[str, desk.Seen]:
        return db.read(lambda tx: whole.glance(tx, (KEY, other)))

    for n, key in enumerate((KEY, other)):
        db.write(whole.reply, key, "lin", words(key=f"key{n}"), NOW, reads(), WINDOW)
    db.write(whole.resolve, KEY, "lin", NOW, reads())
    assert due(db) == "the member was asked not long ago"
    assert [row["conversation"] for row in asked(db)] == [KEY]


def test_a_question_that_never_left_was_none(db: Bench) -> None:
    helped(db)
    close(db)
    assert due(db) == ""
    held(db, NOW + 1)  # somebody takes it again: what is queued is stopped
    assert db.look("SELECT state FROM outbox WHERE kind = 'reply' AND content = ?", rating.CONTENT) \
        == [{"state": "cancelled"}]  # fmt: skip
    db.write(staffwords.reply, KEY, "lin", words(key="k9"), NOW + 2, db.read(desk.glance, KEY),
             WINDOW)  # fmt: skip
    close(db, NOW + 2)
    assert due(db, NOW + 2) == "" and len(asked(db)) == 2


def test_reasons_not_to_ask(db: Bench) -> None:
    held(db)
    close(db)
    assert due(db) == "nobody of the staff had answered"
    helped(db, NOW + 1)
    close(db, NOW + 1)
    assert due(db, NOW + 1, satisfaction=False) == "[service] satisfaction is off"
    helped(db, NOW + 2)
    close(db, NOW + 2)
    hear(db, message("还有一件事", NOW + 3))
    assert due(db, NOW + 4) == "the member went on talking"
    helped(db, NOW + 5)
    close(db, NOW + 5)
    assert due(db, NOW + 2 * HOUR) == "it was closed too long ago"
    helped(db, NOW + 3 * HOUR)
    for n in range(3):
        queue(db, answer(n, account=KF, lane=KEY, conversation=KEY, operator="lin", kind="staff"))
    close(db, NOW + 3 * HOUR)
    assert due(db, NOW + 3 * HOUR) == "the last message of the kf window is kept for an answer"
    assert asked(db) == []


def test_who_was_silent_is_no_helper(db: Bench) -> None:
    helped(db)
    db.write(idle.put_down, NOW + HOUR, HOUR)
    assert db.look("SELECT id FROM due WHERE kind = 'rating'") == []


def test_a_tap_is_thanked_once_and_is_no_question(db: Bench) -> None:
    helped(db)
    close(db)
    due(db)
    best = _menu(db).items[0]
    at = NOW + 10
    assert turn(db, message(best.text, at, menu_id=best.id), at=at) == [rating.LINES["thanks"]]
    [row] = asked(db)
    assert (row["score"], row["words"], row["answered_at"]) == (5, "非常满意", at)
    assert turn(db, message(best.text, at + 1, menu_id=best.id), at=at + 1) == []
    assert turn(db, message("5", at + 2), at=at + 2) == ["这个我没听懂。"]
    assert [r["score"] for r in db.read(ratings.of, KEY)] == [5]
    [talk] = db.look("SELECT waiting_since, misses FROM conversation")
    assert talk["waiting_since"] is None


def test_a_low_score_goes_to_the_lead(db: Bench) -> None:
    helped(db)
    close(db)
    due(db)
    at = NOW + 10
    said_back = turn(db, message("2分，等太久了", at), message("几天发货", at + 1), at=at + 1)
    assert said_back == [rating.LINES["sorry"], "下单后两天内发出。"]
    [row] = asked(db)
    assert (row["score"], row["words"]) == (2, "2分，等太久了")
    [waits] = db.read(waiting.queue, at + 2)
    assert (waits.why, waits.reason) == (
        "rating",
        "客人给人工服务打了 2 分，请主管看：2分，等太久了",
    )


def test_a_figure_answers_only_what_was_said_last(db: Bench) -> None:
    helped(db)
    close(db)
    due(db)
    assert turn(db, message("几天发货", NOW + 10), at=NOW + 10) == ["下单后两天内发出。"]
    assert turn(db, message("4", NOW + 20), at=NOW + 20) == ["这个我没听懂。"]
    [row] = asked(db)
    assert row["answered_at"] is None
    number = row["id"]
    tapped = message("不满意", NOW + 30, menu_id=f"rate:{number}:2")
    assert turn(db, tapped, at=NOW + 30) == [rating.LINES["sorry"]]
    assert asked(db)[0]["score"] == 2


def test_who_does_not_want_to_be_asked_is_not_asked(db: Bench) -> None:
    helped(db)
    close(db)
    due(db)
    assert turn(db, message("0", NOW + 10), at=NOW + 10) == [rating.LINES["refused"]]
    [row] = asked(db)
    assert row["score"] is None and row["answered_at"] == NOW + 10
    helped(db, NOW + 30 * DAY)
    close(db, NOW + 30 * DAY)
    assert due(db, NOW + 30 * DAY) == "the member does not want to be asked"


def test_somebody_has_it_again_when_the_answer_comes(db: Bench) -> None:
    helped(db)
    close(db)
    due(db)
    leave(db)
    db.write(desk.take, KEY, "chen", NOW + 9, db.read(desk.glance, KEY))
    assert turn(db, message("1", NOW + 10), at=NOW + 10) == []
    assert asked(db)[0]["score"] == 1
    [note] = db.look("SELECT text FROM desk_note")
    assert note["text"] == "客人给人工服务打了 1 分。"
    assert db.read(conversations.get, KEY)["mode"] == "staff"  # type: ignore[index]
    listen(db)
