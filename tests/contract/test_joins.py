"""One person in several conversations: shown, held and answered as one, and parted again."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.body import Text
from bot.core.clock import MINUTE
from bot.core.handoff import Conflict
from bot.core.model import Binding, Never, Sent
from bot.core.policy import judge
from bot.store import (
    alarms,
    audit,
    codec,
    conversations,
    desk,
    idle,
    joins,
    mentions,
    outbox,
    panel,
    people,
    staffwords,
    talks,
    thread,
    whole,
)
from bot.store.engine import Row, Tx
from bot.store.joins import Evidence
from bot.store.staffwords import Words
from bot.store.talkline import Talk
from bot.store.talks import Filter
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    WINDOW,
    answer,
    claim,
    claim_turns,
    hear,
    nothing_said,
    said,
    turns,
)

A, B, C = "kf:wk1:wm1", "kf:wk2:wm1", "oa:gh1:o1"
WK1, WK2, OA = (Binding(channel=c, account=a) for c, a in
                (("kf", "wk1"), ("kf", "wk2"), ("oa", "gh1")))  # fmt: skip
ALL = {WK1, WK2, OA}
IDLE = 30 * MINUTE


def words(text: str = "我是林溪", key: str = "k1") -> Words:
    return Words(body=Text(text), persona="tester", persona_version=3, client_key=key)


def wrote(db: Bench, number: int, key: str, at: int = NOW, text: str = "") -> None:
    """He writes somewhere, and the turn is done in silence."""
    channel, account, peer = key.split(":")
    hear(db, said(number, at=at, peer=peer, channel=channel, account=account,
                  text=text or f"t{number}"))  # fmt: skip
    for held in claim_turns(db, at, f"turn-{number}"):
        db.write(turns.finish, held, nothing_said(), at)


def both(db: Bench) -> None:
    wrote(db, 1, A, NOW, "在微信客服一问")
    wrote(db, 2, B, NOW + MINUTE, "在微信客服二问")


def join(db: Bench, key: str = A, other: str = B, staff: str = "lin", now: int = NOW,
         evidence: Evidence = "member") -> bool:  # fmt: skip
    return db.write(joins.join, key, other, staff, now, evidence)


def row(db: Bench, key: str = A) -> Row:
    found = db.read(conversations.get, key)
    assert found is not None
    return found


def reads(db: Bench, key: str = A) -> dict[str, desk.Seen]:
    return db.read(lambda tx: whole.glance(tx, joins.keys(tx, key)))


def rows(
    db: Bench, chosen: Filter | None = None, of: Any = (WK1, WK2, OA), **more: Any
) -> list[Talk]:
    return db.read(lambda tx: talks.page(tx, NOW + 9 * MINUTE, list(of), chosen, **more)).rows


def events(db: Bench, key: str) -> list[tuple[str, str, str]]:
    return [(one["event"], one["before"], one["after"])
            for one in db.read(audit.history, "conversation", key)]  # fmt: skip


def test_the_list_has_one_line_and_the_thread_all_lines_in_order(db: Bench) -> None:
    both(db)
    wrote(db, 3, "kf:wk1:wm9", NOW + 30_000)
    assert [one.conversation for one in rows(db)] == [B, "kf:wk1:wm9", A]
    assert join(db) and not join(db) and not join(db, B, A)
    shown = rows(db)
    assert [one.conversation for one in shown] == [B, "kf:wk1:wm9"]
    assert shown[0].keys == (A, B) and shown[0].accounts == (WK1, WK2)
    assert shown[0].last == "在微信客服二问" and shown[0].unread == 2
    # of one account alone, its own conversation carries the line
    assert [one.conversation for one in rows(db, of=[WK1])] == ["kf:wk1:wm9", A]
    wrote(db, 4, A, NOW + 2 * MINUTE, "又问一")
    assert [one.conversation for one in rows(db)] == [A, "kf:wk1:wm9"]
    lines = db.read(thread.page, db.read(joins.keys, B)).lines
    said_ = [(one.conversation, one.text) for one in lines if one.source == "inbox"]
    assert said_ == [(A, "在微信客服一问"), (B, "在微信客服二问"), (A, "又问一")]
    assert [one.event for one in lines if one.source == "changes"] == ["join"]


def test_pages_of_list_and_thread_meet_without_gap_or_repeat(db: Bench) -> None:
    for i in range(8):
        wrote(db, i, f"kf:wk{i % 2 + 1}:wm{i // 2}", NOW + i * 1_000)
    for i in (0, 2):
        join(db, f"kf:wk1:wm{i}", f"kf:wk2:wm{i}")
    found, place = [], None
    while True:
        page = db.read(lambda tx, at=place: talks.page(tx, NOW, [WK1, WK2], after=at, n=1))
        found += [each for one in page.rows for each in one.keys]
        place = page.more
        if place is None:
            break
    assert sorted(found) == sorted(f"kf:wk{i % 2 + 1}:wm{i // 2}" for i in range(8))
    keys = db.read(joins.keys, "kf:wk1:wm0")
    wrote(db, 20, "kf:wk1:wm0", NOW + 9_000)
    texts, before = [], None
    while True:
        part = db.read(thread.page, keys, before, 1)
        texts += [one.text for one in part.lines if one.source == "inbox"]
        before = part.older
        if before is None:
            break
    assert texts == ["t20", "t1", "t0"]
    line = next(one for one in db.read(thread.page, keys).lines if one.text == "t1")
    at = db.read(thread.around, keys, line.source, line.id, 0)
    assert db.read(thread.page, keys, at, 1).lines == [line]


def test_filters_find_the_whole_by_any_of_its_conversations_once(db: Bench) -> None:
    both(db)
    db.write(lambda tx: people.ensure_member(tx, "wm1", NOW, "阿宁"))
    join(db)
    assert [one.keys for one in rows(db, Filter(unanswered=True))] == [(A, B)]
    assert len(rows(db, Filter(text="阿宁"))) == 1 and not rows(db, Filter(text="别人"))
    count = db.read(talks.counts, NOW, [WK1, WK2], "lin")
    assert count.unanswered == 1
    assert db.read(talks.counts, NOW, [WK1], "lin").unanswered == 1
    db.write(whole.take, A, "lin", NOW, reads(db))
    assert db.read(talks.counts, NOW, [WK1, WK2], "lin").mine == 1
    (mine,) = rows(db, Filter(mine="lin"))
    assert mine.holder == "lin" and mine.mode == "staff"


def test_one_holder_has_them_all_until_he_gives_them_back(db: Bench) -> None:
    both(db)
    join(db)
    old = reads(db)
    db.write(whole.take, A, "lin", NOW, old)
    assert [row(db, key)["held_by"] for key in (A, B)] == ["lin", "lin"]
    with pytest.raises(Conflict, match="lin"):
        db.write(whole.take, B, "su", NOW, reads(db, B))
    with pytest.raises(Conflict, match="lin"):
        db.write(joins.part, A, "su", NOW)
    db.write(whole.snooze, B, "lin", NOW, NOW + MINUTE)
    assert row(db, A)["snoozed_until"] == row(db, B)["snoozed_until"] == NOW + MINUTE
    db.write(whole.pass_on, A, "lin", "su", NOW)
    assert [row(db, key)["held_by"] for key in (A, B)] == ["su", "su"]
    db.write(whole.put_back, B, "su", NOW, "下班")
    assert [(row(db, key)["mode"], row(db, key)["held_by"]) for key in (A, B)] == [
        ("staff", "")
    ] * 2
    db.write(whole.take, A, "lin", NOW, reads(db))
    wrote(db, 5, B, NOW + 2 * MINUTE, "还有")
    with pytest.raises(Conflict, match="还有"):
        db.write(whole.release, A, "lin", NOW, old)
    assert row(db, A)["held_by"] == "lin"  # nothing was done by halves
    db.write(whole.release, A, "lin", NOW, reads(db))
    assert [row(db, key)["mode"] for key in (A, B)] == ["auto", "auto"]


def test_a_lease_holds_for_the_whole_and_who_waits_in_one_waits_in_all(db: Bench) -> None:
    both(db)
    join(db)
    db.write(whole.take, A, "lin", NOW, reads(db))
    later = NOW + 20 * MINUTE
    db.write(whole.note, A, "lin", "在查", later)
    assert row(db, A)["active_at"] == row(db, B)["active_at"] == later
    db.write(whole.reply, B, "lin", words(), later + MINUTE, reads(db), WINDOW)
    assert row(db, A)["active_at"] == row(db, B)["active_at"] == later + MINUTE
    hear(db, said(6, at=later + 2 * MINUTE, peer="wm1", account="wk2"))
    assert db.write(idle.put_down, later + MINUTE + IDLE, IDLE) == 2
    assert [(row(db, key)["mode"], row(db, key)["held_by"]) for key in (A, B)] == [
        ("staff", "")
    ] * 2


def test_an_answer_through_one_account_answers_him_in_all(db: Bench) -> None:
    both(db)
    join(db)
    db.write(whole.take, A, "lin", NOW, reads(db))
    page = reads(db)
    made = db.write(whole.reply, B, "lin", words(), NOW + 2 * MINUTE, page, WINDOW)
    again = db.write(whole.reply, B, "lin", words(), NOW + 2 * MINUTE, page, WINDOW)
    assert again.again and made.outbox == again.outbox
    assert not rows(db, Filter(unanswered=True)) and rows(db)[0].unread == 0
    queued = db.read(lambda tx: tx.rows("desk_spoken", conversation=B, staff="", after=0))
    assert [one["conversation"] for one in queued] == [B]
    # when it does not leave after all he is unanswered again, in both
    (out,) = claim(db, NOW + 2 * MINUTE)
    verdict = judge(out, Never("95001", "no"), NOW + 2 * MINUTE)
    db.write(outbox.finish, out, verdict, NOW + 2 * MINUTE)
    assert [one.keys for one in rows(db, Filter(unanswered=True))] == [(A, B)]
    assert all(row(db, key)["answered_at"] == 0 for key in (A, B))


def test_what_a_colleague_said_in_another_account_must_be_read_first(db: Bench) -> None:
    both(db)
    db.write(desk.take, A, "lin", NOW, db.read(desk.glance, A))
    db.write(desk.take, B, "su", NOW, db.read(desk.glance, B))
    with pytest.raises(Conflict, match="su"):
        join(db)
    db.write(staffwords.reply, B, "su", words("su 说"), NOW, db.read(desk.glance, B), WINDOW)
    old = db.read(desk.glance, B)
    db.write(desk.release, B, "su", NOW, old)
    assert join(db)
    assert row(db, B)["held_by"] == "lin"  # he held one, so he holds all
    page = reads(db)
    stale = page | {B: desk.Seen(page[B].inbox, 0)}
    with pytest.raises(Conflict, match="su 说"):
        db.write(whole.reply, A, "lin", words(), NOW, stale, WINDOW)
    with pytest.raises(Conflict, match="合并过"):
        db.write(whole.reply, A, "lin", words(), NOW, {A: page[A]}, WINDOW)
    assert not db.write(whole.reply, A, "lin", words(), NOW, page, WINDOW).again


def test_parting_deletes_nothing_and_the_trail_tells_before_and_after(db: Bench) -> None:
    both(db)
    wrote(db, 7, C, NOW + 3 * MINUTE)
    join(db)
    join(db, B, C, evidence="staff", now=NOW + 1)
    assert db.read(joins.keys, A) == (A, B, C)
    assert events(db, C)[-1] == ("join", C, f"{A} {B} {C}")
    db.write(joins.part, B, "su", NOW + 2)
    assert db.read(joins.keys, A) == (A, C) and db.read(joins.keys, B) == (B,)
    assert events(db, B)[-1] == ("part", f"{A} {B} {C}", B)
    assert events(db, A)[-1] == ("part", f"{A} {B} {C}", f"{A} {C}")
    db.write(joins.part, A, "su", NOW + 3)
    assert [row(db, key)["joined"] for key in (A, B, C)] == [0, 0, 0]
    with pytest.raises(Conflict, match="没有和别的合并"):
        db.write(joins.part, A, "su", NOW + 4)
    told = db.look("SELECT * FROM talk_join ORDER BY id")
    assert [(one["conversation"], one["evidence"], one["made_by"], one["parted_by"])
            for one in told] == [(A, "member", "lin", "su"), (B, "member", "lin", "su"),
                                 (C, "staff", "lin", "su")]  # fmt: skip
    assert len(rows(db)) == 3
    assert join(db, A, B, now=NOW + 5) and db.read(joins.keys, C) == (C,)


def test_candidates_say_why_and_a_name_is_only_a_hint(db: Bench) -> None:
    both(db)

    def person(tx: Tx, member: str, name: str, union: str) -> None:
        people.ensure_member(tx, member, NOW, name)
        tx.run("member_profile", id=member, name=name, union_id=union, kind=1, gender=0, company="")

    for number, (key, member, name, union) in enumerate((
        (C, "oa:o1", "宁宁", "u-1"), ("kf:wk2:wm7", "wm7", "阿宁", ""),
        ("kf:wk9:wm8", "wm8", "阿宁", ""),
    )):  # fmt: skip
        wrote(db, 30 + number, key, NOW + number)
        db.write(person, member, name, union)
    db.write(person, "wm1", "阿宁", "u-1")
    hear(db, said(40, peer="group:g1", channel="robot", account="r1"))

    def found(key: str = A) -> list[tuple[str, str]]:
        return [(one.conversation, one.evidence)
                for one in db.read(joins.candidates, row(db, key), ALL)]  # fmt: skip

    assert found() == [(B, "member"), (C, "union"), ("kf:wk2:wm7", "name")]
    join(db)
    assert found() == [(C, "union"), ("kf:wk2:wm7", "name")]
    with pytest.raises(Conflict, match="群不能合并"):
        join(db, A, "robot:r1:group:g1")
    known = db.read(joins.known, row(db), [A, B, C, "kf:wk9:wm8"], ALL)
    assert [(one.conversation, one.evidence) for one in known] == [(C, "staff")]


def test_what_one_account_was_told_stays_there(db: Bench) -> None:
    both(db)
    for scope, value in (("account:wk1", "干皮"), ("account:wk2", "油皮")):
        db.write(lambda tx, s=scope, v=value: tx.run(
            "memory_put", persona="tester", member="wm1", scope=s, now=NOW,
            data=codec.to_json({"facts": {"skin": v}})))  # fmt: skip
    join(db)
    for key, value in ((A, "干皮"), (B, "油皮")):
        shown = db.read(panel.panel, key, NOW, "tester", WINDOW)
        assert shown is not None and [fact.value for fact in shown.facts] == [value]


def test_a_name_in_a_note_is_seen_wherever_he_looks(db: Bench) -> None:
    both(db)
    join(db)
    db.write(lambda tx: tx.run("mention_add", note=1, conversation=B, at=NOW, logins=[]))
    assert db.read(mentions.of, "lin") == set()
    assert not db.write(whole.mark_seen, "lin", reads(db), NOW)
    assert rows(db)[0].unread == 0


def test_an_answer_of_the_persona_in_one_account_is_told_when_the_whole_is_taken(db: Bench) -> None:
    both(db)
    join(db)
    old = reads(db)
    db.write(outbox.enqueue, answer(peer="wm1", account="wk2", conversation=B, lane=B), NOW)
    (out,) = claim(db)
    db.write(outbox.finish, out, judge(out, Sent("m1"), NOW), NOW)
    with pytest.raises(Conflict, match="人设刚刚回了"):
        db.write(whole.take, A, "lin", NOW, old)
    assert row(db, A)["mode"] == "auto"
    db.write(whole.take, A, "lin", NOW, reads(db))


def test_who_waits_in_two_rings_once(db: Bench) -> None:
    both(db)
    for key, since in ((A, NOW + 1), (B, NOW)):
        assert db.write(conversations.wait, key, since, "客人要找真人")

    def late() -> list[str]:
        found = db.read(alarms.candidates, alarms.FIRST, NOW + MINUTE, NOW + MINUTE)
        return [one.conversation for one in found]

    assert late() == [B, A]
    join(db)
    assert late() == [B]
    found = db.read(alarms.candidates, alarms.FIRST, NOW + MINUTE, NOW + MINUTE)
    db.write(alarms.sound, found, alarms.FIRST, NOW + MINUTE, "等太久", lambda who: [])
    assert [one.conversation for one in db.read(alarms.standing, NOW + MINUTE)] == [B]
    # put off there, the other one speaks
    db.write(desk.snooze, B, "lin", NOW + MINUTE, NOW + 9 * MINUTE)
    assert late() == [A]
    assert db.read(mentions.needs, "lin", NOW + 9 * MINUTE) == 1


def test_who_is_kept_out_is_kept_out_of_all_and_ones_words_are_found_in_all(db: Bench) -> None:
    both(db)
    join(db)
    db.write(whole.take, A, "lin", NOW, reads(db))
    for number, key in enumerate((A, B)):
        db.write(whole.reply, key, "lin", words(f"w{number}", f"key{number}"), NOW + number,
                 reads(db), WINDOW)  # fmt: skip
    own = db.read(whole.own, A, "lin", NOW + 2)
    assert [(key, one.text) for key, one in own] == [(B, "w1"), (A, "w0")]
    db.write(people.ensure_member, "wm1", NOW)
    db.write(whole.block, B, "lin", NOW + 3, "骂人")
    assert db.look("SELECT promo_ok FROM member WHERE id = ?", "wm1") == [{"promo_ok": 0}]
    assert [row(db, key)["mode"] for key in (A, B)] == ["muted", "muted"]
    assert [one.keys for one in rows(db, Filter(blocked=True))] == [(A, B)]
    db.write(whole.unblock, B, "su", NOW + 4, "道歉了", promo=True)
    assert [row(db, key)["mode"] for key in (A, B)] == ["auto", "auto"]
    assert db.look("SELECT promo_ok FROM member WHERE id = ?", "wm1") == [{"promo_ok": 1}]
