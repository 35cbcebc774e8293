"""One connection against a far end that does what it likes: junk, silence, sudden ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clock import ManualClock
from bot.core.config import Limits
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.robot.account import Account
from bot.wecom.robot.frames import Frame
from bot.wecom.robot.link import Link
from bot.wecom.robot.rhythm import Ended, Rhythm
from tests.waiting import until

Answer = Callable[["Far", dict[str, Any]], Awaitable[None]]
OK = {"errcode": 0, "errmsg": "ok"}


class Far:
    """The platform's side: acknowledges as told, says what it likes."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.socket = web.WebSocketResponse()
        self.answer: Answer = Far.agree

    async def agree(self, frame: dict[str, Any], **more: Any) -> None:
        await self.socket.send_json({"headers": frame["headers"], **OK, **more})

    async def say(self, msgid: str) -> None:
        body = {"msgid": msgid, "msgtype": "text", "text": {"content": "x"},
                "from": {"userid": "li.na"}}  # fmt: skip
        frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": msgid}, "body": body}
        await self.socket.send_json(frame)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = web.WebSocketResponse()
        await self.socket.prepare(request)
        async for message in self.socket:
            frame = json.loads(message.data)
            self.frames.append(frame)
            subscribing = frame["cmd"] == "aibot_subscribe"
            await (Far.agree if subscribing else self.answer)(self, frame)
        return self.socket


class Near:
    """A link and what it was told."""

    def __init__(self, link: Link) -> None:
        self.link, self.told = link, list[str]()
        self.ended: Ended | None = None
        self.task: asyncio.Task[None] = asyncio.create_task(self.run())
        self.hold = asyncio.Event()
        self.hold.set()

    async def take(self, _account: Account, frame: Frame, _epoch: int) -> None:
        await self.hold.wait()
        if frame.req_id == "UNLUCKY":
            raise RuntimeError("a bug of ours")
        self.told.append(frame.req_id)

    async def run(self) -> None:
        self.ended = await self.link.session(self.take)


async def soon(check: Callable[[], object]) -> None:
    await until(check, "it happens soon")


def impatient(link: Link) -> None:
    """From now on the live session waits for an acknowledgement for a moment only."""
    assert link._session is not None
    link._session._rhythm = replace(link._session._rhythm, ack=0.02)


