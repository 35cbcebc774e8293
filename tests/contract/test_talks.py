"""The list of conversations: order, filters, pages, and what a row says."""

from __future__ import annotations

import pytest

from bot.core.body import Text
from bot.core.model import Binding, Never, Sent
from bot.core.policy import judge
from bot.store import desk, drafts, late, outbox, people, staffwords, talks, turns
from bot.store.conversations import change_mode
from bot.store.engine import Tx
from bot.store.sql import Composed
from bot.store.staffwords import Words
from bot.store.talkline import Talk
from bot.store.talks import Filter
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    WINDOW,
    answer,
    claim,
    claim_turns,
    happened,
    hear,
    listen,
    nothing_said,
    queue,
    said,
)

WK1 = Binding(channel="kf", account="wk1")
WK2 = Binding(channel="kf", account="wk2")


def rows(db: Bench, chosen: Filter | None = None, now: int = NOW, **more: object) -> list[Talk]:
    found = db.read(lambda tx: talks.page(tx, now, [WK1, WK2], chosen, **more))  # type: ignore[arg-type]
    return found.rows


def keys(db: Bench, chosen: Filter | None = None, **more: object) -> list[str]:
    return [row.conversation.rpartition(":")[2] for row in rows(db, chosen, **more)]


def people_write(db: Bench, *names: str) -> None:
    for i, name in enumerate(names):
        listen(db, name, NOW + i * 1_000)


def test_the_newest_activity_stands_first_whoever_it_was(db: Bench) -> None:
    people_write(db, "wm1", "wm2", "wm3")
    assert keys(db) == ["wm3", "wm2", "wm1"]
    queue(db, answer(peer="wm1"), now=NOW + 9_000)
    assert keys(db) == ["wm1", "wm3", "wm2"]


def test_an_event_makes_a_conversation_but_is_no_activity(db: Bench) -> None:
    people_write(db, "wm1", "wm2")
    hear(db, happened(7, at=NOW + 60_000, peer="wm1"))
    assert keys(db) == ["wm2", "wm1"]


