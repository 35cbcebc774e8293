"""Both published Python SDKs of the smart robot, unmodified, over TLS WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.clients.robots import BOT, Program, program, trust
from tests.sandbox.conftest import House, house
from tests.waiting import until

SDKS = ("aibot", "wecom_aibot_sdk")
Story = Callable[[House, Program, Callable[[], Any]], Coroutine[Any, Any, None]]
WHO = {"userid": "lin.xi"}


def known(sdk: str) -> str:
    """The SDK's name, where it is installed."""
    if importlib.util.find_spec(sdk) is None:
        pytest.skip(f"{sdk} is not installed")
    return sdk


@pytest.fixture(params=SDKS)
def meet(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Story], None]:
    """Run a story with a fresh sandbox, one program of an SDK, and a way to start another."""
    sdk = known(str(request.param))

    def run(story: Story) -> None:
        async def main() -> None:
            async with house(tls_port=0) as home:
                env = trust(tmp_path, home.box)
                async with program(sdk, home.box, env) as robot:
                    await story(home, robot, lambda: program(sdk, home.box, env))

        asyncio.run(main())

    return run


async def ask(home: House, robot: Program, word: str) -> list[Any]:
    """Ask for something; the chat when it has been done."""
    await home.do(f"/robots/{BOT}/say", WHO | {"text": word})
    await robot.wait("answered")
    rows: list[Any] = await home.see("/chats/lin.xi/messages")
    return rows


def test_messages_both_ways(meet) -> None:
    async def story(home: House, robot: Program, again: Any) -> None:
        rows = await ask(home, robot, "stream")
        assert [row["text"] for row in rows] == ["stream", "八十五度"]
        rows = await ask(home, robot, "card")
        assert rows[-1]["raw"]["template_card"]["task_id"] == "t1"
        rows = await ask(home, robot, "voice")
        assert rows[-1]["kind"] == "voice" and rows[-1]["raw"]["voice"]["media_id"]
        rows = await ask(home, robot, "push")
        assert (rows[-1]["kind"], rows[-1]["text"]) == ("markdown", "**早**")

    meet(story)


def test_events_and_files(meet) -> None:
    async def story(home: House, robot: Program, again: Any) -> None:
        await home.do(f"/robots/{BOT}/enter", WHO)
        await robot.wait("welcomed")
        await ask(home, robot, "card")
        await home.do(f"/robots/{BOT}/click", WHO | {"task_id": "t1", "key": "ok"})
        assert (await robot.wait("updated"))["key"] == "ok"
        rows = await home.see("/chats/lin.xi/messages")
        assert rows[0]["text"] == "来啦"
        assert rows[-1]["raw"]["template_card"]["main_title"] == {"title": "已排"}
        await home.do(f"/robots/{BOT}/feedback", WHO | {"id": "F1", "type": 1})
        await robot.wait("feedback")
        await home.do(f"/robots/{BOT}/say", WHO | {"msgtype": "image"})
        assert (await robot.wait("image"))["head"] == "89504e"

    meet(story)


@pytest.mark.parametrize("sdk", SDKS)
def test_heartbeats_are_heard_and_acknowledged(sdk: str, tmp_path: Path) -> None:
    fault = {"on": "ws", "kind": "slow", "path": "ping", "delay_ms": 0, "n": 4}

    async def story(home: House) -> None:
        await home.do("/faults", fault)

        async def used_up() -> bool:
            return not await home.see("/faults")

        await until(used_up, "four pings")

    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            home = await stack.enter_async_context(house(tls_port=0))
            env = trust(tmp_path, home.box)
            await stack.enter_async_context(program(known(sdk), home.box, env, beat=100))
            await story(home)

    asyncio.run(main())


def test_the_second_connection_replaces_the_first(meet) -> None:
    async def story(home: House, robot: Program, again: Any) -> None:
        await ask(home, robot, "stream")
        async with again() as second:
            await robot.wait("replaced")
            await ask(home, second, "push")

    meet(story)
