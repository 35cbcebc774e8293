"""The whole house against the sandbox, on free ports, in this process."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import App
from bot.core.clock import SystemClock
from bot.core.config import load_config
from bot.library.library import Library
from bot.platform import Sandbox as PlatformSandbox
from bot.store.engine import Tx
from bot.store.opening import migrate_store, open_store
from bot.workers import ROLES
from sandbox.server import Sandbox
from tests.template import furnish
from tests.waiting import until as until

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
DAY = 86_400
LONGEST = 300.0  # seconds; only a scenario that hangs takes them


@dataclass(frozen=True, slots=True)
class Phone:
    """The sandbox's control plane: everything a person outside can do or see."""

    url: str
    http: aiohttp.ClientSession

    async def post(self, path: str, /, **body: Any) -> Any:
        """One control call; fails the test when it is refused."""
        async with self.http.post(f"{self.url}/sandbox{path}", json=body) as answer:
            found = await answer.json()
            assert answer.status < 300, found
            return found

    async def get(self, path: str) -> Any:
        """One look at the sandbox's truth."""
        async with self.http.get(f"{self.url}/sandbox{path}") as answer:
            return await answer.json()

    async def clear_faults(self) -> None:
        """The platform behaves again."""
        async with self.http.delete(f"{self.url}/sandbox/faults"):
            pass

    async def customers(self, n: int) -> list[str]:
        """New customers who know nobody yet."""
        ids: list[str] = (await self.post("/customers", n=n))["ids"]
        return ids

    async def messages(self, customer: str) -> list[dict[str, Any]]:
        """What this customer has received, in order."""
        found = await self.get(f"/customers/{customer}/messages")
        rows: list[dict[str, Any]] = found.get("items", found) if isinstance(found, dict) else found
        return rows

    async def texts(self, customer: str, channel: str = "") -> list[str]:
        """The words of it."""
        rows = await self.messages(customer)
        return [m["text"] for m in rows if channel in ("", m["channel"])]

    async def write(self, customer: str, text: str, kf: str = "wkBANZHAN01") -> None:
        """The customer writes to a kf account."""
        await self.post(f"/customers/{customer}/kf", open_kfid=kf, text=text)

    async def tasks(self, staff: str) -> list[dict[str, Any]]:
        """What waits in this staff member's client."""
        rows: list[dict[str, Any]] = await self.get(f"/staff/{staff}/tasks")
        return rows

    async def calls(self, path: str) -> list[dict[str, Any]]:
        """API calls that the platform received."""
        found = await self.get(f"/calls?path={path}&limit=5000")
        rows: list[dict[str, Any]] = found.get("items", found) if isinstance(found, dict) else found
        return rows


@dataclass(frozen=True, slots=True)
class House:
    """One running product and its sandbox."""

    app: App
    phone: Phone
    callback: str
    data: Path

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What the database says."""
        return look(self.data, sql, *values)

    async def follows(self) -> None:
        """Waits until the product's clock has followed the platform's, within its second: what is
        decided before a jump expires by the time of before."""
        offset = (await self.phone.get("/clock"))["offset_ms"]
        await until(lambda: abs(self.app.clock.offset - offset) < 1_000, "the clock is followed")


def look(data: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    """Rows of the product's database, read as anybody may read it while it runs."""
    with contextlib.closing(sqlite3.connect(data / "onevoice.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def brand(folder: Path, **changes: str) -> Path:
    """A copy of the test brand; ``changes`` replace whole lines of config.toml by their key."""
    shutil.copytree(BRAND, folder, dirs_exist_ok=True)
    config = folder / "config.toml"
    lines = config.read_text("utf-8").splitlines()
    for key, value in changes.items():
        assert any(x.startswith(f"{key} =") for x in lines), f"{key} is not in the test config"
        lines = [f"{key} = {value}" if x.startswith(f"{key} =") else x for x in lines]
    config.write_text("\n".join(lines), "utf-8")
    return config


def published(config: Path, write: Callable[[Tx, int], None]) -> None:
    """The brand's database as a first start makes it, and what ``write`` adds to it (at ``now``)."""
    loaded, clock = load_config(furnish(config)), SystemClock()
    migrate_store(loaded, clock.now())

    async def fill() -> None:
        store = open_store(loaded, readers=1)
        await Library(store, loaded, clock).open()
        await store.write(write, clock.now())
        store.close()

    asyncio.run(fill())


@contextlib.asynccontextmanager
async def platform(**options: Any) -> AsyncIterator[Phone]:
    """A sandbox of its own on a free port."""
    sandbox = Sandbox(**options)
    await sandbox.start(0)
    try:
        async with aiohttp.ClientSession() as http:
            yield Phone(str(sandbox.urls()["sandbox"]), http)
    finally:
        await sandbox.stop()


@contextlib.asynccontextmanager
async def house(
    folder: Path, phone: Phone, *, roles: Iterable[str] = ROLES, **changes: str
) -> AsyncIterator[House]:
    """The product with a fresh copy of the test brand, talking to ``phone``'s sandbox."""
    brand(folder, **changes)
    async with opened(folder, phone, roles=roles) as home:
        yield home


@contextlib.asynccontextmanager
async def opened(
    folder: Path, phone: Phone, *, roles: Iterable[str] = ROLES
) -> AsyncIterator[House]:
    """The product with the files as they lie in ``folder``, and a database that is migrated."""
    config = load_config(furnish(folder / "config.toml"))
    app = App(config, port=0, platform=PlatformSandbox(phone.url), roles=roles)
    async with app.running() as urls:
        yield House(app, phone, urls.callback or "", config.data_dir)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Runs one scenario to its end."""
    asyncio.run(asyncio.wait_for(scenario(), LONGEST))  # type: ignore[arg-type]
