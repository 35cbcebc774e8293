"""The smart robot's long connection: one socket, five-second windows, streams, media, rates."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from contextlib import asynccontextmanager

import aiohttp
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.crypto import unpad
from tests.waiting import until

BOT, SECRET, INSIDE = "aibBANZHAN01", "sandbox-robot-secret", "wrINTERNAL01"


class Client:
    """A robot's client: sends frames, keeps callbacks apart from acknowledgements."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.callbacks: list = []
        self._count = 0

    async def send(self, cmd: str, body: object = None, req_id: str = "") -> dict:
        self._count += 1
        req_id = req_id or f"{cmd}_1790000000000_{self._count}"
        frame = {"cmd": cmd, "headers": {"req_id": req_id}}
        await self.socket.send_json(frame | ({"body": body} if body is not None else {}))
        while True:
            heard = await self.socket.receive_json(timeout=60)
            if "cmd" not in heard:
                assert heard["headers"]["req_id"] == req_id
                return heard
            self.callbacks.append(heard)

    async def code(self, cmd: str, body: object = None, req_id: str = "") -> int:
        return (await self.send(cmd, body, req_id))["errcode"]

    async def hear(self) -> dict:
        if self.callbacks:
            return self.callbacks.pop(0)
        return await self.socket.receive_json(timeout=60)


@asynccontextmanager
async def robot(home, subscribe: bool = True, path: str = "/aibot"):
    url = home.box.urls()["sandbox"].replace("http", "ws") + path
    async with home.http.ws_connect(url) as socket:
        client = Client(socket)
        if subscribe:
            body = {"bot_id": BOT, "secret": SECRET, "scene": 1}
            assert await client.code("aibot_subscribe", body) == 0
        yield client


async def say(home, **more) -> dict:
    return await home.do(f"/robots/{BOT}/say", {"userid": "lin.xi", "text": "几度水"} | more)


def stream(text: str, finish: bool = False, name: str = "S1") -> dict:
    return {"msgtype": "stream", "stream": {"id": name, "finish": finish, "content": text}}


@pytest.mark.parametrize("path", ["/", "/aibot"])
def test_subscribe_and_ping(play, path) -> None:
    async def story(home) -> None:
        async with robot(home, subscribe=False, path=path) as client:
            assert await client.code("ping") == 40014
            wrong = {"bot_id": BOT, "secret": "no"}
            assert await client.code("aibot_subscribe", wrong) == 40001
            right = {"bot_id": BOT, "secret": SECRET}
            assert await client.code("aibot_subscribe", right) == 0
            assert await client.send("ping") == {
                "headers": {"req_id": "ping_1790000000000_4"},
                "errcode": 0,
                "errmsg": "ok",
            }
            assert await client.code("aibot_subscribe", right) == 45009
            assert await client.code("aibot_dance", {}) == 40058

    play(story)


def test_question_and_streamed_answer(play) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            asked = await say(home)
            heard = await client.hear()
            assert heard["cmd"] == "aibot_msg_callback"
            assert heard["headers"]["req_id"] == asked["req_id"] and asked["delivered"]
            assert heard["body"] == {
                "msgid": asked["msgid"],
                "aibotid": BOT,
                "chattype": "single",
                "from": {"userid": "lin.xi"},
                "msgtype": "text",
                "text": {"content": "几度水"},
            }
            for text, done in (("八", False), ("八十", False), ("八十五度", True)):
                body = stream(text, done)
                assert await client.code("aibot_respond_msg", body, asked["req_id"]) == 0
            late = await client.code("aibot_respond_msg", stream("x"), asked["req_id"])
            assert late == 846608
            rows = await home.see("/chats/lin.xi/messages")
            assert [(row["from"], row["text"]) for row in rows] == [
                ("lin.xi", "几度水"),
                (BOT, "八十五度"),
            ]

    play(story)


