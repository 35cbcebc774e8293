"""Colleagues named in notes, what waits for somebody, and the places of a thread, on both engines."""

from __future__ import annotations

import pytest

from bot.core.body import Media
from bot.core.clock import HOUR
from bot.core.handoff import Conflict
from bot.store import desk, mentions, outbox, staff, talks, thread
from bot.store.talks import Filter
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, answer, happened, hear, said
from tests.contract.test_talks import WK1


def people(db: Bench, *logins: str) -> None:
    for login in logins:
        db.write(staff.add, login, "service", "", NOW, actor="test", made=False)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@lin.xi 看一下", ["lin.xi"]),
        ("请 @Lin.Xi、@su.he。", ["lin.xi", "su.he"]),
        ("交给@lin.xi.", ["lin.xi"]),
        ("@a 和 mail@x", []),
        ("@lin @lin", ["lin"]),
    ],
)
def test_names_behind_an_at(text: str, names: list[str]) -> None:
    assert mentions.named(text)[: len(names)] == names


def test_whom_a_note_names_finds_it_until_he_has_looked(db: Bench) -> None:
    people(db, "lin.xi", "su.he", "gone")
    number = next(one.id for one in db.read(staff.everybody) if one.login == "gone")
    db.write(staff.disable, number, NOW, actor="test")
    hear(db, said(1))
    strangers = db.write(mentions.note, TALK, "lin.xi", "@su.he @gone @nobody @lin.xi 看", NOW)
    assert strangers == ["gone", "nobody"]
    db.write(mentions.note, TALK, "lin.xi", "@su.he 再看", NOW)
    assert db.read(mentions.of, "su.he") == {TALK}
    assert db.read(mentions.of, "gone") == db.read(mentions.of, "lin.xi") == set()
    assert db.read(mentions.needs, "su.he", NOW) == 1, "a conversation counts once"
    assert db.read(lambda tx: mentions.needs(tx, "su.he", NOW, answers=False)) == 0
    page = db.read(talks.page, NOW, [WK1], Filter(named="su.he"))
    assert [one.conversation for one in page.rows] == [TALK]
    assert db.write(mentions.seen, TALK, "su.he", NOW)
    assert not db.write(mentions.seen, TALK, "su.he", NOW)
    assert db.read(mentions.needs, "su.he", NOW) == 0
    assert not db.read(talks.page, NOW, [WK1], Filter(named="su.he")).rows


def test_what_waits_is_the_queue_and_what_one_holds_unanswered(db: Bench) -> None:
    people(db, "lin.xi", "su.he")
    hear(db, said(1), said(2, peer="wm2"))
    seen = db.read(desk.glance, TALK)
    db.write(desk.take, TALK, "lin.xi", NOW, seen)
    assert [db.read(mentions.needs, who, NOW) for who in ("lin.xi", "su.he")] == [1, 0]
    db.write(desk.put_back, TALK, "lin.xi", NOW, "下班")
    assert [db.read(mentions.needs, who, NOW) for who in ("lin.xi", "su.he")] == [1, 1]
    db.write(desk.snooze, TALK, "lin.xi", NOW, NOW + HOUR, "等回话")
    assert db.read(mentions.needs, "su.he", NOW) == 0
    assert db.read(mentions.needs, "su.he", NOW + HOUR) == 1
    trail = db.look("SELECT reason FROM audit WHERE event = 'snooze'")
    assert trail[0]["reason"] == "lin.xi 稍后处理：等回话"


def test_who_assigns_moves_what_others_hold(db: Bench) -> None:
    hear(db, said(1))
    db.write(desk.take, TALK, "lin.xi", NOW, db.read(desk.glance, TALK))
    with pytest.raises(Conflict, match="刚刚已经接手"):
        db.write(desk.pass_on, TALK, "boss", "su.he", NOW)
    db.write(lambda tx: desk.pass_on(tx, TALK, "boss", "su.he", NOW, "他吃饭去了", assigns=True))
    assert db.look("SELECT held_by FROM conversation")[0]["held_by"] == "su.he"
    db.write(lambda tx: desk.put_back(tx, TALK, "boss", NOW, "换班", assigns=True))
    with pytest.raises(Conflict):
        db.write(lambda tx: desk.pass_on(tx, TALK, "boss", "su.he", NOW, assigns=True))


def test_a_page_around_a_line_the_words_before_an_answer_and_a_file(db: Bench) -> None:
    hear(db, *(said(n, at=NOW + n) for n in range(1, 61)), happened(99, at=NOW + 61))
    lines = db.read(thread.page, [TALK], None, 100).lines
    tenth = lines[9]
    place = db.read(thread.around, [TALK], tenth.source, tenth.id)
    page = db.read(thread.page, [TALK], place, 20)
    assert tenth.id in {line.id for line in page.lines} and page.lines[-1].id == lines[17].id
    assert db.read(thread.around, ["kf:wk1:other"], "inbox", tenth.id) is None
    assert db.read(thread.line, TALK, "inbox", tenth.id) == tenth
    assert db.read(thread.line, "kf:wk1:other", "inbox", tenth.id) is None
    assert [row["text"] for row in db.read(thread.last_words, TALK)] == [
        f"t{n}" for n in range(56, 61)
    ]
    row = answer(
        1, at=NOW + 70, origin=f"reply:{lines[57].id}:0", body=Media("image", media_id="m")
    )
    db.write(outbox.enqueue, row, NOW + 70)
    assert db.read(thread.last_words, TALK) == []
    (reply,) = [x for x in db.read(thread.page, [TALK]).lines if x.source == "replies"]
    assert db.read(thread.asked, TALK, reply) == "t58\nt59\nt60"
    assert db.read(thread.media, TALK, "replies", reply.id) == "m"
    assert db.read(thread.media, TALK, "inbox", tenth.id) == ""
    assert db.read(thread.media, "kf:wk1:other", "replies", reply.id) == ""
