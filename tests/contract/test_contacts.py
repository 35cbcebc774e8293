"""Records of customer contact: friendships, tags, seats in groups, items, uploads, lost tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from bot.core.body import Text
from bot.core.clock import DAY, HOUR, MINUTE, ManualClock
from bot.core.contacts import Chat, Customer, Follow, Item, Reaction, Seat, Tag, TagGroup
from bot.core.model import Inbound, Unsure
from bot.core.policy import judge
from bot.pipeline import bookkeeping
from bot.pipeline.bookkeeping import Speaker
from bot.pipeline.reactions import event_of
from bot.store import (
    audit,
    chats,
    contacts,
    inbox,
    media,
    outbox,
    people,
    pieces,
    sources,
    unknown,
)
from bot.store.book import StoredBook
from bot.store.engine import Row, Tx
from tests.contract.conftest import NOW, Bench
from tests.contract.making import AT_ONCE, WINDOW, task

ME = "lin.xi"


def person(n: int = 1, **more: Any) -> Customer:
    values = {"account": ME, "since": NOW - DAY, "tags": ("t1",)} | more
    return Customer(id=f"wm{n}", name=f"茶客{n}", kind=1, union_id=f"u{n}",
                    follows=(Follow(**values),))  # fmt: skip


def friend(db: Bench, member: str = "wm1", account: str = ME) -> Row:
    [row] = db.look("SELECT * FROM friend WHERE member = ? AND account = ?", member, account)
    return row


def told(event: str, **data: Any) -> Inbound:
    values = {"channel": "contact", "account": ME, "peer": "wm1"} | data.pop("values", {})
    return Inbound(kind="event", event=event, dedupe=f"{event}{data}", data=data, sent_at=NOW,
                   received_at=NOW, **values)  # fmt: skip


class Written:
    """A transaction that notes of whom something is written, by the name of the query."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.noted: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def run(self, query: str, **params: Any) -> int:
        self.noted.append((query, str(params.get("member"))))
        return self._tx.run(query, **params)

    def many(self, query: str, rows: Iterable[Row]) -> None:
        given = list(rows)
        self.noted += [(query, str(row.get("id"))) for row in given]
        self._tx.many(query, given)


def written(db: Bench, query: str, put: Callable[..., Any], *args: Any) -> list[str]:
    """Of whom a write put something down with ``query``."""

    def work(tx: Tx) -> list[str]:
        noting = Written(tx)
        put(noting, *args)
        return [who for name, who in noting.noted if name == query]

    return db.write(work)


def keep(db: Bench, event: Inbound, now: int = NOW) -> None:
    db.write(bookkeeping.keep, event, now, Speaker())


# -- customers and friendships ------------------------------------------------------------------


def test_a_page_makes_members_friends_and_tags(db: Bench) -> None:
    db.write(contacts.put_customers, [person(1, remark="老周", state="poster"), person(2)], NOW)
    row = friend(db)
    assert (row["remark"], row["state"], row["since"]) == ("老周", "poster", NOW - DAY)
    assert (row["mutual"], row["seen_at"]) == (1, NOW)
    [member] = db.look("SELECT * FROM member WHERE id = 'wm1'")
    assert (member["name"], member["union_id"], member["kind"]) == ("茶客1", "u1", 1)
    assert db.read(contacts.tags_of, "wm2") == {ME: ["t1"]}


def test_the_same_page_twice_changes_nothing_but_the_time_it_was_seen(db: Bench) -> None:
    db.write(contacts.put_customers, [person()], NOW)
    before = friend(db)
    db.write(contacts.put_customers, [person()], NOW + 5)
    assert friend(db) == before | {"seen_at": NOW + 5}


def test_of_a_page_only_those_are_written_who_are_not_as_they_were(db: Bench) -> None:
    page = [person(1), person(2), person(3)]
    db.write(contacts.put_customers, page, NOW)
    page[0], page[1] = replace(page[0], name="", union_id=""), replace(page[1], name="新名字")
    assert written(db, "member_profile", contacts.put_customers, page, NOW + 5) == ["wm2"]
    [row] = db.look("SELECT name, union_id FROM member WHERE id = 'wm1'")
    assert (row["name"], row["union_id"]) == ("茶客1", "u1")
    [row] = db.look("SELECT name FROM member WHERE id = 'wm2'")
    assert row["name"] == "新名字"


