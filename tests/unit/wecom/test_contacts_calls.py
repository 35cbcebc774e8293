"""What the verbs of customer contact put on the wire, and what they make of strange answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.body import Rich
from bot.core.clock import DAY, ManualClock
from bot.wecom.contacts.album import Product
from bot.wecom.contacts.book import Blank, Desk
from bot.wecom.contacts.bulk import BulkSearch
from bot.wecom.contacts.checks import BadCall
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.contacts.intercepts import Intercept
from bot.wecom.contacts.people import follow
from bot.wecom.contacts.transfers import Handover
from bot.wecom.contacts.ways import Way
from bot.wecom.errors import ApiError
from bot.wecom.files import Assets
from bot.wecom.media import BriefShelf, Uploads
from tests.unit.wecom.stub import Call, Stub, client, platform

Use = Callable[[Contacts], Awaitable[Any]]


def sent(call: Call) -> Any:
    return json.loads(call.body) if call.body else {}


def ask(stub: Stub, use: Use, folder: Path = Path("nowhere")) -> Any:
    """What ``use`` makes of the stub's answers."""

    async def run() -> Any:
        async with platform(stub), client(stub.url) as api:
            uploads = Uploads(Assets(folder), BriefShelf(), ManualClock(), margin=0, seconds=90)
            return await use(Contacts(Desk(api, Blank(), ManualClock(), uploads)))

    return asyncio.run(run())


def answers(*bodies: dict[str, Any]) -> Stub:
    """A stub that gives these answers in turn, the last one for good."""
    left = list(bodies)
    return Stub(answer=lambda call: {"errcode": 0, **(left.pop(0) if len(left) > 1 else left[0])})


async def listed(rows: Any) -> list[Any]:
    return [row async for row in rows]


