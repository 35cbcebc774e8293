"""Short links over a real socket: they lead on, and one click is one event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.core.clock import ManualClock
from bot.members.outlinks import OutLink
from bot.store import outlinks
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.web.outlinks import OutLinks
from tests.contract import publishing

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
BRAND = 'name = "半盏"\nlink_domains = ["{}"]\n'
URL = "https://shop.banzhan.example/cup"


@asynccontextmanager
async def served(store: SqliteStore, clock: ManualClock) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(OutLinks(store, clock).routes())
    server = web.AppRunner(app)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{server.addresses[0][1]}/l/"
    await server.cleanup()


def test_a_link_leads_on_and_counts_who_clicked(tmp_path: Path) -> None:
    migrate_sqlite(tmp_path / "a.db", 1)
    store, clock = SqliteStore(tmp_path / "a.db", readers=1), ManualClock()
    link = OutLink(url=URL, carrier="shop", posted="kf", member="wm1")
    ask = asyncio.Runner()

    async def brand(domain: str) -> None:
        files = {"brand.toml": BRAND.format(domain)}
        await store.write(publishing.publish, "brand", "brand", files, "t", 1)

    async def clicks() -> int:
        return sum(row["clicks"] for row in await store.read(outlinks.latest))

    async def story() -> None:
        await brand("banzhan.example")
        code = await store.write(outlinks.make, link, clock.now(), "lin")
        async with served(store, clock) as at, aiohttp.ClientSession() as session:

            async def get(path: str, method: str = "GET", **more: object) -> tuple[int, str]:
                async with session.request(method, at + path, allow_redirects=False,
                                           **more) as answer:  # type: ignore[arg-type]  # fmt: skip
                    return answer.status, answer.headers.get("Location", "")

            assert await get(code, headers=PHONE) == (302, URL)
            assert await get(code, headers=PHONE) == (302, URL)
            assert await clicks() == 1
            clock.advance(20_000)
            assert await get(code, headers=PHONE) == (302, URL)
            assert await get(code, "HEAD", headers=PHONE) == (302, URL)
            assert await get(code, headers={"User-Agent": "Googlebot/2.1"}) == (302, URL)
            assert await clicks() == 2
            for wrong in ("2222222", "OOOOOOO", "a", f"{code}x", "..%2f..%2fetc"):
                assert await get(wrong, headers=PHONE) == (404, "")
            await brand("other.example")
            assert await get(code, headers=PHONE) == (404, "")
            assert await clicks() == 2

    with ask:
        ask.run(story())
    store.close()