def test_a_page_takes_tags_and_words_away(db: Bench) -> None:
    db.write(contacts.put_customers, [person(tags=("t1", "t2"), remark="a")], NOW)
    db.write(contacts.put_customers, [person(tags=("t2", "t3"))], NOW)
    assert db.read(contacts.tags_of, "wm1") == {ME: ["t2", "t3"]}
    assert friend(db)["remark"] == ""


def test_a_name_that_is_missing_does_not_wipe_the_one_we_know(db: Bench) -> None:
    db.write(contacts.put_customers, [person()], NOW)
    db.write(contacts.put_customers, [replace(person(), name="")], NOW)
    assert db.look("SELECT name FROM member") == [{"name": "茶客1"}]


def test_who_deleted_the_member_stays_gone_though_the_platform_lists_him(db: Bench) -> None:
    db.write(contacts.put_customers, [person()], NOW)
    db.write(people.unfriend, "wm1", ME, NOW, "member")
    db.write(contacts.put_customers, [person()], NOW + HOUR)
    assert friend(db)["until"] == NOW
    db.write(contacts.put_customers, [person(since=NOW + MINUTE)], NOW + HOUR)
    assert (friend(db)["until"], friend(db)["since"]) == (None, NOW + MINUTE)


def test_what_sync_ended_by_mistake_comes_back_when_it_is_listed(db: Bench) -> None:
    db.write(contacts.put_customers, [person()], NOW)
    assert db.write(contacts.end_unlisted, "wm1", [], NOW, NOW) == 1
    assert friend(db)["ended_by"] == "sync"
    db.write(contacts.put_customers, [person()], NOW + 1)
    assert friend(db)["until"] is None


def test_only_the_accounts_that_are_not_named_lose_him(db: Bench) -> None:
    db.write(contacts.put_customers, [person(), person(account="chen.mo")], NOW)
    db.write(contacts.end_unlisted, "wm1", [ME], NOW, NOW)
    assert friend(db)["until"] is None and friend(db, account="chen.mo")["until"] == NOW


def test_a_friend_who_came_after_the_question_is_let_be(db: Bench) -> None:
    db.write(contacts.put_customers, [person(since=NOW)], NOW)
    assert db.write(contacts.end_unlisted, "wm1", [], NOW, NOW) == 0


def test_unseen_are_those_a_whole_listing_did_not_show(db: Bench) -> None:
    db.write(contacts.put_customers, [person(1), person(2), person(3)], NOW)
    keep(db, told("contact.half_added", values={"peer": "wm9"}))
    began = NOW + HOUR
    db.write(contacts.put_customers, [person(2)], began)
    assert db.read(contacts.unseen, [ME], began) == ["wm1", "wm3"]
    assert db.read(contacts.unseen, ["chen.mo"], began) == []
    assert db.read(contacts.unseen, [], began) == []


@pytest.mark.parametrize("order", list(permutations(["contact.half_added", "contact.added"])))
def test_half_then_full_in_any_order_is_a_full_friend(db: Bench, order: tuple[str, ...]) -> None:
    for event in order:
        keep(db, told(event))
    assert friend(db)["mutual"] == 1


def test_contact_events_ask_for_the_customer_again(db: Bench) -> None:
    for name in ("contact.added", "contact.edited", "contact.removed", "contact.transfer_failed"):
        keep(db, told(name))
    [row] = db.read(pieces.open_pieces, "contact:")
    assert (row["id"], row["wanted"]) == ("contact:wm1", 4)


# -- tags ---------------------------------------------------------------------------------------

INTENT = TagGroup(id="g1", name="意向", tags=(Tag(id="t1", name="热", sort=2),
                                             Tag(id="t2", name="冷", sort=1)))  # fmt: skip


