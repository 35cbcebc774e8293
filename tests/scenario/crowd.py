"""Several processes of the product on one private PostgreSQL, with a sandbox process beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.contract import server
from tests.scenario.house import Phone, brand
from tests.scenario.process import Process, started


@dataclass
class Crowd:
    """The processes by name, and what they share."""

    folder: Path
    phone: Phone
    url: str
    running: dict[str, Process] = field(default_factory=dict)

    async def start(self, name: str, roles: str = "", config: Path | None = None) -> Process:
        """One more process; ``roles`` empty: all of them."""
        made: Process = await asyncio.to_thread(
            Process, "run", "--config", str(config or self.folder / "brand" / "config.toml"),
            "--port", "0", "--platform", self.phone.url, *(["--roles", roles] if roles else []),
            log=self.folder / f"{name}.log",
        )  # fmt: skip
        self.running[name] = made
        return made

    async def kill(self, name: str) -> None:
        await asyncio.to_thread(self.running.pop(name).kill)

    async def stop(self, name: str) -> int:
        return await asyncio.to_thread(self.running.pop(name).stop)

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What the database says."""
        import psycopg
        from psycopg.rows import dict_row

        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            return connection.execute(sql.replace("?", "%s").encode(), values).fetchall()

    def holder(self, lease: str) -> str:
        """Which process holds a lease, as the database knows it."""
        rows = self.rows("SELECT holder FROM lease WHERE name = ?", lease)
        return str(rows[0]["holder"]) if rows else ""

    async def ready(self, name: str, port: int) -> dict[str, Any]:
        """What /readyz of a process says."""
        async with self.phone.http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            found: dict[str, Any] = await answer.json()
            return found | {"status": answer.status}


@contextlib.asynccontextmanager
async def crowd(folder: Path, edit: Any = None, **changes: str) -> AsyncIterator[Crowd]:
    """Database, sandbox and brand are there; no process runs yet. ``edit(folder)`` may change the
    brand's files."""
    config = brand(folder / "brand", **changes)
    if edit is not None:
        edit(folder / "brand")
    with server.running() as one, started("sandbox", "--port", "0", log=folder / "s.log") as box:
        url = one.url(one.create("crowd", "migrated"))
        config.write_text(config.read_text("utf-8") + f'\n[store]\nurl = "{url}"\n', "utf-8")
        async with aiohttp.ClientSession() as http:
            made = Crowd(folder, Phone(box.ready["sandbox"], http), url)
            try:
                yield made
            finally:
                for name in list(made.running):
                    await made.stop(name)
