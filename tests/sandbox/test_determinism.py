"""Same world, same seed, same calls: the same answers and the same state, to the last byte."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from sandbox.generate import world_text
from tests.sandbox.conftest import House, house
from tests.sandbox.test_robots import robot, stream

EXT = "externalcontact/"
PNG = b"\x89PNG12345"


class Recorder:
    """Makes calls and keeps every answer."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.answers: list[Any] = []

    async def post(self, path: str, body: Any = None) -> Any:
        self.answers.append(await self.home.post(path, body))
        return self.answers[-1]

    async def get(self, path: str, **query: Any) -> Any:
        self.answers.append(await self.home.get(path, **query))
        return self.answers[-1]

    async def do(self, path: str, body: Any = None) -> Any:
        self.answers.append(await self.home.do(path, body))
        return self.answers[-1]

    async def see(self, path: str) -> Any:
        self.answers.append(await self.home.see(path))
        return self.answers[-1]


async def contact(made: Recorder) -> str:
    person = (await made.do("/customers", {"n": 3}))["ids"][0]
    added = await made.do(f"/customers/{person}/add", {"userid": "lin.xi", "state": "poster"})
    await made.do("/faults", {"on": "api", "kind": "slow", "delay_ms": [0, 2], "n": 2})
    code = {"welcome_code": added["welcome_code"], "text": {"content": "您好"}}
    await made.post(EXT + "send_welcome_msg", code)
    await made.post(EXT + "send_welcome_msg", code)
    group = await made.post(EXT + "add_corp_tag", {"group_name": "意向", "tag": [{"name": "热"}]})
    mark = {"userid": "lin.xi", "external_userid": person}
    mark["add_tag"] = [group["tag_group"]["tag"][0]["id"]]
    await made.post(EXT + "mark_tag", mark)
    await made.get(EXT + "get", external_userid=person)
    await made.post(EXT + "add_contact_way", {"type": 1, "scene": 2, "user": ["su.he"]})
    await made.post(EXT + "contact_list", {"limit": 7})
    return str(person)


async def service(made: Recorder, person: str) -> None:
    kf = {"open_kfid": "wkBANZHAN01"}
    await made.do(f"/customers/{person}/kf", kf | {"event": "enter_session"})
    await made.do(f"/customers/{person}/kf", kf | {"text": "在吗"})
    await made.post("kf/sync_msg", kf)
    image = await made.home.upload("media/upload", "a.png", PNG, type="image")
    made.answers.append(image)
    body = kf | {"touser": person, "msgtype": "image", "image": {"media_id": image["media_id"]}}
    for _ in range(7):
        await made.post("kf/send_msg", body)


async def tapped(made: Recorder, person: str) -> None:
    bulk = {"external_userid": [person], "sender": "lin.xi", "text": {"content": "周末"}}
    await made.post(EXT + "add_msg_template", bulk)
    await made.post(EXT + "add_moment_task", {"text": {"content": "新品"}})
    for task in await made.see("/staff/lin.xi/tasks"):
        await made.do(f"/staff/lin.xi/tasks/{task['id']}/confirm")
    await made.do("/clock", {"advance_s": 90})
    await made.see(f"/customers/{person}/messages")


async def talk(made: Recorder) -> None:
    async with robot(made.home) as client:
        asked = await made.do("/robots/aibBANZHAN01/say", {"userid": "lin.xi", "text": "几度"})
        made.answers.append(await client.hear())
        req_id = asked["req_id"]
        made.answers.append(await client.send("aibot_respond_msg", stream("八", True), req_id))


async def life(world: Path) -> tuple[list[Any], Any]:
    """One whole run: every answer, and the state at the end."""
    async with house(world) as home:
        made = Recorder(home)
        person = await contact(made)
        await service(made, person)
        await tapped(made, person)
        await talk(made)
        told = (await home.see("/state?part=callbacks"))["callbacks"]
        made.answers += [{key: row[key] for key in CALLBACK} for row in told]
        made.answers += await home.see("/calls")
        state = await home.see("/state")
        del state["apps"], state["counters"]["callbacks"], state["counters"]["pending_callbacks"]
        return made.answers, state


# of a callback everything but when its receiver answered
CALLBACK = ("id", "at", "app", "event", "copies", "xml")


def plain(found: Any) -> str:
    """As text, without the port that the machine chose."""
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", repr(found))


def test_two_runs_are_equal(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text(world_text(60), encoding="utf-8")

    async def both() -> list[tuple[list[Any], Any]]:
        return [await life(path), await life(path)]

    (answers, state), (again, after) = asyncio.run(both())
    assert [plain(each) for each in answers] == [plain(each) for each in again]
    assert plain(state) == plain(after)
    assert len(answers) > 50


def test_another_seed_gives_other_ids(tmp_path: Path) -> None:
    async def token(seed: int) -> str:
        path = tmp_path / f"{seed}.toml"
        path.write_text(world_text(1, seed), encoding="utf-8")
        async with house(path) as home:
            return home.token

    assert asyncio.run(token(1)) == asyncio.run(token(1)) != asyncio.run(token(2))
