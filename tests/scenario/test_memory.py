"""The memory of the one process does not grow with the messages that go through it."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import aiohttp
import pytest

from tests.scenario.house import Phone, brand, look, until
from tests.scenario.process import Process, started

PAGE = os.sysconf("SC_PAGE_SIZE")
QUESTIONS = ("几天发货", "泡几分钟", "能开发票吗", "水温多少", "你好")


def resident(pid: int) -> float:
    """MB of a process that lie in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def drive(folder: Path, messages: int, points: int, at_once: int) -> list[tuple[int, float]]:
    """(messages, MB) of a real process after each part of the flood, all answered."""
    config = brand(folder / "brand", log_level='"error"')
    seen: list[tuple[int, float]] = []
    began = time.monotonic()

    async def scenario() -> None:
        with started("sandbox", "--port", "0", log=folder / "log.txt") as platform:
            url = platform.ready["sandbox"]
            bot = await asyncio.to_thread(lambda: Process(
                "run", "--config", str(config), "--port", "0", "--platform", url,
                log=folder / "log.txt"))  # fmt: skip
            try:
                async with aiohttp.ClientSession() as http:
                    await flood(Phone(url, http), bot.child.pid)
            finally:
                await asyncio.to_thread(bot.stop)

    async def flood(phone: Phone, pid: int) -> None:
        part = messages // points
        for point in range(points):
            people = await phone.customers(part // 4)
            todo = [(who, n) for n in range(4) for who in people]
            await asyncio.gather(*(write(phone, todo[k::at_once]) for k in range(at_once)))
            done = (point + 1) * len(todo)
            await until(lambda done=done: answered(done), f"{done} are done", 600)  # type: ignore[misc]
            seen.append((done, resident(pid)))
            (folder / "seen.txt").write_text(f"{time.monotonic() - began:.0f} s: {seen}\n")

    async def write(phone: Phone, todo: list[tuple[str, int]]) -> None:
        for who, n in todo:
            await phone.write(who, QUESTIONS[n], f"wkBANZHAN0{1 + n % 3}")

    def answered(n: int) -> bool:
        sql = "SELECT COUNT(*) AS n FROM inbox WHERE state = 'done'"
        open_rows = "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending') LIMIT 1"
        data = config.parent / "data"
        return look(data, sql)[0]["n"] >= n and not look(data, open_rows)

    run_long(scenario)
    return seen


def run_long(scenario: object) -> None:
    """As ``run``, with the time that a full-size run needs."""
    asyncio.run(asyncio.wait_for(scenario(), 3000))  # type: ignore[operator]


def test_memory_does_not_grow_with_every_message(tmp_path: Path) -> None:
    """The first thousand fill caches and pools; what comes after may cost next to nothing."""
    seen = drive(tmp_path, 3_000, 3, 16)
    (first, before), *_, (last, after) = seen
    assert after < 256
    assert (after - before) * 1e6 / (last - first) < 4_000, f"bytes a message: {seen}"


@pytest.mark.soak
def test_a_hundred_thousand_messages_fit_into_256_mb(tmp_path: Path) -> None:
    seen = drive(tmp_path, 100_000, 10, 32)
    assert max(mb for _, mb in seen) < 256, seen
    (first, before), *_, (last, after) = seen[2:]
    assert (after - before) * 1e6 / (last - first) < 500, f"bytes a message: {seen}"
