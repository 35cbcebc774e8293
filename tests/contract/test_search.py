"""Looking for words: what is found, in which order, how far, and what is found no more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from bot.core.clock import MINUTE
from bot.core.folding import searchable
from bot.core.model import Binding
from bot.pipeline.indexing import EVERY, PAUSE, Indexing
from bot.store import grams, inbox, index, listening, notes, retention, search, turns
from bot.store.index import INBOX, KINDS, NOTES, REPLIES
from bot.store.listening import Wanted
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    TALK,
    answer,
    claim_turns,
    hear,
    listen,
    nothing_said,
    queue,
    said,
)

LATER = NOW + 10 * MINUTE
ALPHABET = "茶叶茶水叶水好的好a1B ，"


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of eight lines, so that a few lines fill several."""
    for module in (grams, index, search):
        monkeypatch.setattr(module, "BLOCK", 8)


def index_all(db: Bench, now: int = LATER) -> None:
    for kind in KINDS:
        while db.write(index.fill, kind, now):
            pass


def say(db: Bench, *texts: str, first: int = 1, peer: str = "wm1") -> None:
    hear(db, *(said(i, at=NOW + i, text=t, peer=peer) for i, t in enumerate(texts, first)))


def texts(found: search.Found) -> list[str]:
    return ["".join(hit.snippet) for hit in found.hits]


def look(db: Bench, words: str, **more: Any) -> list[str]:
    return texts(db.read(lambda tx: search.search(tx, words, **more)))


def every_page(db: Bench, words: str, n: int, **more: Any) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    after: search.Cursor | None = None
    for _ in range(1_000):
        page = db.read(lambda tx, at=after: search.search(tx, words, after=at, n=n, **more))
        assert len(page.hits) <= n
        found += [(hit.kind, hit.line) for hit in page.hits]
        after = page.more
        if after is None:
            return found
    raise AssertionError("the pages do not end")


FILLER = [f"第{i}句" for i in range(20)]


# Whether the first line below is found.
PARTS = {
    "退": True, "退款": True, "想退款": True, "我想退款吗": False, "款退": False,
    "iphone 15": True, "IPHONE": True, "hone 1": True, "ｉＰｈｏｎｅ": True,
    "５": True, "退貨": True, "退货": True, "e15": False, "，谢": True,
    "100%": True, "%": True, "_": False, "😀": True, "謝": True, "   ": False,
}  # fmt: skip


@pytest.mark.parametrize("indexed", [False, True])
def test_a_line_is_found_by_any_part_of_it(db: Bench, indexed: bool) -> None:
    say(db, "我想退款，iPhone　15，退货，谢谢😀 100%", *FILLER)
    if indexed:
        index_all(db)
        index_all(db)
    assert {words: bool(look(db, words)) for words in PARTS} == PARTS


def test_one_two_and_more_characters_find_exactly_the_lines_that_contain_them(db: Bench) -> None:
    random = Random(7)
    made = ["".join(random.choices(ALPHABET, k=random.randint(1, 9))) for _ in range(120)]
    for i, text in enumerate(made):
        say(db, text, first=i + 1)
    index_all(db)
    kept = {row["id"]: row["text"] for row in db.look("SELECT id, text FROM inbox")}
    for size in (1, 2, 3, 4, 5):
        for _ in range(12):
            words = "".join(random.choices(ALPHABET, k=size)).strip()
            if not words:
                continue
            want = [(INBOX, i) for i in sorted(kept, reverse=True)
                    if searchable(words) in searchable(kept[i])]  # fmt: skip
            assert every_page(db, words, 7) == want, words
            assert every_page(db, words, 50) == want, words


def voice(db: Bench, number: int) -> Wanted:
    """A voice that a machine is about to listen to."""
    hear(db, said(number, at=NOW + number, kind="voice", text="", data={"media_id": "m"}))
    [held] = claim_turns(db, NOW + number, f"v{number}")
    db.write(turns.finish, held, replace(nothing_said(), listen=held.ids), NOW + number)
    [one] = db.write(listening.claim, NOW + number, LATER, 9)
    return one