@pytest.mark.parametrize(("seconds", "code"), [(360, 0), (361, 846608)])
def test_stream_window(play, seconds, code) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            asked = await say(home)
            assert await client.code("aibot_respond_msg", stream("a"), asked["req_id"]) == 0
            await home.advance(seconds)
            assert await client.code("aibot_respond_msg", stream("b"), asked["req_id"]) == code

    play(story)


def test_replies_need_a_known_req_id_within_a_day(play) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            asked = await say(home)
            body = {"msgtype": "markdown", "markdown": {"content": "**好**"}}
            assert await client.code("aibot_respond_msg", body, "invented") == 846605
            assert await client.code("aibot_respond_welcome_msg", body, asked["req_id"]) == 846605
            too_long = {"msgtype": "markdown", "markdown": {"content": "x" * 20_481}}
            assert await client.code("aibot_respond_msg", too_long, asked["req_id"]) == 45002
            assert await client.code("aibot_respond_msg", body, asked["req_id"]) == 0
            await home.advance(86_401)
            assert await client.code("aibot_respond_msg", body, asked["req_id"]) == 846605

    play(story)


@pytest.mark.parametrize(("seconds", "code"), [(5, 0), (6, 846605)])
def test_welcome_window(play, seconds, code) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            entered = await home.do(f"/robots/{BOT}/enter", {"userid": "su.he"})
            again = await home.do(f"/robots/{BOT}/enter", {"userid": "su.he"})
            assert again["msgid"] is None, "once a day"
            heard = await client.hear()
            assert heard["body"]["event"] == {"eventtype": "enter_chat"}
            await home.advance(seconds)
            body = {"msgtype": "text", "text": {"content": "来啦"}}
            cmd = "aibot_respond_welcome_msg"
            assert await client.code(cmd, body, entered["req_id"]) == code

    play(story)


def test_cards_clicks_and_feedback(play) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            asked = await say(home, chatid=INSIDE, text="@小盏 排班")
            button = {"text": "好", "style": 1, "key": "ok"}
            card = {"card_type": "button_interaction", "task_id": "t1", "button_list": [button]}
            body = {"msgtype": "template_card", "template_card": card}
            assert await client.code("aibot_respond_msg", body, asked["req_id"]) == 0
            clicked = await home.do(
                f"/robots/{BOT}/click",
                {
                    "userid": "lin.xi",
                    "chatid": INSIDE,
                    "task_id": "t1",
                    "key": "ok",
                    "selected": {"q": ["a"]},
                },
            )
            event = (await client.hear(), await client.hear())[1]["body"]["event"]
            assert event["template_card_event"]["event_key"] == "ok"
            change = {
                "response_type": "update_template_card",
                "template_card": card | {"main_title": {"title": "已排"}},
            }
            assert await client.code("aibot_respond_update_msg", change, clicked["req_id"]) == 0
            last = (await home.see(f"/chats/{INSIDE}/messages"))[-1]
            assert last["raw"]["template_card"]["main_title"] == {"title": "已排"}
            await home.do(
                f"/robots/{BOT}/feedback",
                {"userid": "lin.xi", "id": "F1", "type": 2, "reasons": [3], "content": "错价"},
            )
            event = (await client.hear())["body"]["event"]["feedback_event"]
            assert event == {
                "id": "F1",
                "type": 2,
                "content": "错价",
                "inaccurate_reason_list": [3],
            }

    play(story)


def test_pushes_only_where_somebody_wrote(play) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            body = {"chatid": INSIDE, "msgtype": "markdown", "markdown": {"content": "早"}}
            assert await client.code("aibot_send_msg", body) == 93006
            await home.do(f"/groups/{INSIDE}/say", {"from": "lin.xi", "text": "@小盏 早"})
            assert await client.code("aibot_send_msg", body) == 0
            for chat in ("wrBANZHAN01", "wmBANZHAN0001", "nobody"):
                assert await client.code("aibot_send_msg", body | {"chatid": chat}) == 93006
            codes = [await client.code("aibot_send_msg", body) for _ in range(30)]
            assert codes == [0] * 29 + [45009]

    play(story)


