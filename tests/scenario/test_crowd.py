"""Roles spread over processes on one PostgreSQL: they work as one, and survive each other."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.watch import GONE
from bot.workers import Parts
from tests.contract import server
from tests.scenario.crowd import Crowd, crowd
from tests.scenario.house import House, Phone, brand, opened, platform, until
from tests.scenario.house import run as run_scenario
from tests.scenario.test_robot import staffed, words
from tests.scenario.test_schedule import jump_to, task_of

pytestmark = pytest.mark.skipif(
    bool(server.missing()), reason=f"PostgreSQL is not tested: {server.missing()}"
)
# The acceptance line; GONE and a beat are what it should take.
REPLACED = 10.0
ROLES = ("web", "pull", "converse", "deliver")
SLOW = {"kind": "slow", "delay_ms": 3_000}


def told(folder: Path, tell: Callable[[Crowd], Awaitable[None]], **more: Any) -> None:
    async def scenario() -> None:
        async with crowd(folder, **more) as made:
            await tell(made)

    run_scenario(scenario)


async def timed(check: Callable[[], Any], what: str, patience: float = 30.0) -> float:
    """Seconds until something is so."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await until(check, what, patience)
    return loop.time() - began


async def answered(made: Crowd, people: list[str], patience: float = 40.0) -> list[int]:
    """How many messages each of them has, once everybody has one."""

    async def all_have() -> bool:
        return all([await made.phone.messages(who) for who in people])

    await until(all_have, "everybody is answered", patience)
    return [len(await made.phone.messages(who)) for who in people]


def test_every_role_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Welcome, kf answer, flow step by a tap, and a robot that answers through its connection."""

    async def tell(made: Crowd) -> None:
        phone = made.phone
        await jump_to(phone, 12, 0, weekday=1)
        await made.start("tick", "tick")
        await asyncio.gather(*(made.start(role, role) for role in ROLES))
        (who,) = await phone.customers(1)
        await phone.post(f"/customers/{who}/add", userid="lin.xi")
        await until(lambda: phone.texts(who), "a welcome")
        await until(lambda: linked(made), "the robot is connected")
        await phone.post("/robots/aibBANZHAN01/say", userid="lin.xi", text="两句")
        assert await words(phone, "lin.xi", 2) == ["第一句。", "第二句。"]
        assert made.rows("SELECT DISTINCT pool FROM outbox WHERE channel = 'robot'") == [
            {"pool": "robot"}]  # fmt: skip
        await jump_to(phone, 10, 0, days=1)
        task = await task_of(phone, "lin.xi", "bulk_single")
        await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
        await until(lambda: said(made, "care") == [("sent", "lin.xi")], "the log knows who tapped")
        await phone.write(who, "几天发货")
        await until(lambda: phone.texts(who, "kf"), "an answer")
        assert await phone.texts(who, "kf") == ["下单后两天内发出。"]
        tokens = await phone.calls("gettoken")
        assert len(tokens) == 1, "one for all"

    def said(made: Crowd, kind: str) -> list[tuple[Any, ...]]:
        rows = made.rows("SELECT status, operator FROM replies WHERE kind = ?", kind)
        return [(row["status"], row["operator"]) for row in rows if row["operator"] != "bot"]

    async def linked(made: Crowd) -> bool:
        return "is connected" in (made.folder / "pull.log").read_text("utf-8")

    told(tmp_path, tell, edit=staffed_again, log_level='"info"')


def staffed_again(folder: Path) -> None:
    """The brand whose persona speaks through the robot; its config.toml stays as it is."""
    text = (folder / "config.toml").read_text("utf-8")
    staffed(folder)
    (folder / "config.toml").write_text(text, "utf-8")


def test_a_killed_process_is_replaced_and_its_work_taken_up(tmp_path: Path) -> None:
    """The tick's leader, a turn and a call under way: three times SIGKILL."""

    async def tell(made: Crowd) -> None:
        await made.start("one", "converse,deliver,tick")
        leader = made.holder("tick")
        await asyncio.gather(made.start("two", "converse,deliver,tick"),
                             made.start("web", "web,pull"))  # fmt: skip
        (who,) = await made.phone.customers(1)
        await made.phone.post("/faults", on="api", path="kf/send_msg", **SLOW)
        await made.phone.write(who, "几天发货")
        await until(lambda: in_flight(made), "an answer is under way")
        [row] = in_flight(made)
        mine = row["lease"].startswith(f"{leader}/")
        await made.phone.clear_faults()
        await made.kill("one" if mine else "two")
        assert await answered(made, [who]) == [1], "the platform recognised the repetition"
        if not mine:
            await made.start("two", "converse,deliver,tick")
            await made.kill("one")
        waited = await timed(lambda: made.holder("tick") != leader, "another leads", REPLACED)
        assert waited < REPLACED

    def in_flight(made: Crowd) -> list[dict[str, Any]]:
        return made.rows("SELECT lease FROM outbox WHERE state = 'sending'")

    told(tmp_path, tell)