@pytest.mark.parametrize("indexed", [False, True])
def test_what_a_machine_heard_is_found_and_marked_until_it_goes(db: Bench, indexed: bool) -> None:
    """Words that come after their line is in the index, and those that were there before."""
    early, late = voice(db, 1), voice(db, 2)
    db.write(listening.heard, early, "杯子碎了，想退款", "", "http", LATER, "")
    say(db, *FILLER, first=3)
    if indexed:
        index_all(db)
    db.write(listening.heard, late, "茶罐也碎了", "", "http", LATER, "")
    found = db.read(lambda tx: search.search(tx, "碎了"))
    assert [(hit.line, hit.heard, hit.snippet[1]) for hit in found.hits] == [
        (late.id, True, "碎了"), (early.id, True, "碎了")]  # fmt: skip
    assert not db.read(lambda tx: search.search(tx, "第1句")).hits[0].heard
    db.write(inbox.recall, "kf:wk1:wm1:2")
    assert look(db, "茶罐") == []
    while db.write(retention.sweep, "inbox", 0, LATER, 100).deleted:
        pass
    assert look(db, "退款") == [] and not _grams(db, "款") | _grams(db, "罐")


def _grams(db: Bench, head: str) -> set[str]:
    return {row["head"] for row in db.look("SELECT head FROM gram WHERE head = ?", head)}


def test_hits_of_all_kinds_stand_newest_first_and_say_where_they_are(db: Bench) -> None:
    hear(db, said(1, at=NOW, text="茶凉了"))
    queue(db, answer(1, body=_text("换杯茶")), now=NOW + 5)
    db.write(notes.add, TALK, "wang", "爱喝茶", NOW + 3)
    found = db.read(lambda tx: search.search(tx, "茶"))
    assert [(hit.kind, hit.at, hit.author) for hit in found.hits] == [
        (REPLIES, NOW + 5, "bot"), (NOTES, NOW + 3, "wang"), (INBOX, NOW, "")]  # fmt: skip
    assert {(hit.conversation, hit.channel, hit.account) for hit in found.hits} == {
        (TALK, "kf", "wk1")}  # fmt: skip
    assert found.hits[0].snippet == ("换杯", "茶", "")
    assert look(db, "茶", kinds=[NOTES]) == ["爱喝茶"]


def _text(words: str) -> Any:
    from bot.core.body import Text

    return Text(words)


@pytest.mark.parametrize("indexed", [False, True])
def test_pages_of_all_kinds_meet(db: Bench, indexed: bool) -> None:
    for i in range(20):
        hear(db, said(i, at=NOW + i, text=f"茶{i}"))
        queue(db, answer(i, body=_text(f"茶{i}" if i % 3 else "无")), now=NOW + i)
        db.write(notes.add, TALK, "wang", f"茶{i}" if i % 5 == 0 else "无", NOW + i)
    if indexed:
        index_all(db)
    whole = every_page(db, "茶", 1_000)
    assert len(whole) == 20 + 13 + 4
    for n in (1, 2, 5):
        assert every_page(db, "茶", n) == whole
    assert every_page(db, "茶", 5, looks=3) == whole, "a call that reads little goes on"


def test_only_the_accounts_that_were_asked_for(db: Bench) -> None:
    hear(db, said(1, text="茶一"), said(2, text="茶二", account="wk2"))
    assert look(db, "茶", accounts=[Binding(channel="kf", account="wk2")]) == ["茶二"]
    assert look(db, "茶", accounts=[]) == []


def test_what_went_to_many_at_once_is_not_listed_for_each(db: Bench) -> None:
    queue(db, answer(1, conversation="", kind="promo", body=_text("新茶上市")))
    assert look(db, "新茶") == []


def test_the_newest_blocks_come_first_and_it_says_how_far_it_has_come(db: Bench) -> None:
    for i in range(1, 30):
        say(db, f"茶{i}", first=i)
    told = db.read(index.progress, INBOX)
    assert (told.lines, told.of) == (29 - 23, 29) and told.back_to == NOW + 24
    assert db.write(index.fill, INBOX, LATER)
    told = db.read(lambda tx: search.search(tx, "茶")).progress[INBOX]
    assert told.lines == 29 - 15 and told.back_to == NOW + 16
    assert len(look(db, "茶")) == 29, "what the index has not come to is read"
    assert every_page(db, "茶", 4, looks=5) == every_page(db, "茶", 100)
    index_all(db)
    assert len(look(db, "茶", n=100)) == 29
    assert db.read(index.progress, INBOX).back_to is None