def test_a_second_connection_takes_over(play) -> None:
    async def story(home) -> None:
        async with robot(home) as old, robot(home) as new:
            heard = await old.hear()
            assert heard["body"]["event"]["eventtype"] == "disconnected_event"
            assert "from" not in heard["body"]
            assert (await old.socket.receive(timeout=60)).type is aiohttp.WSMsgType.CLOSE
            assert (await say(home))["delivered"] and (await new.hear())["body"]["msgid"]

        async def nobody_hears() -> bool:
            return not (await say(home))["delivered"]

        await until(nobody_hears, "both are gone", pause=0.01)

    play(story)


@pytest.mark.parametrize("first", [0, 1])
def test_media_up_in_chunks(play, first) -> None:
    async def story(home) -> None:
        data = b"#!AMR" + bytes(range(256)) * 20
        pieces = [data[:2000], data[2000:4000], data[4000:]]
        async with robot(home) as client:
            asked = await say(home)
            begun = await client.send(
                "aibot_upload_media_init",
                {
                    "type": "voice",
                    "filename": "a.amr",
                    "total_size": len(data),
                    "total_chunks": 3,
                    "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
                },
            )
            upload = {"upload_id": begun["body"]["upload_id"]}
            for index in (2, 0, 0):
                part = {
                    "chunk_index": index + first,
                    "base64_data": base64.b64encode(pieces[index]).decode(),
                }
                assert await client.code("aibot_upload_media_chunk", upload | part) == 0
            assert await client.code("aibot_upload_media_finish", upload) == 40058
            part = {"chunk_index": 1 + first, "base64_data": base64.b64encode(pieces[1]).decode()}
            assert await client.code("aibot_upload_media_chunk", upload | part) == 0
            made = (await client.send("aibot_upload_media_finish", upload))["body"]
            assert made["type"] == "voice" and isinstance(made["created_at"], str)
            body = {"msgtype": "voice", "voice": {"media_id": made["media_id"]}}
            assert await client.code("aibot_respond_msg", body, asked["req_id"]) == 0
            big = {"type": "voice", "filename": "a", "total_size": 3 << 20, "total_chunks": 6}
            assert await client.code("aibot_upload_media_init", big) == 40006

    play(story)


def test_media_down_is_encrypted_with_its_own_key(play) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            await home.do(f"/robots/{BOT}/say", {"userid": "lin.xi", "msgtype": "image"})
            image = (await client.hear())["body"]["image"]
            key = base64.b64decode(image["aeskey"])
            async with home.http.get(image["url"]) as found:
                raw = await found.read()
            decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
            plain = unpad(decryptor.update(raw) + decryptor.finalize())
            assert plain.startswith(b"\x89PNG")
            await home.advance(301)
            async with home.http.get(image["url"]) as found:
                assert found.status == 404
            status, _ = await home.control(
                "POST",
                f"/robots/{BOT}/say",
                {"userid": "lin.xi", "msgtype": "image", "chatid": INSIDE},
            )
            assert status == 400

    play(story)


def test_faults_on_the_wire(play) -> None:
    async def story(home) -> None:
        async with robot(home) as client:
            await home.do(
                "/faults", {"on": "ws", "kind": "duplicate", "path": "msg_callback", "n": 1}
            )
            await say(home)
            assert await client.hear() == await client.hear()
            await home.do("/faults", {"on": "ws", "kind": "rate_limit", "path": "ping", "n": 1})
            assert await client.code("ping") == 45009
            await home.do("/faults", {"on": "ws", "kind": "drop_after", "path": "respond"})
            asked = await say(home)
            await client.hear()
            with pytest.raises((TypeError, asyncio.TimeoutError)):
                await client.code("aibot_respond_msg", stream("好", True), asked["req_id"])
            assert (await home.see("/chats/lin.xi/messages"))[-1]["text"] == "好"

    play(story)
