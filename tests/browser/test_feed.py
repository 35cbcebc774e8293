"""What keeps the phone page live, without a browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp

from sandbox.server import Sandbox

Frame = tuple[str, dict[str, Any]]


async def frames(url: str) -> AsyncIterator[Frame]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{url}/sandbox/events") as answer,
    ):
        assert answer.content_type == "text/event-stream"
        name = ""
        async for raw in answer.content:
            line = raw.decode().strip()
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


def played(*wanted: str) -> list[dict[str, Any]]:
    """A customer adds a colleague and writes to a kf account; the wire rows up to `wanted`."""

    async def scenario() -> list[dict[str, Any]]:
        house = Sandbox()
        await house.start()
        try:
            url = house.urls()["sandbox"]
            return await asyncio.wait_for(collect(url), 90)
        finally:
            await house.stop()

    async def collect(url: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        begun = False
        async for name, body in frames(url):
            if name == "wire":
                found.append(body)
            elif not begun:
                begun = True
                await play(url)
            if set(wanted) <= {row["event"] for row in found if row["kind"] == "callback"}:
                break
        return found

    async def play(url: str) -> None:
        async with aiohttp.ClientSession() as http:
            one = f"{url}/sandbox/customers/wmBANZHAN0005"
            await http.post(f"{one}/add", json={"userid": "lin.xi"})
            await http.post(f"{one}/kf", json={"open_kfid": "wkBANZHAN01", "text": "在吗"})
            for _ in range(2):
                await http.get(f"{url}/cgi-bin/kf/account/list")
            async with http.get(f"{one}/said") as answer:
                assert [row["text"] for row in await answer.json()] == ["在吗"]

    with ThreadPoolExecutor(1) as aside:  # in this thread the browser of the folder may be open
        return aside.submit(asyncio.run, scenario()).result()


def test_callbacks_tell_whom_they_are_about_and_what_caused_them() -> None:
    rows = played("change_external_contact.add_external_contact", "kf_msg_or_event")
    told = {row["event"]: row for row in rows if row["kind"] == "callback"}
    added = told["change_external_contact.add_external_contact"]
    assert {"wmBANZHAN0005", "lin.xi"} <= set(added["people"])
    assert added["names"] == {"wmBANZHAN0005": "Momo"}
    asked = told["kf_msg_or_event"]
    assert sorted(asked["people"]) == ["wkBANZHAN01", "wmBANZHAN0005"]
    assert asked["cause"]["text"] == "在吗"
    assert asked["attempts"][0]["error"] == "no callback url"


def test_the_same_call_again_keeps_its_key_and_counts() -> None:
    rows = played("kf_msg_or_event")
    calls = [row for row in rows if row["kind"] == "call"]
    assert [row["times"] for row in calls] == [1, 2]
    assert len({row["key"] for row in calls}) == 1
    assert calls[0]["errcode"] != 0
