"""No message reaches a customer group or a moments feed without a tap, whatever a program tries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.world import load
from tests.sandbox.conftest import House
from tests.sandbox.test_robots import robot

GROUP, OWNER, MEMBER = "wrBANZHAN01", "lin.xi", "wmBANZHAN0001"
EXT, KF, BOT = "externalcontact/", "wkBANZHAN01", "aibBANZHAN01"
TEXT = {"msgtype": "text", "text": {"content": "快来买"}}
MARKDOWN = {"msgtype": "markdown", "markdown": {"content": "快来买"}}
AGENT = {"agentid": 1000002}
Way = Callable[[House], Awaitable[int]]


def post(path: str, body: dict[str, Any], code: int) -> tuple[Way, int]:
    """A call of the API, and the code that it must get."""

    async def call(home: House) -> int:
        return await home.code(path, body)

    return call, code


async def robot_push(home: House) -> int:
    async with robot(home) as client:
        return await client.code("aibot_send_msg", {"chatid": GROUP} | MARKDOWN)


async def robot_reply(home: House) -> int:
    """A robot cannot even be asked in a customer group, so there is nothing to answer."""
    asked = {"from": MEMBER, "text": "@小盏 在吗"}
    await home.do(f"/groups/{GROUP}/say", asked)
    async with robot(home) as client:
        return await client.code("aibot_respond_msg", MARKDOWN, "invented")


async def appchat_of_the_same_id(home: House) -> int:
    users = {"userlist": ["lin.xi", "gu.song"], "chatid": GROUP}
    return await home.code("appchat/create", users)


async def appchat_with_customers(home: House) -> int:
    return await home.code("appchat/create", {"userlist": ["lin.xi", MEMBER]})


async def appchat_adds_customers(home: House) -> int:
    made = await home.post("appchat/create", {"userlist": ["lin.xi", "gu.song"]})
    change = {"chatid": made["chatid"], "add_user_list": [MEMBER]}
    return await home.code("appchat/update", change)


async def sidebar_without_identity(home: House) -> int:
    url = f"{home.box.urls()['sandbox']}/jssdk/call"
    body = {"seat": "invented", "api": "sendChatMessage", "args": TEXT}
    async with home.http.post(url, json=body) as answer:
        return int((await answer.json())["errcode"])


KF_SEND = {"open_kfid": KF, "touser": GROUP} | TEXT
WAYS: dict[str, tuple[Way, int]] = {
    "webhook": post("webhook/send", TEXT | {"key": "wh-CUSTOMER"}, 93000),
    "webhook by chat id": post("webhook/send", TEXT | {"key": GROUP}, 93000),
    "appchat send": post("appchat/send", TEXT | {"chatid": GROUP}, 86008),
    "appchat create": (appchat_of_the_same_id, 86215),
    "appchat with customers": (appchat_with_customers, 60111),
    "appchat adds customers": (appchat_adds_customers, 60111),
    "message to the group": post("message/send", TEXT | AGENT | {"touser": GROUP}, 81013),
    "message to a customer": post("message/send", TEXT | AGENT | {"touser": MEMBER}, 81013),
    "message to a party": post("message/send", TEXT | AGENT | {"toparty": GROUP}, 81013),
    "robot push": (robot_push, 93006),
    "robot reply": (robot_reply, 846605),
    "kf to the group": post("kf/send_msg", KF_SEND, 40096),
    "kf to a customer": post("kf/send_msg", KF_SEND | {"touser": MEMBER}, 95018),
    "welcome": post(EXT + "send_welcome_msg", {"welcome_code": GROUP, "text": {"content": "x"}}, 41050),
    "sidebar": (sidebar_without_identity, -1),
    "official account": post("message/custom/send", TEXT | {"touser": GROUP}, 40014),
}  # fmt: skip


async def seen(home: House) -> list[Any]:
    """Everything that stands in the group, and all that its members and friends received."""
    people = [f"wmBANZHAN000{each}" for each in range(1, 6)]
    boxes = [await home.see(f"/customers/{each}/messages") for each in people]
    chat = await home.see(f"/chats/{GROUP}/messages")
    return [row for box in (*boxes, chat) for row in box if row["from"] != MEMBER]


@pytest.mark.parametrize("name", WAYS)
def test_refused(play, name: str, tmp_path) -> None:
    way, code = WAYS[name]

    async def story(home: House) -> None:
        home.box.world.store.webhooks["wh-CUSTOMER"] = GROUP
        assert await way(home) == code
        assert await seen(home) == []

    play(story)


def test_a_world_file_cannot_put_a_webhook_there(tmp_path) -> None:
    path = tmp_path / "w.toml"
    text = load.DEFAULT.read_text(encoding="utf-8")
    path.write_text(text.replace('notice = "慢慢', 'webhook_keys = ["k"]\nnotice = "慢慢'), "utf-8")
    with pytest.raises(load.BadWorld, match="customer group cannot hold a webhook"):
        load.read(path)[1](0)


async def tap(home: House, kind: str) -> list[Any]:
    """What is visible after days of waiting, and what after the owner's tap."""
    tasks = [each for each in await home.see(f"/staff/{OWNER}/tasks") if each["kind"] == kind]
    assert len(tasks) == 1 and await seen(home) == []
    await home.advance(3 * 86_400)
    assert await seen(home) == [], "time alone sends nothing"
    await home.do(f"/staff/{OWNER}/tasks/{tasks[0]['id']}/confirm")
    return await seen(home)