def test_tags_that_are_missing_from_the_whole_list_are_gone_and_worn_by_nobody(db: Bench) -> None:
    db.write(contacts.put_customers, [person(tags=("t1", "t2"))], NOW)
    db.write(contacts.replace_tags, [INTENT], NOW)
    assert [t["name"] for t in db.read(contacts.tags)] == ["热", "冷"]
    db.write(contacts.replace_tags, [replace(INTENT, tags=INTENT.tags[:1])], NOW)
    assert [t["id"] for t in db.read(contacts.tags)] == ["t1"]
    assert db.read(contacts.tags_of, "wm1") == {ME: ["t1"]}
    db.write(contacts.replace_tags, [], NOW)
    assert db.read(contacts.tags) == [] and db.read(contacts.tags_of, "wm1") == {}


def test_a_deleted_group_takes_its_tags_along(db: Bench) -> None:
    db.write(contacts.put_tags, [INTENT])
    db.write(contacts.tags_gone, [], ["g1"], NOW)
    assert db.read(contacts.tags) == []


def test_a_tag_or_a_heading_gets_a_new_name(db: Bench) -> None:
    db.write(contacts.put_tags, [INTENT])
    db.write(contacts.rename_tag, "t1", "很热", None)
    db.write(contacts.rename_tag, "g1", "", 7)
    assert [(t["name"], t["heading"]) for t in db.read(contacts.tags)] == [
        ("很热", "意向"), ("冷", "意向")]  # fmt: skip
    assert db.look("SELECT sort FROM tag_group") == [{"sort": 7}]


def test_a_tag_event_asks_for_all_tags(db: Bench) -> None:
    keep(db, told("wecom.change_external_tag", values={"channel": "app", "peer": "sys"}))
    assert [r["id"] for r in db.read(pieces.open_pieces, "tags:")] == ["tags:corp"]


# -- groups -------------------------------------------------------------------------------------

C = "wr1"


def chat(*members: str, at: int = NOW - DAY, version: str = "v1") -> Chat:
    seats = tuple(Seat(member=m, joined_at=at, staff=not m.startswith("wm")) for m in members)
    return Chat(id=C, owner=ME, name="茶桌", version=version, made_at=NOW - DAY, seats=seats)


def news(db: Bench) -> list[tuple[str, str]]:
    rows = db.look("SELECT event, peer FROM inbox WHERE event LIKE 'group.%' ORDER BY id")
    return [(r["event"], r["peer"]) for r in rows]


def seated(db: Bench) -> list[str]:
    rows = db.look("SELECT member FROM chat_member WHERE chat = ? AND left_at IS NULL"
                   " ORDER BY joined_at, member", C)  # fmt: skip
    return [row["member"] for row in rows]


def move(detail: str, *members: str, at: int = NOW, n: int = 0) -> Inbound:
    data = {"MemChangeList": {"Item": list(members)}, "CurMemVer": f"v{n}"}
    made = told(f"group.{detail}", values={"channel": "group", "account": "", "peer": C}, **data)
    return replace(made, sent_at=at, dedupe=f"{detail}{members}{at}{n}")


def test_the_first_sight_of_a_group_is_no_news(db: Bench) -> None:
    assert db.write(chats.put_chat, chat(ME, "wm1"), NOW) == 0
    assert (seated(db), news(db)) == ([ME, "wm1"], [])


def test_a_later_sight_tells_who_came_and_who_went(db: Bench) -> None:
    db.write(chats.put_chat, chat(ME, "wm1"), NOW)
    later = NOW + HOUR
    listing = replace(chat(ME), seats=(*chat(ME).seats, Seat(member="wm2", joined_at=later)))
    assert db.write(chats.put_chat, listing, later) == 2
    assert news(db) == [("group.joined", "wm2"), ("group.left", "wm1")]
    assert db.write(chats.put_chat, listing, later) == 0
    [talk] = db.look("SELECT * FROM conversation WHERE peer = 'wm2'")
    assert (talk["account"], talk["member"]) == (ME, "wm2")


