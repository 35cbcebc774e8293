"""Group life: lists, members, events without content, and no way in for programs."""

from __future__ import annotations

import pytest

ONE, TWO, INSIDE = "wrBANZHAN01", "wrBANZHAN02", "wrINTERNAL01"
LIST, GET = "externalcontact/groupchat/list", "externalcontact/groupchat/get"


def test_lists_and_members(play) -> None:
    async def story(home) -> None:
        found = await home.post(LIST, {"limit": 100})
        assert [row["chat_id"] for row in found["group_chat_list"]] == [ONE, TWO]
        found = await home.post(LIST, {"limit": 10, "owner_filter": {"userid_list": ["chen.mo"]}})
        assert [row["chat_id"] for row in found["group_chat_list"]] == [TWO]
        assert await home.code(LIST) == 40063
        assert await home.code(LIST, {"limit": 1001}) == 40058
        chat = (await home.post(GET, {"chat_id": ONE, "need_name": 1}))["group_chat"]
        assert (chat["owner"], chat["name"], chat["notice"]) == (
            "lin.xi",
            "半盏茶友·一群",
            "慢慢喝，慢慢聊。",
        )
        names = {row["userid"]: (row["type"], row["name"]) for row in chat["member_list"]}
        assert names["wmBANZHAN0003"] == (2, "🍵阿岚") and names["gu.song"] == (1, "老顾")
        assert await home.code(GET, {"chat_id": INSIDE}) == 90501
        assert await home.code(GET, {"chat_id": "wrNO"}) == 86001

    play(story)


def test_join_and_leave_events(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await home.do(f"/groups/{ONE}/join", {"customer": made, "state": "grp-a"})
        await home.do(f"/groups/{ONE}/leave", {"customer": made})
        await home.do(f"/groups/{ONE}/change", {"name": "新名", "owner": "gu.song"})
        events = await home.receiver.wait(4)
        joined, left = events[0], events[1]
        assert (joined["Event"], joined["ChangeType"]) == ("change_external_chat", "update")
        assert (joined["UpdateDetail"], joined["JoinScene"]) == ("add_member", "3")
        assert f"<MemChangeList><Item><![CDATA[{made}]]></Item>" in home.receiver.texts[0]
        assert (joined["LastMemVer"], joined["CurMemVer"]) == ("v1", "v2")
        assert (left["UpdateDetail"], left["QuitScene"]) == ("del_member", "0")
        assert [each["UpdateDetail"] for each in events[2:]] == ["change_name", "change_owner"]
        chat = (await home.post(GET, {"chat_id": ONE}))["group_chat"]
        assert (chat["name"], chat["owner"], chat["member_version"]) == ("新名", "gu.song", "v3")

    play(story)


def test_new_groups_and_their_end(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        group = await home.do(
            "/groups", {"kind": "customer", "owner": "su.he", "members": [made], "name": "三群"}
        )
        await home.do(f"/groups/{group['chat_id']}/dismiss")
        kinds = [each["ChangeType"] for each in await home.receiver.wait(2)]
        assert kinds == ["create", "dismiss"]
        quiet = await home.do("/groups", {"kind": "internal", "owner": "su.he", "members": []})
        assert quiet["callbacks"] == []
        for body in (
            {"kind": "public", "owner": "su.he"},
            {"kind": "internal", "owner": "no"},
            {"kind": "internal", "owner": "su.he", "members": [made]},
            {},
        ):
            status, _ = await home.control("POST", "/groups", body)
            assert status in (400, 404)

    play(story)


def test_words_in_a_customer_group_reach_no_app(play) -> None:
    async def story(home) -> None:
        await home.do(f"/groups/{ONE}/say", {"from": "wmBANZHAN0001", "text": "@小盏 在吗"})
        assert await home.texts("wmBANZHAN0002") == [("group", "text", "@小盏 在吗")]
        assert await home.texts("wmBANZHAN0001") == [], "own words are not in the inbox"
        assert len(await home.see(f"/chats/{ONE}/messages")) == 1
        assert home.receiver.events == [] and not home.box.world.store.pending
        status, _ = await home.control(
            "POST", f"/groups/{ONE}/say", {"from": "wmBANZHAN0004", "text": "x"}
        )
        assert status == 409

    play(story)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("webhook/send", {"msgtype": "text", "text": {"content": "x"}, "key": ONE}),
        ("appchat/send", {"chatid": ONE, "msgtype": "text", "text": {"content": "x"}}),
        (
            "message/send",
            {"touser": ONE, "agentid": 1000002, "msgtype": "text", "text": {"content": "x"}},
        ),
        (
            "kf/send_msg",
            {
                "touser": ONE,
                "open_kfid": "wkBANZHAN01",
                "msgtype": "text",
                "text": {"content": "x"},
            },
        ),
    ],
)
def test_no_program_writes_into_a_customer_group(play, path, body) -> None:
    async def story(home) -> None:
        url = f"{home.box.urls()['api']}/{path}?access_token={home.token}"
        async with home.http.post(url, json=body) as found:
            assert (await found.json())["errcode"] != 0
        assert await home.see(f"/chats/{ONE}/messages") == []
        assert await home.texts("wmBANZHAN0001") == []

    play(story)


def test_sidebar_is_a_hand_not_a_program(play) -> None:
    async def story(home) -> None:
        await home.do("/staff/lin.xi/sidebar/send", {"chat_id": ONE, "text": "都来喝茶"})
        assert await home.texts("wmBANZHAN0001") == [("group", "text", "都来喝茶")]
        await home.do("/staff/lin.xi/sidebar/send", {"customer": "wmBANZHAN0001", "text": "给你"})
        assert (await home.texts("wmBANZHAN0001"))[1] == ("contact", "text", "给你")
        status, _ = await home.control(
            "POST", "/staff/su.he/sidebar/send", {"customer": "wmBANZHAN0001", "text": "x"}
        )
        assert status == 409

    play(story)
