"""The official account: its own signatures, windows and counts, seen by wechatpy's core."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from sandbox.world import load
from tests.waiting import until

TOKEN, KEY, APPID = (
    "SandboxOa42",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    "wxSANDBOX00000001",
)
PERSON = "oSBXwmBANZHAN0001"


async def login(home) -> None:
    home.token = ""
    query = {"grant_type": "client_credential", "appid": APPID, "secret": "sandbox-secret-oa"}
    home.token = (await home.get("token", **query))["access_token"]


async def send(home, text: str = "在") -> int:
    body = {"touser": PERSON, "msgtype": "text", "text": {"content": text}}
    return await home.code("message/custom/send", body)


async def say(home, **more) -> dict:
    return await home.do("/oa/say", {"openid": PERSON} | more)


def test_five_in_48_hours_three_in_a_minute(play) -> None:
    async def story(home) -> None:
        await login(home)
        assert await send(home) == 40003
        await say(home, event="subscribe", key="qrscene_poster-a", ticket="TK1")
        assert [await send(home) for _ in range(4)] == [0, 0, 0, 45047]
        await home.do("/clock", {"advance_s": 61})
        assert await send(home) == 45015
        await say(home, text="在吗")
        assert [await send(home) for _ in range(6)] == [0] * 5 + [45047]
        await say(home, event="unsubscribe")
        assert await send(home) == 45015
        assert [row[0] for row in await home.texts("wmBANZHAN0001")] == ["oa"] * 8
        assert (
            await home.code("message/custom/send", {"touser": PERSON, "msgtype": "poem"}) == 40008
        )

    play(story)


def test_tokens_of_the_two_platforms_do_not_mix(play) -> None:
    async def story(home) -> None:
        assert await send(home) == 40014, "a corp token"
        await login(home)
        assert await home.code("kf/account/list") == 40014
        wrong = {"grant_type": "client_credential", "appid": APPID, "secret": "no"}
        assert await home.code("stable_token", wrong) == 40001
        assert await home.code("stable_token", wrong | {"appid": "wxNO"}) == 40013

    play(story)


@asynccontextmanager
async def hook(heard: list, replies: list):
    """A receiver as wechatpy's documentation shows it."""
    crypto = WeChatCrypto(TOKEN, KEY, APPID)

    async def handle(request: web.Request) -> web.Response:
        query = request.query
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        if request.method == "GET":
            return web.Response(text=query["echostr"])
        text = await request.text()
        if query.get("encrypt_type") == "aes":
            parts = query["msg_signature"], query["timestamp"], query["nonce"]
            text = crypto.decrypt_message(text, *parts)
        heard.append((parse_message(text), query["openid"]))
        if not replies:
            return web.Response(text="success")
        answer = crypto.encrypt_message(replies.pop(), query["nonce"], query["timestamp"])
        return web.Response(text=answer)

    app = web.Application()
    app.router.add_route("*", "/oa", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/oa"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_callbacks_in_every_mode(play, tmp_path, mode) -> None:
    heard: list = []
    inner = "<xml><MsgType>text</MsgType><Content>收到</Content></xml>"
    replies = [inner]

    async def main() -> None:
        async with hook(heard, replies) as url:
            text = load.DEFAULT.read_text(encoding="utf-8")
            line = f'mode = "{mode}"\ncallback = "{url}"\n'
            world = tmp_path / "oa.toml"
            world.write_text(text.replace('mode = "safe"', line + "# "), encoding="utf-8")
            await asyncio.to_thread(play, story, world=world)

    async def story(home) -> None:
        sent = await say(home, text="你好")
        await until(lambda: home.texts("wmBANZHAN0001"), "the reply arrives", pause=0.005)
        message, openid = heard[0]
        assert (message.content, str(message.id), openid) == ("你好", sent["msgid"], PERSON)
        assert await home.texts("wmBANZHAN0001") == [("oa", "text", "收到")]
        await say(home, event="subscribe", key="qrscene_a", ticket="TK")
        await until(lambda: len(heard) == 2, "the event arrives", pause=0.005)
        assert heard[1][0].event == "subscribe_scan"

    asyncio.run(main())
