"""One conversation as staff read it."""

from __future__ import annotations

from bot.core.model import Never
from bot.core.policy import judge
from bot.store import desk, inbox, notes, outbox, thread
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, answer, claim, happened, hear, listen, queue, said

HOUR = 3_600_000


def lines(db: Bench) -> list[thread.Line]:
    return db.read(thread.page, [TALK]).lines


def test_both_sides_notes_events_and_changes_stand_in_the_order_of_time(db: Bench) -> None:
    hear(db, said(1, text="你好"))
    queue(db, answer(1), now=NOW + 1)
    hear(db, happened(2, at=NOW + 2))
    db.write(notes.add, TALK, "wang", "老客", NOW + 3)
    db.write(desk.take, TALK, "wang", NOW + 4, db.read(desk.glance, TALK))
    found = lines(db)
    assert [(line.source, line.by, line.kind) for line in found] == [
        ("inbox", "member", "text"), ("replies", "bot", "reply"), ("inbox", "house", "event"),
        ("notes", "staff", "note"), ("changes", "house", "change"),
    ]  # fmt: skip
    assert [line.text for line in found[:2]] == ["你好", "a1"]
    assert found[2].event == "kf.enter_session"
    assert (found[4].event, found[4].author, found[4].reason) == ("take", "wang", "wang 接手")


def test_it_says_who_really_wrote_a_line_and_where_it_came_from(db: Bench) -> None:
    listen(db)
    queue(db, answer(1, content="faq:12", content_version=4),
          answer(2, operator="model"), answer(3, operator="wang", kind="staff"))  # fmt: skip
    db.write(outbox.note_said, answer(4, operator="lin.xi", kind="staff", state="sent"), NOW + 1)
    bot, model, staff, client = lines(db)[-4:]
    assert [line.by for line in (bot, model, staff, client)] == ["bot", "model", "staff", "client"]
    assert [line.author for line in (bot, staff, client)] == ["", "wang", "lin.xi"]
    assert (bot.content, bot.content_version, bot.persona, bot.persona_version) == (
        "faq:12", 4, "tester", 3)  # fmt: skip


def test_it_says_what_became_of_a_line(db: Bench) -> None:
    listen(db)
    queue(db, answer(1), answer(2), answer(3, state="draft", operator="model"))
    [row] = claim(db)
    db.write(outbox.finish, row, judge(row, Never(40_058, "bad"), NOW), NOW)
    failed, queued, draft = lines(db)[-3:]
    assert [failed.fate, queued.fate, draft.fate] == ["failed", "queued", "draft"]
    assert "bad" in failed.reason and queued.reason == ""


def test_words_that_were_taken_back_are_gone_and_said_to_be(db: Bench) -> None:
    hear(db, said(1, text="我的卡号"))
    db.write(inbox.recall, said(1).dedupe)
    [line] = lines(db)
    assert (line.kind, line.text) == ("recalled", "")


def test_pages_backwards_have_every_line_once(db: Bench) -> None:
    for i in range(9):
        at = NOW + i * 10
        hear(db, said(i, at=at))
        queue(db, answer(i), now=at + i % 2)
        if i % 3 == 0:
            db.write(notes.add, TALK, "wang", f"n{i}", at)
    whole = lines(db)
    assert len(whole) == 21 and [x.at for x in whole] == sorted(x.at for x in whole)
    found: list[thread.Line] = []
    before: thread.Cursor | None = None
    while True:
        page = db.read(thread.page, [TALK], before, 4)
        found = page.lines + found
        before = page.older
        if before is None:
            break
    assert found == whole


def test_a_page_that_holds_all_lines_has_nothing_older(db: Bench) -> None:
    hear(db, said(1), said(2))
    assert db.read(thread.page, [TALK], None, 2).older is None
    assert db.read(thread.page, ["kf:wk1:nobody"]).lines == []