def test_of_a_listing_only_the_seats_are_written_that_are_not_as_they_were(db: Bench) -> None:
    db.write(chats.put_chat, chat(ME, "wm1", "wm2"), NOW)
    listing = chat(ME, "wm1", "wm2")
    named = (listing.seats[0], replace(listing.seats[1], name="阿青"), listing.seats[2])
    came = replace(listing, seats=(*named, Seat(member="wm3", joined_at=NOW + HOUR)))
    assert written(db, "chat_seat_put", chats.put_chat, came, NOW + HOUR) == ["wm1", "wm3"]
    assert seated(db) == [ME, "wm1", "wm2", "wm3"]


def test_an_event_before_the_first_sight_does_not_make_the_rest_news(db: Bench) -> None:
    keep(db, move("add_member", "wm1"))
    db.write(chats.put_chat, chat(ME, "wm1", "wm2"), NOW)
    assert news(db) == [("group.joined", "wm1")]


def test_a_listing_that_lags_behind_does_not_throw_the_newcomer_out(db: Bench) -> None:
    db.write(chats.put_chat, chat(ME), NOW - DAY)
    keep(db, move("add_member", "wm1"))
    db.write(chats.put_chat, chat(ME), NOW + MINUTE)
    assert "wm1" in seated(db)
    db.write(chats.put_chat, chat(ME), NOW + HOUR)
    assert "wm1" not in seated(db)


def test_a_listing_that_lags_behind_does_not_bring_back_who_left(db: Bench) -> None:
    db.write(chats.put_chat, chat(ME, "wm1"), NOW - DAY)
    keep(db, move("del_member", "wm1"))
    db.write(chats.put_chat, chat(ME, "wm1"), NOW + MINUTE)
    assert news(db) == [("group.left", "wm1")]


def test_what_a_listing_knows_better_is_kept(db: Bench) -> None:
    keep(db, move("add_member", "wm1"))
    full = Seat(member="wm1", joined_at=NOW, name="小周", scene=3, state="grp-a", invitor=ME)
    db.write(chats.put_chat, replace(chat(ME), seats=(full,)), NOW)
    keep(db, move("del_member", "wm1", at=NOW + 5))
    [row] = db.look("SELECT * FROM chat_member WHERE member = 'wm1'")
    assert (row["name"], row["join_state"], row["join_scene"]) == ("小周", "grp-a", 3)
    assert (row["joined_at"], row["left_at"], row["invitor"]) == (NOW, NOW + 5, ME)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_come_go_come_go_in_any_order_leaves_the_ledger_closed(
    db: Bench, order: tuple[int, ...]
) -> None:
    moves = ["add_member", "del_member"] * 2
    events = [move(name, "wm1", at=NOW + 10 * i) for i, name in enumerate(moves)]
    for i in order:
        keep(db, events[i])
        keep(db, events[i])
    found = [name for name, _ in news(db)]
    assert seated(db) == []
    assert found.count("group.joined") == found.count("group.left") == 2


def test_a_callback_that_a_listing_was_faster_than_is_no_news(db: Bench) -> None:
    db.write(chats.put_chat, chat(ME), NOW - DAY)
    listing = replace(chat(ME), seats=(*chat(ME).seats, Seat(member="wm1", joined_at=NOW)))
    db.write(chats.put_chat, listing, NOW + 5)
    keep(db, move("add_member", "wm1", at=NOW + 1))
    assert news(db) == [("group.joined", "wm1")]
    db.write(chats.put_chat, chat(ME), NOW + HOUR)
    keep(db, move("del_member", "wm1", at=NOW + MINUTE))
    assert (news(db)[1:], seated(db)) == ([("group.left", "wm1")], [ME])
    keep(db, move("add_member", "wm1", at=NOW + 2 * HOUR))
    assert (news(db)[2:], seated(db)) == ([("group.joined", "wm1")], [ME, "wm1"])