def test_bulk_to_a_group_waits_for_the_owner(play) -> None:
    async def story(home: House) -> None:
        bulk = {"chat_type": "group", "sender": OWNER, "chat_id_list": [GROUP]}
        made = await home.post(EXT + "add_msg_template", bulk | {"text": {"content": "茶会"}})
        assert await home.code(EXT + "remind_groupmsg_send", {"msgid": made["msgid"]}) == 0
        rows = await tap(home, "bulk_group")
        assert {row["channel"] for row in rows} == {"group"} and rows[0]["from"] == OWNER
        assert {row["text"] for row in rows} == {"茶会"}

    play(story)


def test_bulk_by_another_member_reaches_nobody(play) -> None:
    async def story(home: House) -> None:
        bulk = {"chat_type": "group", "sender": "su.he", "chat_id_list": [GROUP]}
        assert await home.code(EXT + "add_msg_template", bulk | {"text": {"content": "x"}}) == 41048
        assert await seen(home) == []

    play(story)


def test_a_moment_waits_for_the_member(play) -> None:
    async def story(home: House) -> None:
        moment = {
            "text": {"content": "新品"},
            "visible_range": {"sender_list": {"user_list": [OWNER]}},
        }
        await home.post(EXT + "add_moment_task", moment)
        rows = await tap(home, "moment")
        assert {row["channel"] for row in rows} == {"moment"} and len(rows) == 3

    play(story)


def test_a_refused_or_cancelled_task_sends_nothing(play) -> None:
    async def story(home: House) -> None:
        bulk = {"chat_type": "group", "sender": OWNER, "text": {"content": "x"}}
        await home.post(EXT + "add_msg_template", bulk)
        made = await home.post(EXT + "add_msg_template", bulk)
        first, second = await home.see(f"/staff/{OWNER}/tasks")
        await home.do(f"/staff/{OWNER}/tasks/{first['id']}/refuse")
        assert await home.code(EXT + "cancel_groupmsg_send", {"msgid": made["msgid"]}) == 0
        status, _ = await home.control("POST", f"/staff/{OWNER}/tasks/{second['id']}/confirm")
        other, _ = await home.control("POST", f"/staff/su.he/tasks/{first['id']}/confirm")
        assert (status, other) == (409, 404) and await seen(home) == []

    play(story)
