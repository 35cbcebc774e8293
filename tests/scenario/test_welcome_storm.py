"""Many customers add accounts in the same moment, while the platform answers slowly."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.scenario.house import house, platform, run, until


def storm(tmp_path: Path, people: int, delay: tuple[int, int]) -> None:
    """Everybody is welcomed once, inside 20 s, judged by the platform's own clock."""

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await phone.post("/faults", on="api", kind="slow", path="send_welcome_msg",
                             delay_ms=list(delay))  # fmt: skip
            ids = await phone.customers(people)
            began = (await phone.get("/clock"))["now_ms"]
            adds = [phone.post(f"/customers/{who}/add", userid=("lin.xi", "chen.mo")[i % 2])
                    for i, who in enumerate(ids)]  # fmt: skip
            await asyncio.gather(*adds)
            for who in ids:
                await until(lambda who=who: phone.messages(who), "a welcome")  # type: ignore[misc]
            await until(lambda: not home.rows("SELECT 1 FROM outbox WHERE state <> 'sent'"),
                        "all answers came in")  # fmt: skip
            received = [await phone.messages(who) for who in ids]
            assert [len(messages) for messages in received] == [1] * people
            assert max(m[0]["at"] for m in received) - began < 20_000
            accepted = [c for c in await phone.calls("send_welcome_msg") if c["errcode"] == 0]
            assert len(accepted) == people

    run(scenario)


def test_forty_friends_at_once_are_all_welcomed_in_time_and_once(tmp_path: Path) -> None:
    storm(tmp_path, 40, (0, 1_000))


@pytest.mark.soak
def test_two_hundred_friends_at_once_while_answers_take_up_to_ten_seconds(tmp_path: Path) -> None:
    storm(tmp_path, 200, (0, 10_000))


def test_a_lookup_that_hangs_for_everybody_delays_nobody_beyond_his_welcome(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, name_deadline='"300ms"'):
            await phone.post("/faults", on="api", kind="slow", path="externalcontact/get",
                             delay_ms=30_000)  # fmt: skip
            ids = await phone.customers(40)
            await asyncio.gather(*(phone.post(f"/customers/{w}/add", userid="lin.xi") for w in ids))
            for who in ids:
                (text,) = await until(lambda who=who: phone.texts(who), "a welcome")  # type: ignore[misc]
                assert text.startswith("朋友，")

    run(scenario)


def test_a_welcome_whose_call_was_cut_is_not_sent_twice(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await phone.post("/faults", on="api", kind="drop_after", path="send_welcome_msg", n=1)
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/add", userid="lin.xi")
            (row,) = await until(lambda: home.rows("SELECT * FROM outbox WHERE state = 'unsure'"),
                                 "the fate is listed as unsure")  # fmt: skip
            assert "the code is spent" in row["note"]
            assert len(await phone.messages(who)) == 1
            assert home.rows("SELECT status FROM replies") == [{"status": "unsure"}]

    run(scenario)


def test_a_welcome_that_never_arrived_is_sent_again_in_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await phone.post("/faults", on="api", kind="drop_before", path="send_welcome_msg", n=1)
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/add", userid="lin.xi")
            await until(lambda: phone.messages(who), "a welcome")
            await until(lambda: home.rows("SELECT 1 FROM outbox WHERE state = 'sent'"), "sent")
            assert len(await phone.messages(who)) == 1

    run(scenario)