def test_a_block_waits_until_nobody_can_add_to_it(db: Bench) -> None:
    for i in range(1, 9):
        say(db, f"茶{i}", first=i)
    index_all(db, NOW)
    say(db, *(f"茶{i}" for i in range(9, 18)), first=9)
    assert not db.write(index.fill, INBOX, NOW + index.RIPE)
    assert db.write(index.fill, INBOX, LATER)
    assert len(look(db, "茶", n=100)) == 17


def test_what_was_prepared_before_a_recall_is_made_anew(db: Bench) -> None:
    say(db, "银行卡", *FILLER)
    db.write(index.fill, INBOX, LATER)
    ready = db.read(index.prepare, INBOX, LATER)
    assert ready is not None and "行" in {row["head"] for row in ready.rows}
    db.write(inbox.recall, said(1).dedupe)
    assert db.write(index.fill, INBOX, LATER, ready)
    assert not db.look("SELECT * FROM gram WHERE head = '行'")


def test_recalled_words_leave_the_index_in_the_same_transaction(db: Bench) -> None:
    say(db, "银行卡", "行吧", *FILLER)
    index_all(db)
    assert look(db, "行") == ["行吧", "银行卡"]
    db.write(inbox.recall, said(1).dedupe)
    assert look(db, "行") == ["行吧"]
    assert not db.look("SELECT * FROM gram WHERE head IN ('银', '卡')")
    [left] = db.look("SELECT tails FROM gram WHERE head = '行'")
    assert grams.unpack(left["tails"]) == {"吧": {grams.mark(2)}}


def test_what_is_deleted_leaves_the_index_with_its_row(db: Bench) -> None:
    for i in range(1, 20):
        say(db, f"茶{i}", first=i)
    listen(db, at=NOW + 500)
    index_all(db)
    assert db.write(retention.sweep, "inbox", 0, NOW + 400, 500).deleted == 19
    assert look(db, "茶") == []
    assert db.look("SELECT * FROM gram WHERE kind = 0 AND head = '茶'") == []
    for i in range(16):
        queue(db, answer(i, body=_text("茶"), state="cancelled"), now=NOW)
    index_all(db, LATER)
    db.write(retention.sweep, "replies", 0, NOW + 400, 500)
    assert len(look(db, "茶")) == len(db.look("SELECT * FROM replies WHERE text = '茶'"))


def test_a_draft_that_was_rewritten_is_found_by_its_new_words(db: Bench) -> None:
    listen(db)
    [draft] = queue(db, answer(1, state="draft", operator="model", body=_text("红茶")))
    queue(db, *(answer(i, body=_text("无")) for i in range(2, 12)))
    index_all(db)
    assert db.read(index.progress, REPLIES).back_to is None
    assert look(db, "红茶") == ["红茶"]
    # what came later would make it an old draft; only the words matter here
    db.write(lambda tx: [index.change(tx, REPLIES, {r["id"]: (r["text"], "绿茶")})
                         for r in tx.rows("draft_words", outbox=draft)])  # fmt: skip
    heads = {row["head"] for row in db.look("SELECT head FROM gram WHERE kind = 1")}
    assert "绿" in heads and "红" not in heads


def test_the_worker_fills_block_by_block_and_then_rests(db: Bench) -> None:
    for i in range(1, 20):
        say(db, f"茶{i}", first=i)
    worker = Indexing(db.store)

    async def run() -> list[int]:
        return [await worker.step(LATER) - LATER for _ in range(5)]

    assert asyncio.run(run()) == [PAUSE // 10, PAUSE, PAUSE, EVERY, EVERY]
    assert db.read(index.progress, INBOX).lines == 19


def test_a_line_that_comes_or_goes_writes_nothing_into_the_index(db: Bench) -> None:
    say(db, *FILLER)
    queue(db, answer(1))
    assert db.look("SELECT * FROM gram") == db.look("SELECT * FROM indexed") == []
