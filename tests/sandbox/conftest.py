"""A sandbox on a free port, a client for both of its faces, and a receiver of its callbacks."""

from __future__ import annotations

import asyncio
import io
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.crypto import Envelope
from sandbox.server import Sandbox
from sandbox.world import load
from tests.waiting import until

AT = 1_790_000_000_000
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
CORP, SECRET, TOKEN = "wwSANDBOX00000001", "sandbox-secret-assistant", "SandboxToken42"
Json = dict[str, Any]


class Receiver:
    """A callback endpoint: decrypts, keeps, answers with the next scripted status."""

    def __init__(self) -> None:
        self.envelope = Envelope(TOKEN, KEY, CORP)
        self.events: list[dict[str, str]] = []
        self.texts: list[str] = []
        self.refused: list[str] = []
        self.statuses: list[int] = []
        self.reply = b""
        self.url = ""
        self.silent = 0  # so many deliveries from now on are never answered
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/callback/{app}", self.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/callback"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def handle(self, request: web.Request) -> web.Response:
        query = request.query
        if request.method == "GET":
            assert self.verify(query, query["echostr"])
            return web.Response(body=self.envelope.decrypt(query["echostr"]))
        encrypted = ET.fromstring(await request.text()).findtext("Encrypt") or ""
        if not self.verify(query, encrypted):
            self.refused.append(encrypted)
            return web.Response(status=403)
        text = self.envelope.decrypt(encrypted).decode()
        if self.silent:
            self.silent -= 1
            await asyncio.Event().wait()
        status = self.statuses.pop(0) if self.statuses else 200
        self.texts.append(text)
        if status == 200:
            self.events.append({each.tag: each.text or "" for each in ET.fromstring(text)})
        return web.Response(status=status, body=self.reply)

    def verify(self, query: Any, encrypted: str) -> bool:
        parts = query["timestamp"], query["nonce"]
        return self.envelope.verify(query["msg_signature"], *parts, encrypted)

    async def wait(self, count: int) -> list[dict[str, str]]:
        """Until `count` events were accepted."""
        await until(lambda: len(self.events) >= count, f"{count} events arrive", pause=0.005)
        return self.events


class House:
    """One sandbox, one receiver, one HTTP client."""

    def __init__(self, box: Sandbox, receiver: Receiver, http: aiohttp.ClientSession) -> None:
        self.box, self.receiver, self.http = box, receiver, http
        self.token = ""

    async def login(self) -> None:
        found = await self.get("gettoken", corpid=CORP, corpsecret=SECRET)
        self.token = found["access_token"]

    def _query(self, query: Json) -> Json:
        return ({"access_token": self.token} if self.token else {}) | query

    async def get(self, path: str, **query: Any) -> Json:
        url = f"{self.box.urls()['api']}/{path}"
        async with self.http.get(url, params=self._query(query)) as answer:
            return await answer.json()

    async def post(self, path: str, body: Any = None, **query: Any) -> Json:
        url = f"{self.box.urls()['api']}/{path}"
        async with self.http.post(url, json=body or {}, params=self._query(query)) as answer:
            return await answer.json()

    async def code(self, path: str, body: Any = None, **query: Any) -> int:
        return int((await self.post(path, body, **query))["errcode"])

    async def upload(self, path: str, name: str, data: bytes, **query: Any) -> Json:
        form = aiohttp.FormData()
        form.add_field(
            "media", io.BytesIO(data), filename=name, content_type="application/octet-stream"
        )
        url = f"{self.box.urls()['api']}/{path}"
        async with self.http.post(url, data=form, params=self._query(query)) as answer:
            return await answer.json()

    async def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = f"{self.box.urls()['sandbox']}/sandbox{path}"
        async with self.http.request(method, url, json=body) as answer:
            return answer.status, await answer.json()

    async def do(self, path: str, body: Any = None) -> Any:
        """A control POST that must succeed."""
        status, found = await self.control("POST", path, body or {})
        assert status == 200, found
        return found

    async def see(self, path: str) -> Any:
        """A control GET that must succeed."""
        status, found = await self.control("GET", path)
        assert status == 200, found
        return found

    async def customer(self, **more: Any) -> str:
        return str((await self.do("/customers", more))["ids"][0])

    async def friend(self, userid: str = "lin.xi") -> str:
        made = await self.customer()
        await self.do(f"/customers/{made}/add", {"userid": userid})
        return made

    async def texts(self, customer: str) -> list[tuple[str, str, str]]:
        rows = await self.see(f"/customers/{customer}/messages")
        return [(row["channel"], row["kind"], row["text"]) for row in rows]

    async def advance(self, seconds: float) -> None:
        """Move the platform clock; a token that died on the way is replaced."""
        await self.do("/clock", {"advance_s": seconds})
        if seconds >= 7200:
            await self.login()


@asynccontextmanager
async def house(
    world: Path | None = None, frozen: bool = True, tls_port: int | None = None, **more: Any
) -> AsyncIterator[House]:
    receiver = Receiver()
    await receiver.start()
    more.setdefault("callback", receiver.url)
    box = Sandbox(world=world, frozen_at=AT if frozen else None, **more)
    await box.start(tls_port=tls_port)
    try:
        async with aiohttp.ClientSession() as http:
            made = House(box, receiver, http)
            await made.login()
            yield made
    finally:
        await box.stop()
        await receiver.stop()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address has a second to answer its check, by the platform's rule; here it has longer."""
    for part in ("callbacks", "robots.letters"):
        monkeypatch.setattr(f"sandbox.{part}.CHECK_SECONDS", 60.0)


Story = Callable[[House], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., None]:
    """Run a story against a fresh sandbox; `rules` are lines for the world file's [rules]."""

    def run(story: Story, rules: str = "", **more: Any) -> None:
        async def main() -> None:
            world = more.pop("world", None)
            if rules:
                world = tmp_path / "world.toml"
                text = load.DEFAULT.read_text(encoding="utf-8")
                names = tuple(line.split("=")[0].strip() + " " for line in rules.splitlines())
                kept = [line for line in text.splitlines() if not line.startswith(names)]
                world.write_text("\n".join(kept) + "\n" + rules + "\n", encoding="utf-8")
            async with house(world, **more) as made:
                await story(made)

        asyncio.run(main())

    return run
