"""Complaints that stay in sight until somebody closes them, and members who wait for the colleague
to whom they were handed."""

from __future__ import annotations

import pytest

from bot.core.body import Text
from bot.core.clock import HOUR, MINUTE
from bot.core.errors import StaleLease
from bot.core.model import Binding
from bot.store import (
    alarms,
    audit,
    blocks,
    conversations,
    desk,
    idle,
    joins,
    mentions,
    people,
    staff,
    talks,
    turns,
    waiting,
    whole,
)
from bot.store.engine import Row
from bot.store.sql import Composed, migrations, statements
from bot.store.staffwords import Words
from bot.store.talkline import Talk
from bot.store.talks import Filter
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, WINDOW, claim_turns, hear, listen, nothing_said, said

WK1 = Binding(channel="kf", account="wk1")
LATER = NOW + 10 * MINUTE


def complains(db: Bench, at: int = NOW, number: int = 1) -> None:
    hear(db, said(number, at=at))
    for held in claim_turns(db, at, f"c{number}"):
        db.write(turns.finish, held, nothing_said(waiting_since=at, waiting_for="客人投诉：太慢",
                                                  waiting_why="complaint"), at)  # fmt: skip


def row(db: Bench, key: str = TALK) -> Row:
    found = db.read(conversations.get, key)
    assert found is not None
    return found


def take(db: Bench, login: str = "lin", now: int = LATER) -> None:
    db.write(desk.take, TALK, login, now, db.read(desk.glance, TALK))


def say(db: Bench, login: str = "lin", now: int = LATER, key: str = TALK) -> None:
    words = Words(body=Text("来了"), persona="tester", persona_version=3, client_key=f"k{now}")
    reads = db.read(whole.glance, db.read(joins.keys, key))
    db.write(whole.reply, key, login, words, now, reads, WINDOW)


def listed(db: Bench, chosen: Filter | None = None, now: int = LATER) -> list[Talk]:
    return db.read(lambda tx: talks.page(tx, now, [WK1], chosen, order="needed")).rows


def standing(db: Bench, now: int) -> list[alarms.Alarm]:
    """Rings for whoever waits, and what then stands."""
    db.write(alarms.clear, now)
    late = db.read(alarms.candidates, alarms.FIRST, now, now)
    db.write(alarms.sound, late, alarms.FIRST, now, "等太久", lambda who: [])
    return db.read(alarms.standing, now)


def test_a_complaint_is_marked_until_somebody_closes_it(db: Bench) -> None:
    complains(db)
    [alarm] = standing(db, LATER)
    assert alarm.complaint and row(db)["complaint_at"] == NOW
    take(db)
    say(db)
    [one] = listed(db, Filter(complaint=True))
    assert one.complaint and one.wait is None and not one.unanswered
    assert db.read(talks.counts, LATER, [WK1], "lin").complaint == 1
    # another cause does not hide it, and it keeps its own time
    complains(db, LATER + MINUTE, 2)
    db.write(desk.put_back, TALK, "lin", LATER + 2 * MINUTE, "下班")
    assert (row(db)["waiting_why"], row(db)["complaint_at"]) == ("staff", NOW)
    [alarm] = standing(db, LATER + 9 * MINUTE)
    assert alarm.complaint and alarm.reason == "同事转回：下班"
    take(db, "su", LATER + 10 * MINUTE)
    db.write(desk.release, TALK, "su", LATER + 10 * MINUTE, db.read(desk.glance, TALK))
    assert listed(db, Filter(complaint=True)), "given back is not closed"
    db.write(desk.resolve, TALK, "su", LATER + 11 * MINUTE, db.read(desk.glance, TALK))
    assert not listed(db, Filter(complaint=True)) and row(db)["complaint_at"] is None
    assert not listed(db)[0].complaint


@pytest.mark.parametrize("end", ["resolve", "block", "client"])
def test_whatever_ends_it_for_good_ends_the_complaint(db: Bench, end: str) -> None:
    complains(db)
    if end == "resolve":
        take(db)
        db.write(desk.resolve, TALK, "lin", LATER, db.read(desk.glance, TALK))
    elif end == "block":
        db.write(blocks.block, TALK, "lin", LATER, "骂人")
    else:
        db.write(conversations.to_client, TALK, LATER, actor="lin", reason="")
        assert row(db)["complaint_at"] == NOW
        db.write(conversations.change_mode, TALK, "end", LATER, actor="lin", reason="")
        db.write(conversations.calm, TALK)
    assert row(db)["complaint_at"] is None and not listed(db, Filter(complaint=True))


