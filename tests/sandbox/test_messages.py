"""Application messages, the webhook robot, media, and the directory."""

from __future__ import annotations

import base64
import hashlib

import pytest

HOOK = "wh-BANZHAN-01"
PNG = b"\x89PNG and a little more"
DAY = 86_400
NOTICE = {
    "card_type": "text_notice",
    "main_title": {"title": "到货"},
    "card_action": {"type": 1, "url": "https://x.example"},
}


def note(words: str = "新线索", **more) -> dict:
    body = {"touser": "lin.xi", "agentid": 1000002, "msgtype": "text"}
    return body | {"text": {"content": words}} | more


def test_send_and_recall(play) -> None:
    async def story(home) -> None:
        sent = await home.post("message/send", note(touser="LIN.XI|nobody|chen.mo"))
        assert sent["errcode"] == 0 and sent["invaliduser"] == "nobody"
        rows = await home.see("/chats/chen.mo/messages")
        assert [(row["channel"], row["from"], row["text"]) for row in rows] == [
            ("app", "1000002", "新线索")
        ]
        assert await home.code("message/recall", {"msgid": "other"}) == 40058
        assert await home.code("message/recall", {"msgid": sent["msgid"]}) == 0
        assert await home.see("/chats/chen.mo/messages") == []
        late = await home.post("message/send", note(touser="@all"))
        assert len(await home.see("/chats/he.qing/messages")) == 1
        await home.advance(DAY + 1)
        assert await home.code("message/recall", {"msgid": late["msgid"]}) == 42052

    play(story)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (note(touser="nobody"), 81013),
        (note(touser=""), 40063),
        (note(agentid=1), 40056),
        ({"touser": "lin.xi", "msgtype": "text", "text": {"content": "x"}}, 41011),
        (note(msgtype="poem"), 40008),
        (note(touser="|".join(["lin.xi"] * 1001)), 40032),
        (note("茶" * 700), 0),
        (note(msgtype="markdown", markdown={"content": "茶" * 683}), 45002),
        (note(msgtype="news", news={"articles": [{"title": "t", "url": "u"}] * 9}), 45008),
        (note(msgtype="image", image={"media_id": "gone"}), 40007),
        (note(msgtype="template_card", template_card={"card_type": "odd"}), 42031),
        (note(duplicate_check_interval=14_401), 40058),
    ],
)
def test_app_messages_are_checked(play, body, code) -> None:
    async def story(home) -> None:
        assert await home.code("message/send", body) == code

    play(story)


def test_long_text_is_cut_not_refused(play) -> None:
    async def story(home) -> None:
        await home.post("message/send", note("茶" * 700))
        assert len((await home.see("/chats/lin.xi/messages"))[0]["text"]) == 682

    play(story)


def test_duplicate_check(play) -> None:
    async def story(home) -> None:
        body = note(enable_duplicate_check=1, duplicate_check_interval=60)
        first, again = await home.post("message/send", body), await home.post("message/send", body)
        assert first["msgid"] == again["msgid"]
        assert len(await home.see("/chats/lin.xi/messages")) == 1
        await home.advance(61)
        await home.post("message/send", body)
        assert len(await home.see("/chats/lin.xi/messages")) == 2

    play(story)


def test_surplus_to_one_member_vanishes_silently(play) -> None:
    async def story(home) -> None:
        codes = {await home.code("message/send", note(str(n))) for n in range(32)}
        assert codes == {0} and len(await home.see("/chats/lin.xi/messages")) == 30

    play(story)


def test_card_codes_work_once(play) -> None:
    async def story(home) -> None:
        button = {"text": "好", "key": "ok"}
        card = {"card_type": "button_interaction", "task_id": "t-1", "button_list": [button]}
        sent = await home.post("message/send", note(msgtype="template_card", template_card=card))
        change = {
            "agentid": 1000002,
            "response_code": sent["response_code"],
            "button": {"replace_name": "已处理"},
        }
        assert await home.code("message/update_template_card", change) == 0
        assert await home.code("message/update_template_card", change) == 42014

    play(story)