@contextlib.asynccontextmanager
async def line(**rhythm: float) -> AsyncIterator[tuple[Near, Far]]:
    """A subscribed link and its far end."""
    far, app = Far(), web.Application()
    app.router.add_get("/", far.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    account = Account(name="desk", bot_id="AIB1", called="", socket=True, url=url, secret="S")
    async with aiohttp.ClientSession() as http:
        rhythm = {"ack": 60} | rhythm
        link = Link(account, http, Rhythm(**rhythm), Limits(), ManualClock())  # type: ignore[arg-type]
        near = Near(link)
        await soon(lambda: link.live)
        try:
            yield near, far
        finally:
            await link.stop()
            await asyncio.gather(near.task, return_exceptions=True)
            await runner.cleanup()


def play(story: Callable[[Near, Far], Awaitable[None]], **rhythm: float) -> None:
    async def scenario() -> None:
        async with line(**rhythm) as (near, far):
            await story(near, far)

    asyncio.run(scenario())


def test_one_subscription_then_frames_as_they_are_asked_for() -> None:
    async def story(near: Near, far: Far) -> None:
        await near.link.ask("aibot_send_msg", {"chatid": "li.na"})
        first, second = far.frames
        assert first["cmd"] == "aibot_subscribe"
        assert first["body"] == {"bot_id": "AIB1", "secret": "S"}
        assert second["headers"]["req_id"].startswith("aibot_send_msg_")

    play(story)


def test_a_refusal_a_missing_errcode_and_silence_differ() -> None:
    async def story(near: Near, far: Far) -> None:
        far.answer = lambda far, f: far.agree(f, errcode=93006, errmsg="bad chat")
        with pytest.raises(ApiError, match="93006"):
            await near.link.ask("aibot_send_msg", {})
        far.answer = lambda far, f: far.socket.send_json({"headers": f["headers"]})
        with pytest.raises(CallFailed, match="without errcode") as unknown:
            await near.link.ask("aibot_send_msg", {})
        far.answer = lambda far, f: asyncio.sleep(0)
        impatient(near.link)
        with pytest.raises(CallFailed, match="in time") as silent:
            await near.link.ask("aibot_send_msg", {})
        assert unknown.value.arrived and silent.value.arrived

    play(story)


def test_frames_of_one_question_go_one_after_another() -> None:
    async def story(near: Near, far: Far) -> None:
        waiting: list[dict[str, Any]] = []

        async def keep(far: Far, frame: dict[str, Any]) -> None:
            waiting.append(frame)

        far.answer = keep
        asks = [asyncio.create_task(near.link.ask("aibot_respond_msg", {"n": n}, req))
                for n, req in enumerate(("R1", "R1", "R2"))]  # fmt: skip
        await soon(lambda: len(waiting) == 2)
        assert [f["body"]["n"] for f in waiting] == [0, 2]
        await far.agree(waiting[0])
        await soon(lambda: len(waiting) == 3)
        for frame in waiting[1:]:
            await far.agree(frame)
        await asyncio.gather(*asks)

    play(story)


def test_a_late_acknowledgement_is_nobody_elses() -> None:
    async def story(near: Near, far: Far) -> None:
        far.answer = lambda far, f: asyncio.sleep(0)
        impatient(near.link)
        epoch = near.link.epoch
        assert near.link.fits("R1", epoch) and not near.link.fits("R1", epoch - 1)
        with pytest.raises(CallFailed):
            await near.link.ask("aibot_respond_msg", {}, "R1")
        assert not near.link.fits("R1", epoch) and near.link.fits("R2", epoch)
        await far.agree({"headers": {"req_id": "R1"}})
        await soon(lambda: near.link.fits("R1", epoch))

    play(story)


def test_a_cancelled_session_does_not_wait_for_its_store() -> None:
    async def story(near: Near, far: Far) -> None:
        near.hold.clear()
        await far.say("M1")
        await near.link.ask("aibot_send_msg", {})
        near.task.cancel()
        async with asyncio.timeout(60):
            await asyncio.gather(near.task, return_exceptions=True)
        assert near.told == [] and not near.link.live

    play(story)


def test_who_waits_when_the_line_breaks_learns_at_once_that_nobody_knows() -> None:
    async def story(near: Near, far: Far) -> None:
        far.answer = lambda far, f: far.socket.close()
        with pytest.raises(CallFailed, match="ended") as broken:
            await near.link.ask("aibot_send_msg", {})
        assert broken.value.arrived
        await soon(lambda: near.ended)
        assert near.ended == "lost" and not near.link.live
        with pytest.raises(CallFailed, match="not connected") as unsent:
            await near.link.ask("aibot_send_msg", {})
        assert not unsent.value.arrived

    play(story)


def test_what_came_before_the_end_is_kept_before_the_session_ends() -> None:
    async def story(near: Near, far: Far) -> None:
        near.hold.clear()
        for n in range(20):
            await far.say(f"M{n}")
        await far.socket.close()
        with pytest.raises(CallFailed):
            await near.link.ask("aibot_send_msg", {})
        for _ in range(20):
            await asyncio.sleep(0)
        assert near.ended is None and near.told == []
        near.hold.set()
        await soon(lambda: near.ended)
        assert near.told == [f"M{n}" for n in range(20)]

    play(story)


def test_a_callback_that_nobody_can_take_does_not_end_the_line() -> None:
    async def story(near: Near, far: Far) -> None:
        await far.say("UNLUCKY")
        await far.say("M1")
        await soon(lambda: near.told == ["M1"])

    play(story)


def test_a_ping_with_an_answer_keeps_the_line_and_two_without_end_it() -> None:
    alive: list[bool] = []

    async def story(near: Near, far: Far) -> None:
        async def thrice(far: Far, frame: dict[str, Any]) -> None:
            await far.agree(frame)
            alive.append(near.link.live and frame["cmd"] == "ping" and "body" not in frame)
            if len(alive) == 3:
                far.answer = lambda far, f: asyncio.sleep(0)
                impatient(near.link)

        far.answer, before = thrice, len(far.frames)
        await soon(lambda: near.ended)
        assert near.ended == "lost" and alive == [True] * 3
        assert len(far.frames) - before == 5

    play(story, heartbeat=0.01)


JUNK = st.lists(st.text() | st.binary() | st.sampled_from([
    "{}", "[]", "null", '{"headers":{"req_id":"ping_1"},"errcode":0}',
    '{"cmd":"aibot_msg_callback","headers":{"req_id":"J"},"body":{}}',
    '{"cmd":"aibot_event_callback","headers":{"req_id":"J"},"body":{"event":[]}}',
    '{"cmd":"new_thing","headers":{"req_id":"J"},"body":{}}',
]), max_size=8)  # fmt: skip


@settings(max_examples=25)
@given(JUNK)
def test_junk_never_ends_the_line(junk: list[str | bytes]) -> None:
    async def story(near: Near, far: Far) -> None:
        for piece in junk:
            if isinstance(piece, bytes):
                await far.socket.send_bytes(piece)
            else:
                await far.socket.send_str(piece.encode("utf-8", "replace").decode())
        await far.say("M1")
        await soon(lambda: "M1" in near.told)
        assert near.link.live and near.ended is None
        await near.link.ask("aibot_send_msg", {})

    play(story)