def test_a_complaint_in_one_account_marks_the_whole_and_is_closed_with_it(db: Bench) -> None:
    complains(db)
    hear(db, said(7, at=LATER, account="wk2"))
    other = "kf:wk2:wm1"
    db.write(people.ensure_member, "wm1", NOW)
    db.write(joins.join, TALK, other, "lin", LATER, "staff")
    one = db.read(talks.one, other, LATER)
    assert one is not None and one.complaint
    take(db)
    reads = db.read(whole.glance, (TALK, other))
    db.write(whole.release, TALK, "lin", LATER, reads)
    db.write(whole.resolve, other, "lin", LATER, db.read(whole.glance, (TALK, other)))
    assert row(db)["complaint_at"] is None, "it was free, and only complained"


def test_who_was_handed_over_waits_for_her_until_she_answers(db: Bench) -> None:
    db.write(staff.add, "su", "service", "x", NOW, actor="test", made=False)
    listen(db)
    take(db)
    say(db)
    assert not standing(db, LATER + MINUTE) and not listed(db, Filter(waiting=True))
    handed = LATER + 2 * MINUTE
    db.write(desk.pass_on, TALK, "lin", "su", handed, "下班了")
    found = row(db)
    assert (found["held_by"], found["handed_at"], found["waiting_since"]) == ("su", handed, handed)
    assert (found["waiting_why"], found["waiting_for"]) == ("handed", "lin 转交 su：下班了")
    [one] = listed(db, Filter(waiting=True), handed + MINUTE)
    assert one.handed and one.holder == "su" and one.wait == MINUTE
    assert db.read(talks.counts, handed, [WK1], "su").waiting == 1
    [alarm] = standing(db, handed + 6 * MINUTE)
    assert (alarm.holder, alarm.since) == ("su", handed)
    # it is hers alone to answer, so it is in nobody else's number
    assert not db.read(waiting.queue, handed)
    needs = {login: db.read(mentions.needs, login, handed) for login in ("su", "lin")}
    assert needs == {"su": 1, "lin": 0}
    say(db, "su", handed + 7 * MINUTE)
    assert row(db)["handed_at"] is None and row(db)["waiting_since"] is None
    assert not standing(db, handed + 8 * MINUTE) and db.read(mentions.needs, "su", handed) == 0


def test_a_wait_that_has_begun_goes_on_and_is_not_begun_anew(db: Bench) -> None:
    complains(db)
    take(db)
    db.write(desk.pass_on, TALK, "lin", "su", LATER)
    assert (row(db)["waiting_since"], row(db)["complaint_at"]) == (NOW, NOW)
    hear(db, said(5, at=LATER + 1))
    say(db, "su", LATER + MINUTE)  # a newer word of his waits, and nobody was handed any more
    assert row(db)["handed_at"] is None


def test_who_was_handed_over_with_several_accounts_is_answered_in_all_of_them(db: Bench) -> None:
    other = "kf:wk2:wm1"
    listen(db)
    hear(db, said(7, at=LATER, account="wk2"))
    db.write(people.ensure_member, "wm1", NOW)
    db.write(joins.join, TALK, other, "lin", LATER, "staff")
    db.write(whole.take, TALK, "lin", LATER, db.read(whole.glance, (TALK, other)))
    db.write(whole.pass_on, TALK, "lin", "su", LATER + 1)
    assert row(db)["handed_at"] == row(db, other)["handed_at"] == LATER + 1
    # who waits longest speaks for both
    assert [one.conversation for one in standing(db, LATER + MINUTE)] == [other]
    say(db, "su", LATER + 2 * MINUTE)
    assert row(db)["handed_at"] is None and row(db, other)["handed_at"] is None
    assert not standing(db, LATER + 3 * MINUTE)


def test_complaints_of_an_older_release_are_marked_by_the_migration(db: Bench) -> None:
    complains(db)
    listen(db, "wm2", LATER)
    [text] = [text for _, name, text in migrations() if name == "0023_inbox"]
    [update] = [each for each in statements(text) if each.startswith("UPDATE")]
    db.write(lambda tx: tx.run(Composed("UPDATE conversation SET complaint_at = NULL")))
    assert not listed(db, Filter(complaint=True))
    db.write(lambda tx: tx.run(Composed(update)))
    assert [one.conversation for one in listed(db, Filter(complaint=True))] == [TALK]