def test_pages_meet_without_gap_or_repeat_over_several_accounts(db: Bench) -> None:
    for i in range(7):
        hear(db, said(i, at=NOW + i // 2, peer=f"wm{i}", account=f"wk{i % 2 + 1}"))
    found, place = [], None
    while True:
        page = db.read(lambda tx, at=place: talks.page(tx, NOW, [WK1, WK2], after=at, n=2))
        found += [row.conversation for row in page.rows]
        place = page.more
        if place is None:
            break
    assert len(found) == 7 and len(set(found)) == 7
    assert found == [row.conversation for row in rows(db)]


def test_only_the_accounts_that_were_asked_for(db: Bench) -> None:
    hear(
        db, said(1, peer="wm1"), said(2, peer="wm2", account="wk2"), said(3, peer="a", account="x")
    )
    assert [a.account for a in db.read(talks.accounts)] == ["wk1", "wk2", "x"]
    assert keys(db) == ["wm2", "wm1"]
    assert db.read(talks.page, NOW, []).rows == []


def test_unanswered_is_whom_nobody_answered_since_his_last_words(db: Bench) -> None:
    people_write(db, "wm1", "wm2")
    unanswered = Filter(unanswered=True)
    assert keys(db, unanswered) == ["wm2", "wm1"]
    queue(db, answer(1, peer="wm1"), now=NOW + 5_000)
    assert keys(db, unanswered) == ["wm2"]
    hear(db, said(5, at=NOW + 6_000, peer="wm1"))
    assert keys(db, unanswered) == ["wm1", "wm2"]


def test_what_nobody_asked_for_and_what_nobody_sees_is_no_answer(db: Bench) -> None:
    people_write(db, "wm1")
    later = NOW + 5_000
    queue(
        db, answer(1, kind="promo"), answer(2, kind="notice"), answer(3, state="draft"), now=later
    )
    assert keys(db, Filter(unanswered=True)) == ["wm1"]
    assert rows(db)[0].activity_at == later


def test_an_approved_draft_is_an_answer(db: Bench) -> None:
    people_write(db, "wm1")
    [draft] = queue(db, answer(1, state="draft", operator="model"), now=NOW + 5_000)
    assert rows(db)[0].unanswered
    assert db.write(drafts.approve, draft, "wang", NOW + 6_000)
    assert not rows(db)[0].unanswered


@pytest.mark.parametrize("end", ["refused", "cancelled", "later refused"])
def test_an_answer_that_did_not_arrive_is_none(db: Bench, end: str) -> None:
    people_write(db, "wm1")
    [key] = queue(db, answer(1), now=NOW + 5_000)
    assert not rows(db)[0].unanswered
    if end == "cancelled":
        [row] = db.look("SELECT * FROM outbox")
        db.write(outbox.move, row, "cancel", NOW + 6_000, actor="wang")
    else:
        [row] = claim(db, NOW + 6_000)
        fate = Never(40_058, "bad") if end == "refused" else Sent("m1")
        assert db.write(outbox.finish, row, judge(row, fate, NOW), NOW + 6_000)
    if end == "later refused":
        assert not rows(db)[0].unanswered
        assert db.write(late.failed_later, "kf:wk1:wm1", "m1", "gone", NOW + 7_000)
    [found] = rows(db, Filter(unanswered=True))
    assert found.fate in ("failed", "cancelled") and key


def test_a_failed_second_answer_leaves_the_first(db: Bench) -> None:
    people_write(db, "wm1")
    queue(db, answer(1), answer(2), now=NOW + 5_000)
    row = db.look("SELECT * FROM outbox ORDER BY id DESC")[0]
    db.write(outbox.move, row, "cancel", NOW + 6_000, actor="wang")
    assert not rows(db)[0].unanswered


def say(db: Bench, key: str, now: int) -> None:
    words = Words(body=Text("来了"), persona="tester", persona_version=3, client_key=f"k{now}")
    db.write(staffwords.reply, key, "wang", words, now, db.read(desk.glance, key), WINDOW)


def waits(db: Bench, peer: str, at: int, why: str = "rule") -> None:
    hear(db, said(at % 89, at=at, peer=peer))
    for held in claim_turns(db, at, f"w-{peer}"):
        db.write(turns.finish, held, nothing_said(waiting_since=at, waiting_for="…",
                                                  waiting_why=why), at)  # fmt: skip


def test_filters_by_who_waits_and_who_holds(db: Bench) -> None:
    waits(db, "wm1", NOW, "complaint")
    waits(db, "wm2", NOW + 1_000)
    waits(db, "wm3", NOW + 2_000)
    listen(db, "wm4", NOW + 3_000)
    assert keys(db, Filter(waiting=True)) == ["wm3", "wm2", "wm1"]
    assert keys(db, Filter(waiting=True), order="longest") == ["wm1", "wm2", "wm3"]
    assert keys(db, Filter(complaint=True)) == ["wm1"]
    seen = db.read(desk.glance, "kf:wk1:wm2")
    db.write(desk.take, "kf:wk1:wm2", "wang", NOW + 3_000, seen)
    db.write(desk.snooze, "kf:wk1:wm3", "wang", NOW + 3_000, NOW + 90_000)
    assert keys(db, Filter(mine="wang")) == ["wm2"]
    assert keys(db, Filter(mine="li")) == []
    assert keys(db, Filter(waiting=True), now=NOW + 4_000) == ["wm1"]
    assert keys(db, Filter(snoozed=True), now=NOW + 4_000) == ["wm3"]
    assert keys(db, Filter(snoozed=True), now=NOW + 90_000) == []
    assert keys(db, Filter(mode="staff")) == ["wm2"]
    assert keys(db, Filter(mine="wang", complaint=True)) == []
    # who waits first, and nobody is hidden; what was put off has its time later
    assert keys(db, order="longest", now=NOW + 4_000) == ["wm1", "wm2", "wm4", "wm3"]
    assert keys(db, order="longest", now=NOW + 90_000) == ["wm1", "wm2", "wm3", "wm4"]


def test_complaints_stand_first_then_the_longest_wait_then_the_rest(db: Bench) -> None:
    waits(db, "wm1", NOW)
    waits(db, "wm2", NOW + 1_000, "complaint")
    people_write(db, "wm3", "wm4")
    hear(db, said(80, peer="wm5", at=NOW + 9_000, account="wk2"))
    want = ["wm2", "wm1", "wm5", "wm4", "wm3"]
    assert keys(db, order="needed") == want
    assert keys(db, Filter(unanswered=True), order="needed") == want
    found, place = [], None
    while True:
        page = db.read(lambda tx, at=place: talks.page(tx, NOW, [WK1, WK2], order="needed",
                                                       after=at, n=1))  # fmt: skip
        found += [row.conversation.rpartition(":")[2] for row in page.rows]
        place = page.more
        if place is None:
            break
    assert found == want
    answers = ["wm2", "wm1"]
    for number, peer in enumerate(answers):
        key = f"kf:wk1:{peer}"
        db.write(desk.take, key, "wang", NOW + 9_000, db.read(desk.glance, key))
        say(db, key, NOW + 10_000 + number)
    assert keys(db, order="needed") == ["wm1", "wm2", "wm5", "wm4", "wm3"]
    hear(db, said(81, peer="wm2", at=NOW + 20_000))
    assert keys(db, order="needed")[0] == "wm2", "the complaint goes on"


def test_the_queue_goes_on_behind_a_page(db: Bench) -> None:
    for i in range(3):
        waits(db, f"wm{i}", NOW + i)
    first = db.read(lambda tx: talks.page(tx, NOW, [WK1], order="longest", n=2))
    rest = db.read(lambda tx: talks.page(tx, NOW, [WK1], order="longest", n=2, after=first.more))
    assert [len(first.rows), len(rest.rows), rest.more] == [2, 1, None]


def test_counts_say_what_the_filters_would_find(db: Bench) -> None:
    waits(db, "wm1", NOW, "complaint")
    waits(db, "wm2", NOW)
    people_write(db, "wm3", "wm4")
    db.write(change_mode, "kf:wk1:wm4", "mute", NOW, actor="wang", reason="…")
    db.write(desk.take, "kf:wk1:wm3", "wang", NOW, db.read(desk.glance, "kf:wk1:wm3"))
    found = db.read(talks.counts, NOW, [WK1, WK2], "wang")
    assert found == talks.Counts(mine=1, unanswered=4, waiting=2, complaint=1, blocked=1)
    assert keys(db, Filter(blocked=True)) == keys(db, Filter(mode="muted")) == ["wm4"]
    for name in ("unanswered", "waiting", "complaint", "snoozed", "blocked"):
        assert len(keys(db, Filter(**{name: True}))) == getattr(found, name), name


def test_a_member_is_found_by_name_remark_and_tag_however_they_are_spelled(db: Bench) -> None:
    people_write(db, "wm1", "wm2", "wm3")

    def know(tx: Tx) -> None:
        people.ensure_member(tx, "wm1", NOW, "陳小美")
        people.ensure_member(tx, "wm2", NOW, "Ａmy")
        people.befriend(tx, "wm3", "lin.xi", NOW)
        tx.run("friend_remark", member="wm3", account="lin.xi", remark="老陈", description="")
        tx.run("tag_put", id="et1", tag_group="g", name="常客", sort=0)
        tx.run("friend_tag_add", member="wm3", account="lin.xi", tag="et1")

    db.write(know)
    assert keys(db, Filter(text="陈")) == ["wm3", "wm1"]
    assert keys(db, Filter(text="AMY")) == ["wm2"]
    assert keys(db, Filter(text="%")) == []
    assert keys(db, Filter(tag="常客")) == ["wm3"]
    assert keys(db, Filter(tag="新客")) == []


def test_a_page_of_rare_names_may_be_short_and_goes_on(
    db: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talks, "BITE", 2)
    monkeypatch.setattr(talks, "LOOKS", 2)
    people_write(db, "wm1", "wm2", "wm3")
    db.write(people.ensure_member, "wm1", NOW, "远")
    wanted = Filter(text="远")
    first = db.read(lambda tx: talks.page(tx, NOW, [WK1], wanted))
    assert first.rows == [] and first.more is not None
    rest = db.read(lambda tx: talks.page(tx, NOW, [WK1], wanted, after=first.more))
    assert [row.name for row in rest.rows] == ["远"] and rest.more is None


def test_a_row_tells_the_last_words_ages_and_what_is_unread(db: Bench) -> None:
    listen(db, "wm1", NOW)
    hear(db, said(5, at=NOW + 1_000, text="还在吗"), happened(6, at=NOW + 2_000))
    [row] = rows(db, now=NOW + 10_000)
    assert (row.last, row.last_by, row.last_kind, row.fate) == ("还在吗", "", "text", "")
    assert (row.silent, row.wait, row.unread, row.unanswered) == (9_000, None, 2, True)
    seen = db.read(desk.glance, row.conversation)
    db.write(talks.seen, row.conversation, seen.inbox)
    queue(db, answer(1), now=NOW + 11_000)
    [row] = rows(db, now=NOW + 12_000)
    assert (row.last, row.last_by, row.fate, row.unread) == ("a1", "bot", "queued", 0)
    db.write(talks.seen, row.conversation, 0)
    assert rows(db)[0].unread == 0, "an older page takes nothing back"


def test_conversations_of_an_older_release_are_filled_in_page_by_page(db: Bench) -> None:
    people_write(db, "wm1", "wm2", "wm3")
    queue(db, answer(1, peer="wm2"), now=NOW + 9_000)
    before = rows(db)

    db.write(
        lambda tx: tx.run(Composed("UPDATE conversation SET activity_at = 0, answered_at = 0"))
    )
    assert {row.activity_at for row in rows(db)} == {0}
    assert db.write(talks.fill, 2) and db.write(talks.fill, 2) and not db.write(talks.fill, 2)
    assert rows(db) == before


def test_what_he_said_last_stands_beside_what_was_said_last(db: Bench) -> None:
    people_write(db, "wm1")
    queue(db, answer(peer="wm1"), now=NOW + 9_000)
    (row,) = rows(db)
    assert (row.last, row.last_by) == ("a1", "bot")
    assert (row.heard, row.heard_kind) == (f"t{900 + NOW % 97}", "text")