def test_two_whole_processes_answer_everybody_once_though_one_is_killed(tmp_path: Path) -> None:
    two_with_a_kill(tmp_path, 60)


@pytest.mark.soak
def test_two_whole_processes_answer_five_hundred_once_though_one_is_killed(tmp_path: Path) -> None:
    two_with_a_kill(tmp_path, 500)


def two_with_a_kill(tmp_path: Path, customers: int) -> None:
    async def tell(made: Crowd) -> None:
        for name in ("first", "second"):
            await made.start(name)
        people = await made.phone.customers(customers)
        for i, who in enumerate(people):
            await made.phone.write(who, "几天发货", f"wkBANZHAN0{1 + i % 2}")
            if i == customers // 2:
                await made.kill("first")
        assert await answered(made, people, 60) == [1] * customers
        states = made.rows("SELECT state, COUNT(*) AS n FROM outbox GROUP BY state")
        assert states == [{"state": "sent", "n": customers}]
        assert made.rows("SELECT 1 FROM inbox WHERE state <> 'done'") == []

    told(tmp_path, tell)


def together(folder: Path, tell: Callable[[Phone, list[Path]], Awaitable[None]]) -> None:
    """Two folders with the brand, one database; the processes are apps in this one."""

    async def scenario(url: str) -> None:
        async with platform() as phone:
            places = [folder / "one", folder / "two"]
            for place in places:
                config = brand(place)
                config.write_text(
                    config.read_text("utf-8") + f'\n[store]\nurl = "{url}"\n', "utf-8"
                )
            await tell(phone, places)

    with server.running() as one:
        address = one.url(one.create("together"))
        run_scenario(lambda: scenario(address))


def test_an_edit_published_by_one_process_serves_in_all_and_folders_do_not_fight(
    tmp_path: Path,
) -> None:
    """The other process has an older persona in its folder, and no content at all."""

    async def tell(phone: Phone, places: list[Path]) -> None:
        here, there = places
        shutil.rmtree(there / "content")
        rest = ["web", "converse", "deliver", "tick"]
        async with contextlib.AsyncExitStack() as house:
            first = await house.enter_async_context(opened(here, phone, roles=["tick", "pull"]))
            async with opened(there, phone, roles=rest) as second:
                faq = here / "personas" / "tester" / "faq.csv"
                text = faq.read_text("utf-8").replace("下单后两天内发出。", "三天内发出。")
                faq.write_text(text, "utf-8")
                await until(lambda: version(second) == 2, "it serves the new version")
                (who,) = await phone.customers(1)
                await phone.write(who, "几天发货")
                await until(lambda: phone.texts(who), "an answer")
                assert await phone.texts(who) == ["三天内发出。"]
                assert version(first) == 2
                assert parts(second).library.cast.flows, "what its folder lacks serves all the same"

    def version(home: House) -> int:
        return parts(home).library.cast.scripts["tester"].version

    together(tmp_path, tell)


def parts(home: House) -> Parts:
    assert home.app.parts is not None
    return home.app.parts


def test_one_process_stands_by_and_leads_as_soon_as_the_other_stops(tmp_path: Path) -> None:
    async def tell(phone: Phone, places: list[Path]) -> None:
        async with contextlib.AsyncExitStack() as leaving:
            first = await leaving.enter_async_context(opened(places[0], phone))
            async with opened(places[1], phone) as second:
                looks = [await home.app.vitals.look() for home in (first, second)]
                assert [look["scheduler"] for look in looks] == ["ok", "stands by"]
                assert [look["ok"] for look in looks] == [True, True]
                await leaving.aclose()
                waited = await timed(lambda: parts(second).lead.leads("tick"), "it leads")
                assert waited < GONE / 1000, "nobody had to be missed"

    together(tmp_path, tell)