def test_staff_come_and_go_without_an_event(db: Bench) -> None:
    keep(db, move("add_member", "chen.mo"))
    assert (seated(db), news(db)) == (["chen.mo"], [])


def test_a_group_event_asks_for_the_group_with_the_version_it_wants(db: Bench) -> None:
    keep(db, move("add_member", "wm1", n=7))
    [row] = db.read(pieces.open_pieces, "chat:")
    assert (row["id"], row["token"]) == ("chat:wr1", "v7")


# -- items, reminders, uploads ------------------------------------------------------------------


def test_an_item_is_kept_after_it_is_gone_for_people_still_come_with_its_code(db: Bench) -> None:
    way = Item(kind="contact_way", id="c1", code="poster", url="https://q", data={"user": [ME]})
    db.write(contacts.put_item, way, NOW)
    db.write(contacts.put_item, replace(way, url=""), NOW + 1)
    [row] = db.look("SELECT url, made_at, gone_at FROM platform_item")
    assert row == {"url": "https://q", "made_at": NOW, "gone_at": None}
    db.write(contacts.item_gone, "contact_way", "c1", NOW)
    [row] = db.look("SELECT id, gone_at FROM platform_item WHERE code = 'poster'")
    assert row == {"id": "c1", "gone_at": NOW}


def test_an_acquisition_link_that_the_platform_deleted_is_gone(db: Bench) -> None:
    db.write(contacts.put_item, Item(kind="acquisition_link", id="L"), NOW)
    keep(db, told("wecom.customer_acquisition", ChangeType="delete_link", LinkId="L"))
    [row] = db.look("SELECT gone_at FROM platform_item")
    assert row["gone_at"] is not None


def test_the_fourth_reminder_within_a_day_is_refused(db: Bench) -> None:
    at = [NOW, NOW + 1, NOW + 2, NOW + 3, NOW + DAY, NOW + DAY + 1, NOW + DAY + 1]
    made = [db.write(contacts.may_remind, "T", 3, DAY, moment) for moment in at]
    assert made == [True, True, True, False, True, True, False]
    assert db.write(contacts.may_remind, "other", 3, DAY, NOW + DAY) is True


def test_an_upload_is_found_until_its_time_is_over(db: Bench) -> None:
    spot = ("d1", "corp", "image")
    db.write(media.keep, *spot, ref="M1", name="a.png", now=NOW, until=NOW + HOUR)
    db.write(media.keep, "d1", "url", "image", ref="https://u", name="a.png", now=NOW, until=None)
    assert db.read(media.find, *spot, NOW + HOUR - 1) == "M1"
    assert db.read(media.find, *spot, NOW + HOUR) is None
    assert db.read(media.find, "d1", "url", "image", NOW + 90 * DAY) == "https://u"
    assert db.read(media.find, "d1", "moment", "image", NOW) is None
    db.write(media.forget, ["https://u"])
    assert db.read(media.find, "d1", "url", "image", NOW) is None


# -- tasks and reactions ------------------------------------------------------------------------


def lost_task(db: Bench) -> int:
    number = db.write(outbox.enqueue, task(body=Text("天冷了")), NOW)
    assert number is not None
    [row] = db.write(outbox.claim, "bulk", NOW, "L", NOW + MINUTE, 1, WINDOW).rows
    verdict = judge(row, Unsure("no answer"), NOW + 5)
    db.write(outbox.finish, row, verdict, NOW + 5)
    return number


def test_a_lost_creation_is_due_at_once_and_then_now_and_again(db: Bench) -> None:
    number = lost_task(db)
    [row] = db.write(unknown.due, NOW + 5, MINUTE)
    assert (row.id, row.state) == (number, "unsure")
    assert db.write(unknown.due, NOW + 6, MINUTE) == []
    assert db.read(unknown.since, number) == (NOW, NOW + 5)