def test_webhook_twenty_a_minute(play) -> None:
    async def story(home) -> None:
        home.token = ""
        body = {"msgtype": "text", "text": {"content": "本周晒茶席"}}
        codes = [await home.code("webhook/send", body, key=HOOK) for _ in range(21)]
        assert codes == [0] * 20 + [45009]
        rows = await home.see("/chats/wrINTERNAL01/messages")
        assert len(rows) == 20 and rows[0]["channel"] == "webhook"
        await home.advance(60)
        assert await home.code("webhook/send", body, key=HOOK) == 0
        assert await home.code("webhook/send", body, key="dead") == 93000
        assert await home.code("webhook/send", body) == 93000

    play(story)


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": "茶" * 683}}, 45002),
        ({"msgtype": "markdown", "markdown": {"content": "x" * 4096}}, 0),
        ({"msgtype": "markdown", "markdown": {"content": "x" * 4097}}, 45002),
        ({"msgtype": "markdown_v2", "markdown_v2": {"content": "# 早"}}, 0),
        (
            {"msgtype": "news", "news": {"articles": [{"title": "t", "url": "https://a"}] * 9}},
            45008,
        ),
        (
            {
                "msgtype": "image",
                "image": {"base64": base64.b64encode(PNG).decode(), "md5": md5(PNG)},
            },
            0,
        ),
        (
            {"msgtype": "image", "image": {"base64": base64.b64encode(PNG).decode(), "md5": "0"}},
            40035,
        ),
        ({"msgtype": "template_card", "template_card": NOTICE}, 0),
        ({"msgtype": "template_card", "template_card": {"card_type": "vote_interaction"}}, 42031),
        ({"msgtype": "file", "file": {"media_id": "gone"}}, 40007),
        ({"msgtype": "appchat"}, 40008),
    ],
)
def test_webhook_messages(play, message, code) -> None:
    async def story(home) -> None:
        assert await home.code("webhook/send", message, key=HOOK) == code

    play(story)


def test_webhook_media_belongs_to_its_key(play) -> None:
    async def story(home) -> None:
        made = await home.upload(
            "webhook/upload_media", "茶单.pdf", b"123456", key=HOOK, type="file"
        )
        body = {"msgtype": "file", "file": {"media_id": made["media_id"]}}
        assert await home.code("webhook/send", body, key=HOOK) == 0
        other = await home.upload("media/upload", "a.pdf", b"123456", type="file")
        body = {"msgtype": "file", "file": {"media_id": other["media_id"]}}
        assert await home.code("webhook/send", body, key=HOOK) == 40007
        found = await home.upload("webhook/upload_media", "a", b"123456", key="dead", type="file")
        assert found["errcode"] == 93000

    play(story)


def test_media_up_and_down_and_three_days(play) -> None:
    async def story(home) -> None:
        made = await home.upload("media/upload", "a.png", PNG, type="image")
        assert made["type"] == "image" and made["created_at"] == str(home.box.world.now_s())
        url = f"{home.box.urls()['api']}/media/get"
        query = {"access_token": home.token, "media_id": made["media_id"]}
        async with home.http.get(url, params=query) as found:
            assert await found.read() == PNG
            assert "a.png" in found.headers["Content-Disposition"]
        async with home.http.get(url, params=query, headers={"Range": "bytes=1-3"}) as found:
            assert found.status == 206 and await found.read() == b"PNG"
        await home.advance(3 * DAY + 1)
        assert (await home.get("media/get", media_id=made["media_id"]))["errcode"] == 40007

    play(story)


