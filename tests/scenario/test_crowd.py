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


def test_roles_in_processes_of_their_own_work_as_one_and_survive_each_other(tmp_path: Path) -> None:
    async def tell(made: Crowd) -> None:
        await jump_to(made.phone, 12, 0, weekday=1)
        await made.start("decider", "converse,tick")
        leader = made.holder("tick")
        await asyncio.gather(made.start("web", "web"), made.start("fetcher", "pull"),
                             made.start("sender", "deliver"))  # fmt: skip
        await work_as_one(made)
        await lose_the_sender(made)
        assert made.holder("tick") == leader, "what it led it kept"
        await lose_the_leader(made, leader)

    told(tmp_path, tell, edit=staffed_again, log_level='"info"')


def staffed_again(folder: Path) -> None:
    """The brand whose persona speaks through the robot; its config.toml stays as it is."""
    text = (folder / "config.toml").read_text("utf-8")
    staffed(folder)
    (folder / "config.toml").write_text(text, "utf-8")


async def work_as_one(made: Crowd) -> None:
    """Welcome, a robot that answers through its connection, a flow step by a tap, a kf answer."""
    phone = made.phone
    (who,) = await phone.customers(1)
    await phone.post(f"/customers/{who}/add", userid="lin.xi")
    await until(lambda: phone.texts(who), "a welcome")
    log = made.folder / "fetcher.log"
    await until(lambda: "is connected" in log.read_text("utf-8"), "the robot is connected")
    await phone.post("/robots/aibBANZHAN01/say", userid="lin.xi", text="两句")
    assert await words(phone, "lin.xi", 2) == ["第一句。", "第二句。"]
    pools = made.rows("SELECT DISTINCT pool FROM outbox WHERE channel = 'robot'")
    assert pools == [{"pool": "robot"}]
    assert len(await phone.calls("gettoken")) == 1, "one token for all"
    await jump_to(phone, 10, 0, days=1)
    task = await task_of(phone, "lin.xi", "bulk_single")
    await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
    await until(lambda: tapped(made) == ["sent"], "the log knows who tapped")
    await phone.write(who, "几天发货")
    await until(lambda: phone.texts(who, "kf"), "an answer")
    assert await phone.texts(who, "kf") == ["下单后两天内发出。"]


def tapped(made: Crowd) -> list[str]:
    rows = made.rows("SELECT status FROM replies WHERE kind = 'care' AND operator = 'lin.xi'")
    return [row["status"] for row in rows]


async def lose_the_sender(made: Crowd) -> None:
    """The only sender dies during a call; the others judge it, and the next sender repeats it."""
    (who,) = await made.phone.customers(1)
    await made.phone.post("/faults", on="api", path="kf/send_msg", **SLOW)
    await made.phone.write(who, "几天发货")
    await until(lambda: in_flight(made), "an answer is under way")
    await made.phone.clear_faults()
    await made.kill("sender")
    assert await timed(lambda: not in_flight(made), "the call is judged") < REPLACED
    await made.start("spare", "converse,deliver,tick")
    assert await answered(made, [who]) == [1], "the platform recognised the repetition"


def in_flight(made: Crowd) -> list[dict[str, Any]]:
    return made.rows("SELECT lease FROM outbox WHERE state = 'sending'")


async def lose_the_leader(made: Crowd, leader: str) -> None:
    """The tick's leader dies with a turn in its hands, which is a welcome and lives 20 seconds."""
    await made.phone.post("/faults", on="api", path="externalcontact/get", **SLOW)
    people: list[str] = []

    async def caught() -> bool:
        people.extend(await made.phone.customers(1))
        await made.phone.post(f"/customers/{people[-1]}/add", userid="lin.xi")
        await until(lambda: held(people[-1]), "somebody decides")
        return held(people[-1]).startswith(f"{leader}/")

    def held(who: str) -> str:
        rows = made.rows(
            "SELECT lease FROM conversation WHERE peer = ? AND channel = 'contact'", who
        )
        return str(rows[0]["lease"] or "") if rows else ""

    await until(caught, "the leader holds a turn")
    await made.kill("decider")
    await made.phone.clear_faults()
    assert await timed(lambda: made.holder("tick") not in (leader, ""), "another leads") < REPLACED
    assert await answered(made, people[-1:]) == [1]


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
