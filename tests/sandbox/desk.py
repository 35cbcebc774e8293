"""The server behind a robot in URL mode, and a sandbox whose world has such a robot."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.crypto import Envelope
from sandbox.world import load
from tests.sandbox.conftest import KEY, house
from tests.waiting import until

BOT, TOKEN, INSIDE = "aibURL01", "RobotToken42", "wrINTERNAL01"
Answer = Callable[[dict[str, Any]], "dict[str, Any] | None"]


class Desk:
    """The robot's own server: decrypts, keeps, answers as it is told."""

    def __init__(self) -> None:
        self.seal = Envelope(TOKEN, KEY, "")
        self.heard: list[dict[str, Any]] = []
        self.answer: Answer = lambda body: None
        self.checks = 0
        self.statuses: list[int] = []
        self.signed = True

    async def handle(self, request: web.Request) -> web.Response:
        query = request.query
        parts = query["timestamp"], query["nonce"]
        if request.method == "GET":
            self.checks += 1
            assert self.seal.verify(query["msg_signature"], *parts, query["echostr"])
            return web.Response(body=self.seal.decrypt(query["echostr"]))
        encrypted = (await request.json())["encrypt"]
        if not self.seal.verify(query["msg_signature"], *parts, encrypted):
            return web.Response(status=403)
        body = json.loads(self.seal.decrypt(encrypted))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.heard.append(body)
        found = self.answer(body)
        return web.Response() if found is None else self.reply(found, query["nonce"])

    def reply(self, body: dict[str, Any], nonce: str) -> web.Response:
        made = self.seal.encrypt(json.dumps(body).encode(), b"0123456789abcdef")
        signed = self.seal.sign("1790000001", nonce, made) if self.signed else "0" * 40
        return web.json_response(
            {"encrypt": made, "msgsignature": signed, "timestamp": 1790000001, "nonce": nonce}
        )

    async def wait(self, count: int) -> dict[str, Any]:
        await until(lambda: len(self.heard) >= count, f"{count} posts arrive", pause=0.005)
        return self.heard[count - 1]


@asynccontextmanager
async def desk(folder: Path):
    """A sandbox whose world has a robot in URL mode, and the server behind it."""
    made = Desk()
    app = web.Application()
    app.router.add_route("*", "/hook/robot", made.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    text = load.DEFAULT.read_text(encoding="utf-8").replace("refresh_ms = 1000", "refresh_ms = 5")
    text = text.replace("spacing_s = [1, 5, 15]", "spacing_s = [0.01, 0.01, 0.01]")
    robot = f'[[robot]]\nmode = "callback"\nbot_id = "{BOT}"\nname = "小信"\nurl = "robot"\n'
    robot += f'token = "{TOKEN}"\naes_key = "{KEY}"\ngroups = ["{INSIDE}"]\n'
    world = folder / "world.toml"
    world.write_text(text.replace("[rules]", robot + "[rules]"), encoding="utf-8")
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        async with house(world, callback=address) as home:
            yield home, made
    finally:
        await runner.cleanup()
