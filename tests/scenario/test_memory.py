"""The memory of the one process does not grow with the messages that go through it."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
import tracemalloc
from collections import Counter
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest

from tests.scenario.house import House, Phone, brand, house, look, platform, until
from tests.scenario.process import ROOT, Process, started

PAGE = os.sysconf("SC_PAGE_SIZE")
UNDER_WAY = "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending') LIMIT 1"
ACCOUNTS = ("wkBANZHAN01", "wkBANZHAN02", "wkBANZHAN03")
Held = dict[str, int]
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
                log=folder / "log.txt", fresh=True))  # fmt: skip
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
            await until(
                lambda done=done: quiet(config.parent / "data", done), f"{done} are done", 600
            )  # type: ignore[misc]
            seen.append((done, resident(pid)))
            (folder / "seen.txt").write_text(f"{time.monotonic() - began:.0f} s: {seen}\n")

    async def write(phone: Phone, todo: list[tuple[str, int]]) -> None:
        for who, n in todo:
            await phone.write(who, QUESTIONS[n], ACCOUNTS[n % 3])

    run_long(scenario)
    return seen


def run_long(scenario: object) -> None:
    """As ``run``, with the time that a full-size run needs."""
    asyncio.run(asyncio.wait_for(scenario(), 3000))  # type: ignore[operator]


def test_no_message_leaves_anything_behind_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What our own code holds, line by line, after a warm-up that fills what is bounded.

    A leak grows with every part. What is under way, a table that doubles and what SQLite keeps of
    two hundred cursors do not.
    """
    monkeypatch.setattr("bot.pipeline.trace.KEPT", 20)
    monkeypatch.setattr("bot.store.sqlite.PREPARED", 32)  # full long before the first look
    held: list[Held] = []
    people, parts = 10, 5

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await three_each(phone, home, 40, 0)
            tracemalloc.start()
            try:
                for part in range(parts):
                    await three_each(phone, home, people, 40 + part * people)
                    held.append(ours())
            finally:
                tracemalloc.stop()

    run_long(scenario)
    left = least_growth(held)
    each = sum(left.values()) / (3 * people)
    assert each < 600, f"{each:.0f} bytes a message, most of all {left.most_common(5)}"


async def three_each(phone: Phone, home: House, people: int, before: int) -> None:
    """So many new customers write three messages each, and all is answered."""
    who = await phone.customers(people)
    for n in range(3):
        await asyncio.gather(*(phone.write(each, QUESTIONS[n], ACCOUNTS[n]) for each in who))
    await until(lambda: quiet(home.data, 3 * (before + people)), "all is done")


def ours() -> Held:
    """Bytes by line that were allocated by the product's own lines and are still held."""
    gc.collect()
    mine = [tracemalloc.Filter(True, str(ROOT / folder / "*")) for folder in ("bot", "scheduler")]
    found = tracemalloc.take_snapshot().filter_traces(mine)
    return {str(line.traceback[0]): line.size for line in found.statistics("lineno")}


def least_growth(held: list[Held]) -> Counter[str]:
    """By how many bytes each line grew at the least, of those that grew in every part."""
    least = {line: min(after.get(line, 0) - before.get(line, 0) for before, after in pairwise(held))
             for line in held[-1]}  # fmt: skip
    return Counter({line: grown for line, grown in least.items() if grown > 0})


def quiet(data: Path, n: int) -> bool:
    """``n`` messages came in, and nothing is under way."""
    [came] = look(data, "SELECT COUNT(*) AS n FROM inbox WHERE state = 'done' AND kind = 'text'")
    return came["n"] >= n and not look(data, UNDER_WAY)


@pytest.mark.soak
def test_a_hundred_thousand_messages_fit_into_256_mb(tmp_path: Path) -> None:
    seen = drive(tmp_path, 100_000, 10, 32)
    sys.stdout.write(f"messages and MB: {seen}\n")
    assert max(mb for _, mb in seen) < 256, seen
    (first, before), *_, (last, after) = seen[2:]
    assert (after - before) * 1e6 / (last - first) < 500, f"bytes a message: {seen}"