def test_a_turn_that_is_being_read_does_not_write_over_the_wait(db: Bench) -> None:
    listen(db)
    take(db)
    hear(db, said(5, at=LATER))
    [held] = claim_turns(db, LATER, "reading")
    db.write(desk.pass_on, TALK, "lin", "su", LATER + 1)
    with pytest.raises(StaleLease):
        db.write(turns.finish, held, nothing_said(), LATER + 2)
    assert row(db)["waiting_since"] == LATER and row(db)["handed_at"] == LATER + 1


@pytest.mark.parametrize("verb", ["release", "resolve", "put_back", "snooze", "idle", "myself"])
def test_what_else_ends_the_wait_for_a_colleague(db: Bench, verb: str) -> None:
    listen(db)
    take(db)
    db.write(desk.pass_on, TALK, "lin", "su", LATER)
    now = LATER + MINUTE
    if verb in ("release", "resolve"):
        db.write(getattr(desk, verb), TALK, "su", now, db.read(desk.glance, TALK))
    elif verb == "put_back":
        db.write(desk.put_back, TALK, "su", now, "忙")
    elif verb == "snooze":
        db.write(desk.snooze, TALK, "su", now, now + HOUR)
        assert not listed(db, Filter(waiting=True), now) and not standing(db, now)
        return
    elif verb == "idle":
        now = LATER + 30 * MINUTE
        assert db.write(idle.put_down, now, 30 * MINUTE) == 1
    else:
        db.write(lambda tx: desk.pass_on(tx, TALK, "boss", "boss", now, assigns=True))
    found = row(db)
    assert found["handed_at"] is None
    queued = verb in ("put_back", "idle")
    assert (found["waiting_since"] is not None) == (queued or verb == "myself")
    assert bool(listed(db, Filter(waiting=True), now)) == queued


def test_a_called_lead_is_named_until_one_has_looked_or_it_is_closed(db: Bench) -> None:
    def calls(number: int) -> None:
        hear(db, said(number, at=LATER))
        for held in claim_turns(db, LATER, f"c{number}"):
            result = nothing_said(waiting_since=LATER, waiting_for="严重", waiting_why="complaint",
                                  lead_for="严重，请主管接")  # fmt: skip
            db.write(turns.finish, held, result, LATER)

    def looks(lead: bool) -> bool:
        reads = db.read(whole.glance, [TALK])
        return db.write(lambda tx: whole.mark_seen(tx, "su", reads, LATER, lead=lead))

    calls(1)
    take(db)
    say(db)
    assert [one.lead_for for one in listed(db)] == ["严重，请主管接"], "an answer is no look"
    assert not looks(lead=False) and row(db)["lead_for"]
    assert looks(lead=True) and not looks(lead=True)
    assert [one.lead_for for one in listed(db)] == [""]
    trail = db.read(audit.history, "conversation", TALK)
    assert [one["actor"] for one in trail if one["event"] == "lead_looked"] == ["su"]
    calls(2)
    assert row(db)["lead_for"]
    db.write(desk.resolve, TALK, "lin", LATER, db.read(desk.glance, TALK))
    assert row(db)["lead_for"] == ""


def test_whoever_waits_for_me_counts_until_i_have_answered_and_a_complaint_until_it_is_closed(
    db: Bench,
) -> None:
    complains(db)
    take(db)
    assert db.read(mentions.needs, "lin", LATER) == 1, "the persona answered, he waits for me"
    say(db)
    assert row(db)["waiting_since"] is None and db.read(mentions.needs, "lin", LATER) == 1
    db.write(desk.resolve, TALK, "lin", LATER, db.read(desk.glance, TALK))
    assert db.read(mentions.needs, "lin", LATER) == 0


def test_the_wait_goes_on_with_the_colleague_or_begins_with_her(db: Bench) -> None:
    complains(db)
    take(db)
    db.write(desk.pass_on, TALK, "lin", "amy", LATER)
    assert row(db)["waiting_since"] == NOW, "nobody has answered him"
    say(db, "amy")
    db.write(desk.pass_on, TALK, "amy", "lin", LATER + MINUTE)
    assert row(db)["waiting_since"] == LATER + MINUTE
