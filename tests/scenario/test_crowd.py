"""Roles spread over processes on one PostgreSQL: they work as one, and survive each other."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.body import Text
from bot.core.clock import MINUTE, ManualClock
from bot.core.config import Config, load_config
from bot.core.model import Outbound
from bot.core.watch import GONE
from bot.pipeline.deliver import Deliver
from bot.pipeline.loop import Bells
from bot.store import outbox
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.tokens import StoredTokens
from bot.wecom.gateway import Gateway
from bot.workers import Parts
from tests.contract import server
from tests.contract.making import Open
from tests.scenario.crowd import Crowd, crowd
from tests.scenario.house import House, Phone, brand, opened, platform, until
from tests.scenario.house import run as run_scenario
from tests.scenario.test_robot import staffed, words
from tests.scenario.test_schedule import jump_to, task_of
from tests.waiting import PATIENCE

pytestmark = pytest.mark.skipif(
    bool(server.missing()), reason=f"PostgreSQL is not tested: {server.missing()}"
)
# The acceptance line; GONE and a beat are what it should take.
REPLACED = 10.0
SLOW = {"kind": "slow", "delay_ms": 10_000}  # cut short by the kill


def told(folder: Path, tell: Callable[[Crowd], Awaitable[Any]], **more: Any) -> None:
    async def scenario() -> None:
        async with crowd(folder, **more) as made:
            await tell(made)

    run_scenario(scenario)


async def timed(check: Callable[[], Any], what: str, patience: float = PATIENCE) -> float:
    """Seconds until something is so."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await until(check, what, patience)
    return loop.time() - began


async def answered(made: Crowd, people: list[str], patience: float = PATIENCE) -> list[int]:
    """How many messages each of them has, once everybody has one."""

    async def all_have() -> bool:
        return all([await made.phone.messages(who) for who in people])

    await until(all_have, "everybody is answered", patience)
    return [len(await made.phone.messages(who)) for who in people]


def test_roles_in_processes_of_their_own_work_as_one(tmp_path: Path) -> None:
    told(tmp_path, spread, edit=staffed_again, log_level='"info"')


@pytest.mark.soak
@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_what_two_killed_processes_led_and_held_is_taken_up_in_ten_seconds(
    tmp_path: Path, attempt: int
) -> None:
    async def survive(made: Crowd) -> None:
        leader = await spread(made)
        await lose_two(made, leader, REPLACED)

    told(tmp_path, survive, edit=staffed_again, log_level='"info"')


async def spread(made: Crowd) -> str:
    """Four processes with roles of their own; the one that leads the ticks."""
    await jump_to(made.phone, 12, 0, weekday=1)
    await made.start("decider", "converse,tick")
    leader = made.holder("tick")
    await asyncio.gather(made.start("web", "web"), made.start("fetcher", "pull,tick"),
                         made.start("sender", "deliver"))  # fmt: skip
    await work_as_one(made)
    assert made.holder("tick") == leader, "what it led it kept"
    return leader


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


async def lose_two(made: Crowd, leader: str, patience: float) -> None:
    """The only sender dies during a call, and the tick's leader with a turn in its hands."""
    phone = made.phone
    asks, adds = await phone.customers(2)
    await phone.post("/faults", on="api", path="kf/send_msg", **SLOW)
    await phone.post("/faults", on="api", path="externalcontact/get", **SLOW)
    await phone.write(asks, "几天发货")
    await until(lambda: calling(made), "an answer is under way")
    await phone.post(f"/customers/{adds}/add", userid="lin.xi")
    await until(lambda: deciding(made, leader), "a turn is under way")
    await asyncio.gather(made.kill("sender"), made.kill("decider"))
    await phone.clear_faults()
    left = (lambda: made.holder("tick") not in (leader, ""), lambda: not calling(made),
            lambda: not deciding(made, leader))  # fmt: skip
    waits = [until(check, "it is taken up", patience) for check in left]
    await asyncio.gather(made.start("spare", "converse,deliver"), *waits)
    assert await answered(made, [asks]) == [1], "the platform recognised the repetition"
    await until(lambda: not made.rows("SELECT 1 FROM inbox WHERE state <> 'done'"), "all is done")