MB = 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "name", "data", "code"),
    [
        ("image", "a.png", b"", 44001),
        ("image", "a.png", b"12345", 40006),
        ("image", "a.gif", b"GIF89a....", 40005),
        ("image", "a.png", PNG, 0),
        ("voice", "a.mp3", b"ID3.......", 40005),
        ("voice", "a.amr", b"#!AMR\n....", 0),
        ("voice", "a.amr", b"x" * (2 * MB + 1), 40006),
        ("file", "a.bin", b"x" * 6, 0),
        ("image", "a.png", b"x" * (10 * MB), 0),
        ("image", "a.png", b"x" * (10 * MB + 1), 40009),
        ("poem", "a.txt", b"123456", 40004),
    ],
    ids=range(11),
)
def test_media_limits(play, kind, name, data, code) -> None:
    async def story(home) -> None:
        assert (await home.upload("media/upload", name, data, type=kind)).get("errcode") == code

    play(story)


def test_permanent_pictures(play) -> None:
    async def story(home) -> None:
        made = await home.upload("media/uploadimg", "a.png", PNG)
        async with home.http.get(made["url"]) as found:
            assert await found.read() == PNG

    play(story)


def test_directory(play) -> None:
    async def story(home) -> None:
        assert (await home.get("user/get", userid="lin.xi"))["name"] == "小盏·林溪"
        assert (await home.get("user/get", userid="nobody"))["errcode"] == 60111
        assert (await home.get("user/get"))["errcode"] == 41009
        listed = await home.get("user/simplelist", department_id=1)
        assert len(listed["userlist"]) == 7
        assert (await home.get("department/simplelist"))["department_id"][0]["id"] == 1
        assert (await home.get("agent/get", agentid=1000002))["name"] == "半盏助手"
        assert (await home.get("agent/get"))["errcode"] == 41011
        assert (await home.get("getcallbackip"))["ip_list"]

    play(story)


def test_permissions_and_trusted_ip(play, tmp_path) -> None:
    from sandbox.world import load

    async def story(home) -> None:
        assert await home.code("kf/account/list") == 48002
        assert (await home.get("user/get", userid="lin.xi"))["errcode"] == 0

    text = load.DEFAULT.read_text(encoding="utf-8")
    world = tmp_path / "narrow.toml"
    world.write_text(text.replace('"contact", "kf", "message", "directory"', '"directory"'))
    play(story, world=world)

    async def locked(home) -> None:
        assert (await home.get("user/get", userid="lin.xi"))["errcode"] == 60020

    world.write_text(text.replace('# trusted_ips = ["127.0.0.1"]', 'trusted_ips = ["10.0.0.1"]'))
    play(locked, world=world)


def test_group_chats_of_an_app(play) -> None:
    async def story(home) -> None:
        made = await home.post("appchat/create", {"name": "排班", "userlist": ["lin.xi", "su.he"]})
        chat = {"chatid": made["chatid"]}
        hello = chat | {"msgtype": "text", "text": {"content": "早班名单"}}
        assert await home.code("appchat/send", hello) == 0
        assert (await home.see(f"/chats/{chat['chatid']}/messages"))[0]["text"] == "早班名单"
        assert await home.code("appchat/update", chat | {"add_user_list": ["chen.mo"]}) == 0
        found = await home.get("appchat/get", **chat)
        assert found["chat_info"]["userlist"] == ["lin.xi", "su.he", "chen.mo"]
        for foreign in ("wrINTERNAL01", "wrBANZHAN01"):
            assert await home.code("appchat/send", hello | {"chatid": foreign}) == 86008
        assert await home.code("appchat/create", {"userlist": ["lin.xi"]}) == 86006
        guest = {"userlist": ["lin.xi", "wmBANZHAN0001"]}
        assert await home.code("appchat/create", guest) == 60111

    play(story)


def test_menus_of_an_app(play) -> None:
    async def story(home) -> None:
        button = [{"type": "click", "name": "今日", "key": "today"}]
        assert await home.code("menu/create", {"button": button}, agentid=1000002) == 0
        assert (await home.get("menu/get", agentid=1000002))["button"] == button
        assert await home.code("menu/create", {"button": button * 4}, agentid=1000002) == 40058
        assert await home.code("menu/create", {"button": button}, agentid=7) == 40056
        assert (await home.get("menu/delete", agentid=1000002))["errcode"] == 0

    play(story)
