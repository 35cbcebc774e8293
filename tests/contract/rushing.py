"""Processes that take part at the same moment, and one that pays: for the tests that kill them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from multiprocessing.synchronize import Event
from pathlib import Path

from bot.adapters.pay import open_pay
from bot.community.activity import Activity, parse_activity
from bot.core.clock import SystemClock
from bot.store import taking_part
from bot.store.answers import Who
from bot.store.engine import Store
from bot.store.sqlite import SqliteStore
from scheduler.paying import Paying
from tests.contract.test_packets import PAY

ZONE = "Asia/Shanghai"
RUSH = (
    'id = "rush"\ntitle = "最后十份"\ncircle = "tea"\nkind = "register"\n'
    '[when]\nannounce = "2026-09-23 09:00"\nclose = "20d"\n'
    '[[rewards]]\nid = "cup"\ntitle = "杯垫"\nhow = "thing"\nto = "all"\nstock = 10\n'
    '[[rewards]]\nid = "code"\ntitle = "茶券"\nhow = "coupon"\nto = "all"\ncoupons = "rush"\n'
    '[[rewards]]\nid = "packet"\ntitle = "红包"\nhow = "redpacket"\nto = "all"\ncents = 188\n'
    'budget = 7520\n'
    '[[rewards]]\nid = "some"\ntitle = "积分"\nhow = "points"\nto = "all"\npoints = 5\n'
)  # fmt: skip


def rules() -> Activity:
    return parse_activity(RUSH, "rush.toml", ZONE, 1)


def opened(place: str) -> Store:
    """A store as a process of its own has it."""
    if not place.startswith("postgres"):
        return SqliteStore(Path(place), readers=1)
    from bot.store.postgres import PostgresStore

    return PostgresStore(place, readers=1)


async def rush(store: Store, members: Sequence[str], now: int) -> None:
    """All of them at once."""
    made = rules()
    await asyncio.gather(*(
        store.write(taking_part.sign_up, made, Who(member=one, zone=ZONE), now + n)
        for n, one in enumerate(members)))  # fmt: skip


def take_part(place: str, members: Sequence[str], now: int, few: int) -> None:
    """A process: ``few`` at a time, until everybody took part, or somebody ends it."""
    store = opened(place)
    for start in range(0, len(members), few):
        asyncio.run(rush(store, members[start : start + few], now + start))
    store.close()


def pay(place: str, till: str, now: int, ready: Event) -> None:
    """A process that pays until somebody ends it; its clock runs a thousand times as fast."""

    async def work() -> None:
        store, clock = opened(place), SystemClock()
        begun = clock.now()
        async with open_pay(PAY, till) as payments:
            assert payments is not None
            ready.set()
            worker = Paying(store, payments, PAY)
            while True:
                await worker.step(now + (clock.now() - begun) * 1_000)
                await asyncio.sleep(0.002)

    asyncio.run(work())