def calling(made: Crowd) -> bool:
    return bool(made.rows("SELECT 1 FROM outbox WHERE state = 'sending'"))


def deciding(made: Crowd, process: str) -> bool:
    return bool(made.rows("SELECT 1 FROM conversation WHERE lease LIKE ?", f"{process}/%"))


@pytest.mark.soak
def test_two_whole_processes_answer_everybody_once_though_one_is_killed(tmp_path: Path) -> None:
    two_with_a_kill(tmp_path, 30)


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
        assert await answered(made, people) == [1] * customers
        await until(lambda: not made.rows("SELECT 1 FROM outbox WHERE state <> 'sent'"),
                    "every call is known to have arrived")  # fmt: skip
        assert made.rows("SELECT COUNT(*) AS n FROM outbox") == [{"n": customers}]
        assert made.rows("SELECT 1 FROM inbox WHERE state <> 'done'") == []
        assert [len(await made.phone.messages(who)) for who in people] == [1] * customers

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
        address = one.url(one.create("together", "migrated"))
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


def test_four_processes_together_keep_the_rates_of_the_platform(tmp_path: Path) -> None:
    """Twenty a minute to a push robot, above which the sandbox refuses, and an application's rate
    towards a member, above which it drops in silence. The clock moves by hand."""
    pushed, told = 50, 40

    async def scenario(url: str) -> None:
        async with platform() as phone, contextlib.AsyncExitStack() as stack:
            config = load_config(brand(tmp_path))
            clock = ManualClock(int((await phone.get("/clock"))["now_ms"]))
            senders = [await a_sender(url, config, phone, clock, stack) for _ in range(4)]
            store = senders[0][0]
            rows = [row("webhook", "store-room", "store-room", n, clock) for n in range(pushed)]
            rows += [row("app", "1000002", "lin.xi", n, clock) for n in range(told)]
            for one in rows:
                await store.write(outbox.enqueue, one, clock.now())
            for _ in range(20):
                await asyncio.gather(*(sender.step(clock.now()) for _, sender in senders))
                await asyncio.gather(*(sender.drain(10) for _, sender in senders))
                await phone.post("/clock", advance_s=15)
                clock.advance(15_000)
            calls = await phone.calls("webhook/send")
            assert len(calls) == pushed, "none was refused and tried again"
            at = [call["at"] for call in calls]
            assert max(sum(t <= a < t + MINUTE for a in at) for t in at) == 20
            assert len(await phone.calls("message/send")) == told
            assert await store.read(outbox.counts_by_state) == {}, "all are sent"

    with server.running() as one:
        address = one.url(one.create("rates", "migrated"))
        run_scenario(lambda: scenario(address))


async def a_sender(
    url: str, config: Config, phone: Phone, clock: ManualClock, stack: contextlib.AsyncExitStack
) -> tuple[Store, Deliver]:
    """What one process has: a store, a gateway, a sender."""
    from bot.store.postgres import PostgresStore

    migrate(url, clock.now())
    store = PostgresStore(url, readers=1)
    stack.callback(store.close)
    shelf = StoredTokens(store, clock)
    gateway = await stack.enter_async_context(Gateway(config, phone.url, clock, tokens=shelf))
    return store, Deliver("reply", store, gateway, config, clock, Bells(), Open())


def row(channel: str, account: str, peer: str, n: int, clock: ManualClock) -> Outbound:
    name = f"{channel}{n}"
    return Outbound(
        lane=name, pool="reply", channel=channel, account=account, peer=peer, kind="reply",
        body=Text(name), origin="staff:1:0", persona="tester", persona_version=1, dedupe=name,
        send_at=clock.now(), retry_at=clock.now(),
    )  # fmt: skip
