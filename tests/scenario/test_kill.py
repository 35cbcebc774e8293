"""The bot dies and comes back while customers write: answered once, nothing lost."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from tests.scenario.house import Phone, brand, look, run, until
from tests.scenario.process import Process, started

QUESTIONS = ("几天发货", "泡几分钟", "能开发票吗", "多久发货", "水温多少")


def kill_run(tmp_path: Path, messages: int, kills: int, seed: int) -> None:
    """Callbacks come twice and shuffled; the bot is killed at random points of the flood."""
    config = brand(tmp_path / "brand")
    dice = random.Random(seed)
    log = tmp_path / "log.txt"

    def bot(url: str) -> Process:
        return Process("run", "--config", str(config), "--port", "0", "--platform", url, log=log)

    async def scenario() -> None:
        with started("sandbox", "--port", "0", log=log) as platform:
            async with aiohttp.ClientSession() as http:
                phone = Phone(platform.ready["sandbox"], http)
                await flood(phone, bot)

    async def flood(phone: Phone, bot_at: object) -> None:
        await phone.post("/faults", on="callback", kind="duplicate")
        await phone.post("/faults", on="callback", kind="reorder")
        people = await phone.customers(messages)
        process = await asyncio.to_thread(bot, phone.url)
        points = sorted(dice.sample(range(messages), kills))
        try:
            for i, who in enumerate(people):
                await phone.write(who, dice.choice(QUESTIONS), f"wkBANZHAN0{1 + i % 2}")
                if i in points:
                    await asyncio.sleep(dice.random() * 0.15)
                    await asyncio.to_thread(process.kill)
                    process = await asyncio.to_thread(bot, phone.url)
            await until(lambda: everybody(phone, people), "everybody is answered")
            counts = [len(await phone.messages(who)) for who in people]
            assert counts == [1] * messages
        finally:
            await asyncio.to_thread(process.stop)
        data = config.parent / "data"
        assert look(data, "SELECT state, COUNT(*) AS n FROM outbox GROUP BY state") == [
            {"state": "sent", "n": messages}]  # fmt: skip
        assert look(data, "SELECT COUNT(*) AS n FROM inbox WHERE state <> 'done'") == [{"n": 0}]

    async def everybody(phone: Phone, people: list[str]) -> bool:
        for who in people:
            if not await phone.messages(who):
                return False
        return True

    run(scenario)


def test_a_bot_that_is_killed_twice_answers_everybody_exactly_once(tmp_path: Path) -> None:
    kill_run(tmp_path, 60, 2, seed=7)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_five_kills_during_five_hundred_messages(tmp_path: Path, seed: int) -> None:
    kill_run(tmp_path, 500, 5, seed)


def test_a_store_that_cannot_keep_a_page_is_asked_again_in_measure_and_loses_nothing(
    tmp_path: Path,
) -> None:
    from tests.scenario.house import house, platform

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await until(lambda: home.rows("SELECT COUNT(*) AS n FROM source WHERE id LIKE 'kf:%'"
                                          " AND served = wanted") == [{"n": 3}], "all is read")  # fmt: skip
            outside = sqlite3.connect(home.data / "onevoice.db", isolation_level=None)
            outside.execute("ALTER TABLE inbox RENAME TO out_of_reach")
            (who,) = await phone.customers(1)
            before = len(await phone.calls("kf/sync_msg"))
            await phone.write(who, "几天发货")
            await until(lambda: _called(phone, before + 2), "the page is asked for again")
            outside.execute("ALTER TABLE out_of_reach RENAME TO inbox")
            outside.close()
            first, second = (await phone.calls("kf/sync_msg"))[before : before + 2]
            assert second["at"] - first["at"] >= 500, "it backs off"
            assert await until(lambda: phone.texts(who), "an answer") == ["下单后两天内发出。"]

    async def _called(phone: Phone, n: int) -> bool:
        return len(await phone.calls("kf/sync_msg")) >= n

    run(scenario)


def test_a_call_whose_answer_was_lost_is_recognised_by_its_msgid(tmp_path: Path) -> None:
    from tests.scenario.house import house, platform

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await phone.post("/faults", on="api", kind="drop_after", path="kf/send_msg", n=1)
            (who,) = await phone.customers(1)
            await phone.write(who, "几天发货")
            (row,) = await until(lambda: home.rows("SELECT * FROM outbox WHERE state = 'sent'"),
                                 "it is known as sent")  # fmt: skip
            assert row["note"] == "the first attempt had arrived"
            assert len(await phone.messages(who)) == 1

    run(scenario)