def test_a_creation_that_is_found_waits_for_its_tap_with_a_trail(db: Bench) -> None:
    number = lost_task(db)
    assert db.write(unknown.found, number, "MSG1", NOW + 9) is True
    [row] = db.look("SELECT * FROM outbox")
    assert (row["state"], row["provider_id"], row["retry_at"]) == ("waiting", "MSG1", NOW + 9)
    assert [r["status"] for r in db.look("SELECT status FROM replies")] == ["waiting_tap"]
    last = db.read(audit.history, "outbox", number)[-1]
    assert (last["before"], last["event"], last["actor"]) == ("unsure", "human", "platform")
    assert db.write(unknown.found, number, "MSG2", NOW + 9) is False
    assert db.read(unknown.known_tasks, task(), NOW) == ["MSG1"]


def test_a_creation_nobody_finds_stays_unsure_and_rests(db: Bench) -> None:
    number = lost_task(db)
    db.write(unknown.rest, number, "not there")
    assert db.states("outbox") == {number: "unsure"}
    assert db.write(unknown.due, NOW + DAY, MINUTE) == []


def test_a_reaction_is_one_event_however_often_it_is_seen(db: Bench) -> None:
    like = event_of(Reaction(kind="liked", moment="m1", account=ME, who="wm1", at=NOW), NOW)
    later = event_of(Reaction(kind="liked", moment="m1", account=ME, who="wm1", at=NOW), NOW + 9)
    other = event_of(Reaction(kind="commented", moment="m1", account=ME, who="wm1", at=NOW), NOW)
    assert db.write(inbox.accept_all, [like, later, other], AT_ONCE) == 2
    rows = db.look("SELECT event, peer, account FROM inbox ORDER BY id")
    assert [(r["event"], r["peer"], r["account"]) for r in rows] == [
        ("moment.liked", "wm1", ME), ("moment.commented", "wm1", ME)]  # fmt: skip


# -- work that goes on --------------------------------------------------------------------------


def test_a_piece_that_was_asked_for_again_meanwhile_is_not_done(db: Bench) -> None:
    db.write(sources.want, "contact:wm1")
    [row] = db.read(pieces.open_pieces, "contact:")
    db.write(sources.want, "contact:wm1")
    assert db.write(pieces.done, row) is False
    [row] = db.read(pieces.open_pieces, "contact:")
    assert db.write(pieces.done, row) is True
    assert db.read(pieces.open_pieces, "contact:") == []


def test_a_batch_keeps_its_list_and_its_cursor_is_fenced(db: Bench) -> None:
    db.write(pieces.begin, "contacts:00000", ["a.b", "c"])
    [row] = db.read(pieces.open_pieces, "contacts:")
    assert pieces.items_of(row) == ("a.b", "c")
    assert db.write(pieces.advance, "contacts:00000", "", "C1") is True
    assert db.write(pieces.advance, "contacts:00000", "", "C2") is False
    db.write(pieces.begin, "contacts:00000", ["a.b"])
    [row] = db.read(pieces.open_pieces, "contacts:")
    assert (row["cursor"], pieces.items_of(row)) == ("", ("a.b",))
    db.write(pieces.clear, "contacts:")
    assert db.read(pieces.open_pieces, "contacts:") == []


def test_the_book_writes_through(db: Bench) -> None:
    import asyncio

    book = StoredBook(db.store, ManualClock(NOW))
    db.write(contacts.put_customers, [person()], NOW)
    db.write(chats.put_chat, chat(ME), NOW)

    async def change() -> None:
        await book.marked(ME, "wm1", ["t9"], ["t1"])
        await book.remarked(ME, "wm1", None, "两间")
        await book.tags_made([INTENT])
        await book.tag_renamed("t2", "凉", None)
        await book.tags_gone(["t1"], [])
        await book.chats_moved([C], "chen.mo")
        assert await book.may_remind("T", 1, DAY) and not await book.may_remind("T", 1, DAY)

    asyncio.run(change())
    assert db.read(contacts.tags_of, "wm1") == {ME: ["t9"]}
    assert (friend(db)["remark"], friend(db)["description"]) == ("", "两间")
    assert [t["name"] for t in db.read(contacts.tags)] == ["凉"]
    assert db.look("SELECT owner FROM chat") == [{"owner": "chen.mo"}]