# path, body as the platform gets it, the answer, what the verb makes of it
SIMPLE: list[tuple[str, Use, dict[str, Any], Any, Any]] = [
    ("externalcontact/close_temp_chat", lambda c: c.ways.close_chat("li.na", "wm1"), {},
     {"userid": "li.na", "external_userid": "wm1"}, None),
    ("externalcontact/opengid_to_chatid", lambda c: c.groups.id_of("og1"), {"chat_id": "wr1"},
     {"opengid": "og1"}, "wr1"),
    ("externalcontact/groupchat/statistic_group_by_day",
     lambda c: c.groups.statistic_by_day(["a"], DAY, 2 * DAY), {"items": [{"stat_time": 1}]},
     {"day_begin_time": 86400, "day_end_time": 172800, "owner_filter": {"userid_list": ["a"]}},
     [{"stat_time": 1}]),
    ("externalcontact/customer_acquisition/get_chat_info", lambda c: c.acquisition.chat_info("K"),
     {"userid": "a"}, {"chat_key": "K"}, {"errcode": 0, "userid": "a"}),
    ("externalcontact/contact_list", lambda c: listed(c.people.served()),
     {"info_list": [{"tmp_openid": "t"}]}, {"limit": 1000}, [{"tmp_openid": "t"}]),
    ("externalcontact/add_intercept_rule",
     lambda c: c.intercepts.add(Intercept(name="r", words=("a",), users=("u",),
                                          semantics=("phone",), block=False)), {"rule_id": "R"},
     {"rule_name": "r", "word_list": ["a"], "semantics_list": [1], "intercept_type": 2,
      "applicable_range": {"user_list": ["u"]}}, "R"),
    ("externalcontact/get_product_album", lambda c: c.album.get("P"), {"product": {"price": 1}},
     {"product_id": "P"}, {"price": 1}),
    ("externalcontact/get_user_behavior_data",
     lambda c: c.figures.behaviour(0, DAY, departments=[7]), {"behavior_data": [{"chat_cnt": 1}]},
     {"partyid": [7], "start_time": 0, "end_time": 86400}, [{"chat_cnt": 1}]),
    ("externalcontact/resigned/transfer_customer",
     lambda c: c.transfers.customers(Handover(giver="a", taker="b", resigned=True), ["wm1"], "hi"),
     {"customer": [{"external_userid": "wm1", "errcode": 0}]},
     {"handover_userid": "a", "takeover_userid": "b", "external_userid": ["wm1"]}, {"wm1": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "use", "answer", "body", "found"), SIMPLE,
                         ids=[row[0].rpartition("/")[2] for row in SIMPLE])  # fmt: skip
def test_a_verb_says_and_understands(
    path: str, use: Use, answer: dict[str, Any], body: Any, found: Any
) -> None:
    stub = answers(answer)
    assert ask(stub, use) == found
    assert [(c.method, c.path, sent(c)) for c in stub.calls] == [("POST", path, body)]


def test_pages_are_read_to_the_end() -> None:
    stub = answers(
        {"contact_way": [{"config_id": "A"}], "next_cursor": "c1"},
        {"contact_way": [], "next_cursor": "c2"},
        {"contact_way": [{"config_id": "B"}], "next_cursor": ""},
    )
    assert ask(stub, lambda c: listed(c.ways.each())) == ["A", "B"]
    assert [sent(c).get("cursor") for c in stub.calls] == [None, "c1", "c2"]


def test_a_cursor_that_stands_still_ends_the_reading() -> None:
    stub = answers({"contact_way": [{"config_id": "A"}], "next_cursor": "c1"})
    assert ask(stub, lambda c: listed(c.ways.each())) == ["A", "A"]
    assert len(stub.calls) == 2


def test_owners_are_asked_for_a_hundred_at_a_time() -> None:
    stub = answers({"group_chat_list": []})
    ask(stub, lambda c: listed(c.groups.ids([f"u{i}" for i in range(201)])))
    sizes = [len(sent(c)["owner_filter"]["userid_list"]) for c in stub.calls]
    assert sizes == [100, 100, 1]
    assert ask(answers({}), lambda c: listed(c.groups.ids([]))) == []


def test_nobody_has_him_is_no_error() -> None:
    stub = Stub(answer=lambda call: {"errcode": 84061, "errmsg": "no"})
    assert ask(stub, lambda c: c.people.get("wm1")) is None
    assert ask(stub, lambda c: c.people.ids("li.na")) == []
    assert ask(stub, lambda c: c.people.page(["li.na"])).customers == ()
    other = Stub(answer=lambda call: {"errcode": 60111, "errmsg": "no"})
    for use in (lambda c: c.people.get("wm1"), lambda c: c.people.page(["li.na"])):
        with pytest.raises(ApiError, match="60111"):
            ask(other, use)


def test_a_customer_with_many_followers_is_read_over_pages() -> None:
    def part(name: str, cursor: str) -> dict[str, Any]:
        return {"external_contact": {"external_userid": "wm1", "name": "周", "type": 1},
                "follow_user": [{"userid": name, "createtime": 5}], "next_cursor": cursor}  # fmt: skip

    stub = answers(part("a", "c1"), part("b", ""))
    person = ask(stub, lambda c: c.people.get("wm1"))
    assert [(f.account, f.since) for f in person.follows] == [("a", 5000), ("b", 5000)]
    assert [c.query.get("cursor") for c in stub.calls] == [None, "c1"]


def test_a_page_names_those_whom_it_left_out_and_its_cursor() -> None:
    stub = answers({"external_contact_list": [
        {"external_contact": {"external_userid": "wm1"},
         "follow_info": {"userid": "a", "tag_id": ["t", "t"], "add_way": 99}}],
        "next_cursor": "c1", "fail_info": {"unlicensed_userid_list": ["b"]}})  # fmt: skip
    page = ask(stub, lambda c: c.people.page(["a", "b"]))
    assert (page.cursor, page.unlisted) == ("c1", ("b",))
    assert (page.customers[0].follows[0].tags, page.customers[0].follows[0].add_way) == (("t",), 99)
    assert sent(stub.calls[0]) == {"userid_list": ["a", "b"], "limit": 100}
    with pytest.raises(BadCall, match="101 members"):
        ask(stub, lambda c: c.people.page([f"u{i}" for i in range(101)]))


def test_tags_come_as_ids_or_as_objects_and_personal_ones_have_none() -> None:
    rows = [{"tag_id": "t1", "type": 1}, {"tag_name": "own", "type": 2}, {"tag_id": "t3"}]
    assert follow({"userid": "a", "tags": rows}).tags == ("t1", "t3")
    assert follow({"userid": "a"}).tags == ()


def test_deleted_tags_are_not_shown() -> None:
    stub = answers({"tag_group": [
        {"group_id": "g1", "group_name": "G", "tag": [{"id": "t1", "name": "a"},
                                                      {"id": "t2", "name": "b", "deleted": True}]},
        {"group_id": "g2", "group_name": "H", "deleted": True, "tag": []}]})  # fmt: skip
    (group,) = ask(stub, lambda c: c.tags.all())
    assert [tag.id for tag in group.tags] == ["t1"]


@pytest.mark.parametrize("use", [
    lambda c: c.tags.mark("a", "wm1"),
    lambda c: c.tags.remove(),
    lambda c: c.tags.add("", ["x" * 31], group_id="g"),
    lambda c: c.tags.add("h" * 31, ["x"]),
    lambda c: c.tags.add("h", []),
    lambda c: c.tags.mark("a", "wm1", add=["t"] * 3001),
    lambda c: c.people.remark("a", "wm1"),
    lambda c: c.people.remark("a", "wm1", remark="周" * 21),
    lambda c: c.people.remark("a", "wm1", description="周" * 151),
    lambda c: c.people.remark("a", "wm1", company="周" * 21),
    lambda c: c.transfers.customers(Handover(giver="a", taker="b"), []),
    lambda c: c.transfers.customers(Handover(giver="a", taker="b"), ["wm"] * 101),
    lambda c: c.transfers.customers(Handover(giver="a", taker="b"), ["wm"], "x" * 201),
    lambda c: c.transfers.groups(["wr"] * 101, "b", resigned=False),
    lambda c: c.figures.behaviour(0, DAY),
    lambda c: c.figures.behaviour(0, 31 * DAY, accounts=["a"]),
    lambda c: c.groups.statistic_by_day(["a"], 0, 31 * DAY),
    lambda c: c.groups.statistic_by_day([], 0, DAY),
])  # fmt: skip
def test_what_is_over_a_limit_makes_no_call(use: Use) -> None:
    stub = answers({})
    with pytest.raises(BadCall):
        ask(stub, use)
    assert stub.calls == []


def test_a_remark_at_its_limits_goes_and_clears_what_is_empty() -> None:
    stub = answers({})
    ask(stub, lambda c: c.people.remark("a", "wm1", remark="周" * 20, description="",
                                        mobiles=[]))  # fmt: skip
    body = sent(stub.calls[0])
    assert (body["remark"], body["description"]) == ("周" * 20, "")
    assert body["remark_mobiles"] == [""] and "remark_company" not in body


def test_a_lost_bulk_message_is_found_by_words_account_and_receivers() -> None:
    def answer(call: Call) -> dict[str, Any]:
        body = sent(call)
        if call.path.endswith("get_groupmsg_list_v2"):
            rows = [
                ("M1", "天冷了"),
                ("M2", "天冷了"),
                ("M3", "别的"),
                ("M4", "天冷了"),
                ("M5", "天冷了"),
            ]
            return {"errcode": 0, "group_msg_list": [
                {"msgid": m, "create_time": "5", "text": {"content": t}} for m, t in rows]}  # fmt: skip
        if call.path.endswith("get_groupmsg_task"):
            who = "other" if body["msgid"] == "M2" else "li.na"
            return {"errcode": 0, "task_list": [{"userid": who, "status": 0}]}
        who = "wm1" if body["msgid"] == "M4" else "wm9"
        return {"errcode": 0, "send_list": [{"external_userid": who, "status": 0}]}

    wanted = BulkSearch(kind="single", account="li.na", text="天冷了", receivers=["wm1"], since=0,
                        until=DAY, known=["M5"])  # fmt: skip
    assert ask(Stub(answer=answer), lambda c: c.bulk.find(wanted)) == ["M4"]


def test_a_moment_is_found_by_its_words_attachments_and_account() -> None:
    def answer(call: Call) -> dict[str, Any]:
        if call.path.endswith("get_moment_list"):
            return {"errcode": 0, "moment_list": [
                {"moment_id": "A", "text": {"content": "早"}},
                {"moment_id": "B", "text": {"content": "早"}, "image": [{"media_id": "1"}]},
                {"moment_id": "C", "text": {"content": "早"}, "link": {"title": "t"}}]}  # fmt: skip
        return {"errcode": 0, "task_list": [{"userid": "li.na", "publish_status": 0}]}

    stub = Stub(answer=answer)
    find: Use = lambda c: c.moments.find("li.na", "早", ["image"], since=0, until=DAY)  # noqa: E731
    assert ask(stub, find) == ["B"]
    none: Use = lambda c: c.moments.find("xu", "早", ["image"], since=0, until=DAY)  # noqa: E731
    assert ask(Stub(answer=answer), none) == []


def test_reactions_of_staff_are_left_out() -> None:
    stub = answers({"like_list": [{"external_userid": "wm1", "create_time": 5}, {"userid": "a"}],
                    "comment_list": [{"external_userid": "wo2", "create_time": "6"}]})  # fmt: skip
    found = ask(stub, lambda c: c.moments.reactions("M", "li.na"))
    assert [(r.kind, r.who, r.at) for r in found] == [
        ("liked", "wm1", 5000), ("commented", "wo2", 6000)]  # fmt: skip


def test_a_rule_that_changes_takes_back_whom_it_no_longer_names() -> None:
    stub = answers({"rule": {"applicable_range": {"user_list": ["a", "b"]}}}, {})
    ask(stub, lambda c: c.intercepts.change("R", Intercept(name="r", words=("w",), users=("b",))))
    body = sent(stub.calls[1])
    assert body["add_applicable_range"] == {"user_list": ["b"]}
    assert body["remove_applicable_range"] == {"user_list": ["a"]}


def test_a_products_pictures_are_uploaded_for_the_album(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n tea")
    stub = answers({"media_id": "M"}, {"product_id": "P"})
    made = ask(stub, lambda c: c.album.add(Product(words="茶", price=1, pictures=("a.png",))),
               tmp_path)  # fmt: skip
    assert made == "P"
    upload, add = stub.calls
    assert (upload.path, upload.query["attachment_type"]) == ("media/upload_attachment", "2")
    assert sent(add)["attachments"] == [{"type": "image", "image": {"media_id": "M"}}]


def test_statistics_are_read_until_the_total_is_there() -> None:
    stub = answers({"total": 3, "next_offset": 2, "items": [{"owner": "a"}, {"owner": "b"}]},
                   {"total": 3, "next_offset": 3, "items": [{"owner": "c"}]})  # fmt: skip
    rows = ask(stub, lambda c: listed(c.groups.statistic(["a", "b", "c"], 0, DAY, order_by=4)))
    assert [row["owner"] for row in rows] == ["a", "b", "c"]
    assert [sent(c)["offset"] for c in stub.calls] == [0, 2]


def test_a_changed_way_keeps_type_and_scene_out_of_the_call() -> None:
    stub = answers({}, {"contact_way": {"qr_code": "https://q"}})
    ask(stub, lambda c: c.ways.change("C", Way(users=("a",))))
    assert sent(stub.calls[0]) == {"config_id": "C", "skip_verify": True, "user": ["a"]}


def test_a_group_welcome_is_flat_on_the_wire() -> None:
    from bot.core.body import Link
    from bot.wecom.contacts.materials import Material

    stub = answers({"template_id": "T"})
    body = Rich("欢迎", (Link("题", "https://x"),))
    ask(stub, lambda c: c.materials.add(Material(body=body, notify=False)))
    assert sent(stub.calls[0]) == {"text": {"content": "欢迎"}, "notify": 0,
                                   "link": {"title": "题", "url": "https://x"}}  # fmt: skip
