"""A robot in URL mode: posts, encrypted answers, streams that are asked for, response_url."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.crypto import unpad
from sandbox.world import load
from tests.sandbox.conftest import KEY, House
from tests.sandbox.desk import BOT, INSIDE, Desk, desk
from tests.waiting import until

PNG = b"\x89PNG and more"
CARD = {
    "card_type": "button_interaction",
    "main_title": {"title": "排班"},
    "button_list": [{"text": "好", "key": "ok"}],
    "task_id": "t1",
}


@pytest.fixture
def meet(tmp_path: Path):
    def run(story) -> None:
        async def main() -> None:
            async with desk(tmp_path) as (home, made):
                await story(home, made)

        asyncio.run(main())

    return run


async def say(home: House, **more: Any) -> dict[str, Any]:
    asked = {"userid": "lin.xi", "text": "几度水"} | more
    return await home.do(f"/robots/{BOT}/say", asked)


async def chat(home: House, count: int, name: str = "lin.xi") -> list[Any]:
    """The chat once it has this many rows."""

    async def enough() -> list[Any] | None:
        rows: list[Any] = await home.see(f"/chats/{name}/messages")
        return rows if len(rows) >= count else None

    return await until(enough, f"{count} rows", pause=0.005)


async def reply_of(home: House, place: int = -1) -> str:
    """What the platform thought of the last answer."""

    async def judged() -> dict[str, Any] | None:
        row = (await home.see("/state?part=robot_callbacks"))["robot_callbacks"][place]
        return row if row["state"] != "pending" else None

    row = await until(judged, "the answer is judged", pause=0.005)
    return str(row["attempts"][0].get("reply"))


def stream(text: str, finish: bool, **more: Any) -> dict[str, Any]:
    part = {"id": "S1", "finish": finish, "content": text} | more
    return {"msgtype": "stream", "stream": part}


def test_the_post_and_its_check(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        asked = await say(home)
        body = await made.wait(1)
        url = body.pop("response_url")
        assert url.startswith(home.box.urls()["api"] + "/aibot/response?response_code=")
        assert asked["delivered"] and body == {
            "msgid": asked["msgid"],
            "aibotid": BOT,
            "chattype": "single",
            "from": {"userid": "lin.xi"},
            "msgtype": "text",
            "text": {"content": "几度水"},
        }
        await say(home, chatid=INSIDE, text="@小信 早")
        assert (await made.wait(2))["chatid"] == INSIDE and made.checks == 1
        robots = (await home.see("/state?part=robots"))["robots"]
        assert robots[-1]["mode"] == "callback" and robots[-1]["verified"]

    meet(story)


def test_a_stream_is_asked_for_until_it_ends(meet) -> None:
    texts = ["八", "八十", "八十五度"]

    async def story(home: House, made: Desk) -> None:
        made.answer = lambda body: stream(texts[len(made.heard) - 1], len(made.heard) == 3)
        await say(home)
        third = await made.wait(3)
        assert third["msgtype"] == "stream" and third["stream"] == {"id": "S1"}
        assert "response_url" not in third and third["from"] == {"userid": "lin.xi"}

        async def ended() -> bool:
            rows = await home.see("/chats/lin.xi/messages")
            return [row["text"] for row in rows] == ["几度水", "八十五度"]

        await until(ended, "the whole answer stands there", pause=0.005)
        await asyncio.sleep(0.03)
        assert len(made.heard) == 3

    meet(story)


def test_six_minutes_after_the_message_nobody_asks_any_more(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        made.answer = lambda body: stream(f"{len(made.heard)}", False)
        await say(home)
        await made.wait(3)
        errands = home.box.world.errands
        assert errands._running
        await home.advance(361)
        await until(lambda: not errands._running, "nobody asks any more", pause=0.005)

    meet(story)


def picture(data: bytes) -> dict[str, Any]:
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    image = {"base64": base64.b64encode(data).decode(), "md5": md5}
    return {"msgtype": "image", "image": image}


@pytest.mark.parametrize(
    ("answer", "thought"),
    [
        (stream("好", True), "stream"),
        (stream("好", True, msg_item=[picture(PNG)]), "stream"),
        (stream("好", False, msg_item=[picture(PNG)]), "refused: 40058"),
        (stream("好", True, msg_item=[picture(PNG)] * 11), "refused: 40058"),
        (stream("好", True, msg_item=[picture(b"GIF89a")]), "refused: 40005"),
        (stream("茶" * 6826 + "xx", True), "stream"),
        (stream("茶" * 6826 + "xxx", True), "refused: 45002"),
        (stream("好", True, feedback={"id": "f" * 257}), "refused: 40058"),
        ({"msgtype": "template_card", "template_card": CARD}, "template_card"),
        ({"msgtype": "template_card", "template_card": {}}, "refused: 42031"),
        (
            stream("好", True) | {"msgtype": "stream_with_template_card", "template_card": CARD},
            "stream_with_template_card",
        ),
        ({"msgtype": "markdown", "markdown": {"content": "x"}}, "refused: 40008"),
        ({"msgtype": "text", "text": {"content": "x"}}, "refused: 40008"),
    ],
)
def test_answers_to_a_message(meet, answer, thought) -> None:
    async def story(home: House, made: Desk) -> None:
        made.answer = lambda body: answer
        await say(home)
        assert (await reply_of(home)).startswith(thought)
        rows = await home.see("/chats/lin.xi/messages")
        assert len(rows) == (1 if thought.startswith("refused") else 2)

    meet(story)


def test_a_wrong_signature_is_not_read(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        made.signed = False
        made.answer = lambda body: stream("好", True)
        await say(home)
        assert await reply_of(home) == "unreadable: wrong signature"
        assert len(await home.see("/chats/lin.xi/messages")) == 1

    meet(story)


def test_welcome_click_and_feedback(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        made.answer = lambda body: {"msgtype": "text", "text": {"content": "来啦"}}
        await home.do(f"/robots/{BOT}/enter", {"userid": "lin.xi"})
        assert (await chat(home, 1))[0]["text"] == "来啦"
        made.answer = lambda body: {"msgtype": "template_card", "template_card": CARD}
        await say(home)
        await chat(home, 3)
        changed = CARD | {"main_title": {"title": "已排"}}
        update = {"response_type": "update_template_card", "template_card": changed}
        made.answer = lambda body: update
        clicked = {"userid": "lin.xi", "task_id": "t1", "key": "ok"}
        await home.do(f"/robots/{BOT}/click", clicked)
        assert await reply_of(home) == "update_template_card"
        rows = await chat(home, 3)
        assert rows[-1]["raw"]["template_card"]["main_title"] == {"title": "已排"}
        assert made.heard[-1]["event"]["eventtype"] == "template_card_event"
        await home.do(f"/robots/{BOT}/feedback", {"userid": "lin.xi", "id": "F1", "type": 1})
        assert (await reply_of(home)).startswith("refused: only an empty answer")

    meet(story)


def test_response_url_once_within_an_hour(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        async def use(url: str, body: dict[str, Any]) -> int:
            async with home.http.post(url, json=body) as answer:
                return int((await answer.json())["errcode"])

        words = {"msgtype": "markdown", "markdown": {"content": "**八十五度**"}}
        await say(home, chatid=INSIDE, text="@小信 几度")
        url = (await made.wait(1))["response_url"]
        assert await use(url, {"msgtype": "text", "text": {"content": "x"}}) == 40008
        assert await use(url, {"msgtype": "markdown", "markdown": {}}) == 44004
        assert await use(url + "x", words) == 40058
        assert await use(url, words) == 0
        assert await use(url, words) == 40058
        last = (await home.see(f"/chats/{INSIDE}/messages"))[-1]
        assert last["text"] == "**八十五度**"
        assert last["raw"]["quote"]["text"]["content"] == "@小信 几度"
        await say(home)
        url = (await made.wait(2))["response_url"]
        await home.advance(3601)
        assert await use(url, words) == 40058

    meet(story)


def test_messages_are_repeated_events_are_not(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        made.statuses = [500, 500]
        asked = await say(home)
        assert (await made.wait(1))["msgid"] == asked["msgid"]
        made.statuses = [500]
        await home.do(f"/robots/{BOT}/click", {"userid": "lin.xi", "task_id": "t1", "key": "k"})
        await reply_of(home)
        rows = (await home.see("/state?part=robot_callbacks"))["robot_callbacks"]
        assert [(row["state"], len(row["attempts"])) for row in rows] == [
            ("acked", 3),
            ("failed", 1),
        ]
        await home.do("/faults", {"on": "callback", "kind": "bad_signature", "path": BOT, "n": 1})
        await say(home)
        await made.wait(2)

    meet(story)


def test_files_are_encrypted_with_the_robots_own_key(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        await say(home, msgtype="image", text="")
        image = (await made.wait(1))["image"]
        assert set(image) == {"url"}
        async with home.http.get(image["url"]) as found:
            raw = await found.read()
        key = base64.b64decode(KEY + "=")
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        assert unpad(decryptor.update(raw) + decryptor.finalize()).startswith(b"\x89PNG")

    meet(story)


def test_url_mode_has_no_long_connection(meet) -> None:
    async def story(home: House, made: Desk) -> None:
        url = home.box.urls()["ws"]
        async with home.http.ws_connect(url) as socket:
            body = {"bot_id": BOT, "secret": ""}
            hello = {"cmd": "aibot_subscribe", "headers": {"req_id": "a"}, "body": body}
            await socket.send_json(hello)
            assert (await socket.receive_json())["errcode"] == 48002

    meet(story)


@pytest.mark.parametrize("row", ['mode = "odd"', 'mode = "callback"', 'secret = "x"\nmood = 1'])
def test_a_wrong_robot_in_a_world_file(tmp_path: Path, row: str) -> None:
    path = tmp_path / "w.toml"
    text = f'[corp]\nid = "ww1"\nname = "x"\n[[robot]]\nbot_id = "b"\nname = "n"\n{row}\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(load.BadWorld, match="robot"):
        load.read(path)[1](0)
