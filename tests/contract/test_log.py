"""The event log says what happened, once, whoever tells it: callbacks, listings, turns, senders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.archive import ArchiveMessage
from bot.core.body import Text
from bot.core.clock import DAY, MINUTE, SECOND
from bot.core.contacts import Chat, Customer, Follow, Seat, TagGroup
from bot.core.event import Event, Happened
from bot.core.model import Inbound, Never, Sent, TapResult, TapStatus
from bot.core.policy import judge
from bot.core.retention import Retention
from bot.pipeline import bookkeeping
from bot.pipeline.archive import translate
from bot.pipeline.bookkeeping import Speaker
from bot.store import chats, consent, contacts, history, inbox, outbox, people, projections, taps
from tests.contract import making
from tests.contract.conftest import NOW, Bench
from tests.contract.making import AT_ONCE, answer, claim, hear, listen, nothing_said, queue, said
from tests.contract.test_contacts import ME, person, told
from tests.contract.test_records import tapped
from tests.contract.test_retention import keep as a_night

TIME = NOW // SECOND * SECOND  # the platform tells whole seconds


def log(db: Bench, *columns: str) -> list[tuple[Any, ...]]:
    """The log in the order in which it came, as these columns."""
    rows = db.look("SELECT * FROM event ORDER BY id")
    return [tuple(row[name] for name in columns) for row in rows]


def keep(db: Bench, event: Inbound, persona: str = "lin") -> None:
    db.write(bookkeeping.keep, event, NOW, Speaker(persona, 3))


def happens(name: str, at: int = TIME, **data: Any) -> Inbound:
    return replace(told(name, **data), sent_at=at)


def test_a_friend_is_added_once_by_callback_and_by_listing(db: Bench) -> None:
    keep(db, happens("contact.added", state="poster"))
    keep(db, happens("contact.added", state="poster"))
    db.write(contacts.put_customers, [person(since=TIME, state="poster", tags=())], NOW + MINUTE)
    assert log(db, "kind", "member", "account", "which", "persona", "at", "seen_at") == [
        ("added", "wm1", ME, "poster", "lin", TIME, NOW)]  # fmt: skip


def test_the_code_that_only_the_listing_says_is_told_after_all(db: Bench) -> None:
    keep(db, happens("contact.added"))
    for _ in range(2):
        db.write(contacts.put_customers, [person(since=TIME, state="poster", tags=())], NOW + 5)
    assert log(db, "kind", "which", "at") == [("added", "", TIME), ("added", "poster", TIME)]


def test_an_end_that_comes_before_its_beginning_is_told_in_its_place(db: Bench) -> None:
    keep(db, happens("contact.removed", TIME + SECOND))
    keep(db, happens("contact.added"))
    kinds = [Happened.ADDED, Happened.PARTED]
    found = db.write(lambda tx: history.of(tx, ["wm1"], kinds))
    assert [(one.kind, one.which) for one in found] == [("added", ""), ("parted", "member")]


def test_who_was_not_listed_has_parted_and_comes_back_when_he_is(db: Bench) -> None:
    db.write(contacts.put_customers, [person(since=TIME - DAY, tags=())], NOW)
    db.write(contacts.end_unlisted, "wm1", [], NOW, NOW)
    db.write(contacts.put_customers, [person(since=TIME - DAY, tags=())], NOW + DAY)
    assert log(db, "kind", "which", "at") == [
        ("added", "", TIME - DAY), ("parted", "sync", NOW), ("added", "", NOW + DAY)]  # fmt: skip


def test_a_friendship_that_was_assigned_names_who_had_it(db: Bench) -> None:
    keep(db, happens("contact.added", TIME - DAY))
    keep(db, happens("contact.removed_by_staff", Source="DELETE_BY_TRANSFER"))
    new = Follow(account="chen.mo", since=TIME + SECOND, add_way=202)
    for _ in range(2):
        db.write(contacts.put_customers, [Customer(id="wm1", follows=(new,))], NOW)
    assert log(db, "kind", "account", "other", "which") == [
        ("added", ME, "", ""), ("parted", ME, "", "transfer"), ("added", "chen.mo", "", ""),
        ("handed", "chen.mo", ME, "")]  # fmt: skip


def test_a_seat_is_told_by_callback_or_listing_and_staff_have_none(db: Bench) -> None:
    seats = (Seat(member="wm1", joined_at=TIME - DAY), Seat(member=ME, joined_at=1, staff=True))
    room = Chat(id="wr1", owner=ME, version="v1", made_at=1, seats=seats)
    db.write(chats.put_chat, room, NOW - DAY)
    came = Seat(member="wm2", joined_at=TIME, scene=1, state="grp", invitor="wm1")
    for _ in range(2):
        db.write(chats.joined, "wr1", replace(came, state="", invitor=""), NOW)
    db.write(chats.put_chat, Chat(id="wr1", owner=ME, version="v2", seats=(*seats, came)), NOW + 9)
    db.write(chats.put_chat, Chat(id="wr1", owner=ME, version="v3", seats=(came,)), NOW + DAY)
    db.write(chats.left, "wr1", "wm1", TIME + SECOND, NOW + DAY + 9, {})
    assert log(db, "kind", "member", "place", "account", "which", "other", "at") == [
        ("joined", "wm1", "wr1", ME, "", "", TIME - DAY),
        ("joined", "wm2", "wr1", ME, "", "", TIME),
        ("joined", "wm2", "wr1", ME, "grp", "wm1", TIME),
        ("left", "wm1", "wr1", ME, "", "", NOW + DAY),
    ]  # fmt: skip


def test_with_a_group_everybody_leaves_it(db: Bench) -> None:
    seats = (Seat(member="wm1", joined_at=TIME), Seat(member=ME, joined_at=1, staff=True))
    db.write(chats.put_chat, Chat(id="wr1", owner=ME, made_at=1, seats=seats), NOW)
    for _ in range(2):
        db.write(people.group_gone, "wr1", NOW + DAY)
    assert log(db, "kind", "member", "which", "at")[1:] == [("left", "wm1", "dismissed", NOW + DAY)]


def test_tags_come_and_go(db: Bench) -> None:
    db.write(contacts.put_customers, [person(tags=("t1", "t2"))], NOW)
    db.write(contacts.put_customers, [person(tags=("t2",))], NOW + 1)
    db.write(contacts.mark, ME, "wm1", ["t2", "t3"], ["t1"], NOW + 2)
    db.write(contacts.replace_tags, [TagGroup(id="g", name="g")], NOW + 3)
    db.write(contacts.tags_gone, ["t2", "t3"], [], NOW + 4)
    assert sorted(log(db, "at", "kind", "which")[1:]) == [
        (NOW, "tagged", "t1"), (NOW, "tagged", "t2"), (NOW + 1, "untagged", "t1"),
        (NOW + 2, "tagged", "t3"), (NOW + 4, "untagged", "t2"), (NOW + 4, "untagged", "t3"),
    ]  # fmt: skip


def test_what_he_wants_of_promotion_is_told_when_it_changes(db: Bench) -> None:
    db.write(consent.fewer, "wm1", NOW)
    for at in (NOW + 1, NOW + 2):
        db.write(consent.opt_out, "wm1", at)
    db.write(consent.opt_in, "wm1", NOW + 3)
    assert log(db, "kind", "which", "data", "at") == [
        ("consented", "promo", '{"less":true}', NOW),
        ("refused", "promo", '{"less":true}', NOW + 1), ("consented", "promo", "{}", NOW + 3),
    ]  # fmt: skip


def test_one_turn_that_says_fewer_and_none_says_none(db: Bench) -> None:
    hear(db, said(1))
    [held] = making.claim_turns(db)
    result = nothing_said(promo_ok=False, promo_less=True, persona="lin", version=3)
    db.write(making.turns.finish, held, result, NOW)
    assert log(db, "kind", "which", "persona", "version") == [
        ("inbound", "text", "lin", 3), ("refused", "promo", "", 0)]  # fmt: skip


def test_a_burst_is_told_word_by_word_and_events_are_no_words(db: Bench) -> None:
    hear(db, said(1, at=NOW - 5), said(2), making.happened(3))
    [held] = making.claim_turns(db)
    db.write(making.turns.finish, held, nothing_said(), NOW)
    colleague = said(9, peer="zhou", channel="app", account="100")
    hear(db, colleague)
    [held] = making.claim_turns(db, lease="L2")
    db.write(making.turns.finish, held, nothing_said(), NOW)
    assert log(db, "kind", "member", "channel", "account", "at", "dedupe") == [
        ("inbound", "wm1", "kf", "wk1", NOW - 5, "in/1"),
        ("inbound", "wm1", "kf", "wk1", NOW, "in/2")]  # fmt: skip


def test_what_nobody_answers_after_a_restore_was_written_all_the_same(db: Bench) -> None:
    for _ in range(2):
        db.write(inbox.note, said(1), "told again")
    assert log(db, "kind", "member", "dedupe") == [("inbound", "wm1", "in/1")]


def test_what_was_given_up_was_written_all_the_same(db: Bench) -> None:
    hear(db, said(1))
    for n in range(3):
        making.claim_turns(db, NOW + n * making.LEASE, f"L{n}", tries=2)
    assert db.states("inbox") == {1: "dead"}
    assert log(db, "kind", "member", "dedupe") == [("inbound", "wm1", "in/1")]


def test_members_in_groups_are_overheard_and_colleagues_are_not(db: Bench) -> None:
    for n, who in enumerate(("wm1", ME)):
        heard = ArchiveMessage(seq=n, msgid=f"m{n}", kind="text", sender=who, to=("wm2", ME),
                               room="wr1", at=NOW, payload={"content": "茶香"})  # fmt: skip
        db.write(inbox.accept, translate(heard, [ME], NOW), AT_ONCE)
    for held in making.claim_turns(db):
        db.write(making.turns.finish, held, nothing_said(), NOW)
    assert log(db, "kind", "member", "place", "channel") == [("inbound", "wm1", "wr1", "archive")]


def test_only_what_left_has_reached_anybody(db: Bench) -> None:
    listen(db)
    queue(db, answer(1, content="care.one"), answer(2))
    [first] = claim(db)
    db.write(outbox.finish, first, judge(first, Sent("m1"), NOW + 1), NOW + 1)
    [second] = claim(db, lease="L2")
    db.write(outbox.finish, second, judge(second, Never("40003", "no such user"), NOW + 2), NOW + 2)
    assert log(db, "kind", "member", "persona", "version", "place", "which", "at")[1:] == [
        ("outbound", "wm1", "tester", 3, "care.one", "reply", NOW + 1)]  # fmt: skip


def test_of_a_task_those_are_reached_whom_the_platform_names(db: Bench) -> None:
    row = tapped(db, "wm1", "wm2", "wm3")
    named = (TapResult(peer="wm1", ok=True, at=NOW + 1), TapResult(peer="wm2", ok=False))
    for _ in range(2):
        db.write(taps.report, row, TapStatus(done=False, tapped=True, results=named), NOW + 5)
    assert log(db, "kind", "member", "at") == [("outbound", "wm1", NOW + 1)]


def test_words_of_a_colleague_reach_the_member_too(db: Bench) -> None:
    out = answer(1, kind="staff", body=Text("我来看看"), operator="zhou", state="sent")
    db.write(outbox.note_said, out, NOW)
    assert log(db, "kind", "member", "which", "dedupe") == [("outbound", "wm1", "staff", "out/1")]


def test_likes_and_followers(db: Bench) -> None:
    for _ in range(2):
        keep(db, happens("moment.liked", moment_id="mo1"))
    follow = Inbound(channel="oa", account="gh1", peer="oABC", kind="event", event="oa.subscribe",
                     dedupe="s1", data={"scene": "poster"}, sent_at=TIME, received_at=NOW)  # fmt: skip
    keep(db, follow)
    gone = Inbound(channel="oa", account="gh1", peer="oABC", kind="event", event="oa.unsubscribe",
                   dedupe="s2", sent_at=TIME + SECOND, received_at=NOW)  # fmt: skip
    keep(db, gone)
    assert log(db, "kind", "member", "account", "channel", "place", "which") == [
        ("liked", "wm1", ME, "moment", "mo1", ""), ("added", "oa:oABC", "gh1", "oa", "", "poster"),
        ("parted", "oa:oABC", "gh1", "oa", "", "member")]  # fmt: skip


def test_a_timeline_is_of_a_person_by_pages_with_the_words_that_are_kept(db: Bench) -> None:
    listen(db)
    hear(db, said(2, at=NOW + 1, peer="wm2"), said(3, at=NOW + 1, peer="wm2"))
    for held in making.claim_turns(db, NOW + 1):
        db.write(making.turns.finish, held, nothing_said(), NOW + 1)
    db.write(people.befriend, "wm1", ME, NOW + 1)
    db.write(inbox.recall, "kf:wk1:wm2:3")
    found: list[history.Line] = []
    while page := db.read(history.timeline, ["wm1", "wm2"], found[-1].mark if found else None, 2):
        found += page
    assert [(line.event.kind.value, line.words) for line in found] == [
        ("added", ""), ("inbound", ""), ("inbound", "t2"), ("inbound", f"t{900 + NOW % 97}")]  # fmt: skip
    assert [line.note for line in found] == ["", "recalled by the customer", "", ""]


def test_words_go_from_the_log_when_the_brand_says_so_and_nothing_else_does(db: Bench) -> None:
    db.write(people.befriend, "wm1", ME, NOW)
    listen(db)
    a_night(db, Retention(events="20d"), NOW + 19 * DAY)
    assert log(db, "kind") == [("added",), ("inbound",)]
    db.write(people.befriend, "wm2", ME, NOW)
    a_night(db, Retention(events="20d"), NOW + 21 * DAY)
    assert log(db, "kind", "member") == [("added", "wm1"), ("added", "wm2")]


class Room:
    """A room of the test's own: who was told, and what followed from it."""

    KINDS = frozenset({Happened.INBOUND, Happened.ADDED, Happened.ENTERED})
    TABLES = ()

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def follow(self, tx: Any, events: Any) -> list[Event]:
        self.told += [(one.kind.value, one.dedupe) for one in events]
        return [Event(kind=Happened.ENTERED, at=one.at, dedupe=f"enter/{one.dedupe}",
                      member=one.member, place="tea") for one in events
                if one.kind is Happened.ADDED]  # fmt: skip

    def again(self, tx: Any, members: Any) -> None:
        raise AssertionError("nothing is derived anew here")

    clear = again


def test_rooms_hear_what_a_sentence_copied_and_what_followed(
    db: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room()
    monkeypatch.setattr(projections, "ROOMS", (room,))
    for _ in range(2):
        db.write(people.befriend, "wm1", ME, TIME)
    listen(db)
    add = f"add/wm1/{ME}/{TIME // SECOND}"
    assert room.told == [("added", add), ("entered", f"enter/{add}"), ("inbound", "in/1")]
    assert log(db, "kind", "place") == [("added", ""), ("entered", "tea"), ("inbound", "")]
