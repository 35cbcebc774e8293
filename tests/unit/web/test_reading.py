"""A page of ours over a real socket: the words, and how long they were in sight, no longer than can be."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.core.clock import SECOND, ManualClock
from bot.members.outlinks import OutLink
from bot.store import outlinks, readings
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.web.outlinks import OutLinks
from bot.web.reading import Readings
from tests.contract import publishing

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
BASE = "https://banzhan.example"
BRAND = {"brand.toml": 'name = "半盏"\nlink_domains = ["banzhan.example"]\n'}
TEXT = "早安 <b>，\n水刚烧开。\n\n慢慢喝。"


@asynccontextmanager
async def served(store: SqliteStore, clock: ManualClock) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(OutLinks(store, clock, BASE).routes())
    app.add_routes(Readings(store, clock, b"key").routes())
    server = web.AppRunner(app)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{server.addresses[0][1]}"
    await server.cleanup()


def test_who_comes_by_his_own_link_is_known_and_only_time_that_passed_counts(
    tmp_path: Path,
) -> None:
    migrate_sqlite(tmp_path / "a.db", 1)
    store, clock = SqliteStore(tmp_path / "a.db", readers=1), ManualClock()

    async def made() -> tuple[str, str, str]:
        await store.write(publishing.publish, "brand", "brand", BRAND, "t", 1)
        page = await store.write(readings.make, "moments/a", 2, "早安", "story", TEXT, "lin", 1)
        url = f"{BASE}/r/{page}"
        his, all_of = [await store.write(outlinks.make, OutLink(
            url=url, carrier="website", posted=posted, member=member, content="moments/b"), 1, "lin")
            for posted, member in (("kf", "wm1"), ("moment", ""))]  # fmt: skip
        return page, his, all_of

    async def story() -> None:
        page, his, _ = await made()
        async with served(store, clock) as at, aiohttp.ClientSession(headers=PHONE) as session:

            async def look(query: str = "") -> str:
                async with session.get(f"{at}/r/{page}{query}") as answer:
                    assert answer.status == 200 and "default-src 'none'" in str(answer.headers)
                    text = await answer.text()
                assert "早安 &lt;b&gt;，<br>水刚烧开。</p><p>慢慢喝。" in text
                return re.search(r'data-view="([^"]*)"', text)[1]  # type: ignore[index]

            async def tell(token: str, stretch: object, ms: object, to: str = page) -> int:
                body = {"t": token, "n": stretch, "ms": ms}
                async with session.post(f"{at}/r/{to}", json=body) as answer:
                    return answer.status

            async with session.get(f"{at}/l/{his}", allow_redirects=False) as answer:
                assert answer.headers["Location"] == f"{BASE}/r/{page}?l={his}"
            one = await look(f"?l={his}")
            clock.advance(40 * SECOND)
            assert [await tell(one, 0, 30_000), await tell(one, 0, 30_000)] == [204, 204]
            assert await tell(one, 1, 9_000_000) == 204, "no more than the page is there"
            two = await look()
            clock.advance(5 * SECOND)
            await tell(two, 0, 5_000)
            for wrong in (await tell("x", 0, 5_000), await tell(two + "0", 0, 5_000),
                          await tell(two, "0", 5_000), await tell(one.replace(his, "2222222"), 2, 9),
                          await tell(two, 0, 5_000, to=his)):  # fmt: skip
                assert wrong == 400
            await tell(two, 99, 5_000)
            async with session.get(f"{at}/r/2222222") as answer:
                assert answer.status == 404
            async with session.get(f"{at}/r/{page}", headers={"User-Agent": "bot"}) as answer:
                assert 'data-view=""' in await answer.text(), "a program that looks ahead reads not"
        found = await store.read(readings.reads, "moments/a")
        assert (found.views, found.members, found.seconds) == (2, 1, 38)
        [topic] = await store.read(readings.topics, ["wm1"])
        assert (topic.topic, topic.views, topic.seconds) == ("story", 1, 72)

    with asyncio.Runner() as runner:
        runner.run(story())
    store.close()
