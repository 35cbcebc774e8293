"""The inbox with many conversations and messages: what a page weighs, and what it costs."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from urllib.parse import quote

import pytest

from bot.console.pages.inbox_list import SHOWN
from bot.store import filling, index
from tests.contract.test_inbox_scale import CORPUS, KEY
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

WEIGHT = 200_000  # bytes
MOMENT = 0.150  # seconds
WORDS = ("你好", CORPUS[500:502], CORPUS[500:504], "龘龘", "你")
PAGES = (
    "/inbox", f"/inbox?c={KEY}", f"/inbox/thread?c={KEY}", f"/inbox/panel?c={KEY}",
    "/inbox?o=longest", "/inbox?a=kf:wk1", f"/inbox?c={KEY}&at=inbox-{{line}}",
    *(f"/inbox?f={name}" for name in SHOWN),
    *(f"/inbox?q={quote(words)}" for words in (*WORDS, "客77")),
    *(f"/inbox/search?q={quote(words)}" for words in WORDS),
)  # fmt: skip


async def fill(desk: Reception, talks: int, lines: int, step: int) -> None:
    write = desk.store.write
    for first in range(0, talks, step):
        await write(filling.put_talks, first, min(talks, first + step) - 1, NOW)
    for first in range(0, lines, step):
        await write(filling.put_lines, first, first + step - 1, talks, NOW, CORPUS)
    await write(filling.put_notes, 0, talks - 1, talks, NOW, CORPUS)
    for kind in index.KINDS:
        while await write(index.fill, kind, NOW + 10**9):
            pass


async def weighed(browser: Browser, line: int) -> dict[str, int]:
    """Bytes of every page."""
    found = {}
    for path in PAGES:
        answer = await browser.get(path.format(line=line))
        assert answer.status == 200, (path, answer.text)
        found[path] = len(answer.text.encode())
    return found


async def newest(desk: Reception) -> int:
    rows = await desk.store.read(
        lambda tx: tx.rows("thread_inbox", conversation=KEY, before=1 << 60, n=30)
    )
    return int(rows[-1]["id"])


def test_no_page_is_heavy(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            await desk.publish()
            await fill(desk, 120, 3_000, 3_000)
            found = await weighed(browser, await newest(desk))
            assert max(found.values()) < WEIGHT, found

    run(scenario)


@pytest.mark.soak
def test_with_ten_thousand_conversations_and_a_million_messages(tmp_path: Path) -> None:
    """Size, and CPU time of this process, which is browser and server in one."""

    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            await desk.publish()
            await fill(desk, 10_000, 1_000_000, 20_000)
            line = await newest(desk)
            found = await weighed(browser, line)
            assert max(found.values()) < WEIGHT, found
            slow = {}
            for path in PAGES:
                took = []
                for _ in range(5):
                    began = time.process_time()
                    await browser.get(path.format(line=line))
                    took.append(time.process_time() - began)
                slow[path] = round(median(took) * 1000)
            assert max(slow.values()) < MOMENT * 1000, slow

    import asyncio

    asyncio.run(asyncio.wait_for(scenario(), 900))
