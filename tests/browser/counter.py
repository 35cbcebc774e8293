"""A sidebar page as small as one can be, on the product's own sign-in and signatures, in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web

from bot.core.clock import SystemClock
from bot.core.config import load_config
from bot.core.ports import LoginRefused
from bot.core.signed import make_state, state_is_good
from bot.wecom.gateway import Gateway

APP, KEY, SESSION, NONCE = "assistant", b"k" * 32, "one browser", "abcdef0123456789"
COOKIE = "counter_staff"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>侧边栏</title>
<link rel="icon" href="data:,"><p id="staff">{staff}</p><p id="customer"></p><p id="told"></p>
<button id="send" type="button">发送建议</button>
<script src="{sandbox}/jssdk/ww.js"></script><script src="/side.js"></script></html>"""
SCRIPT = """
const $ = (id) => document.getElementById(id);
const ask = (kind) => async (url) => (await fetch(`/sign/${kind}?url=${encodeURIComponent(url)}`)).json();
const say = (error) => { $("told").textContent = error.errMsg; };
ww.register({ corpId: "%s", agentId: "%s", jsApiList: ["getCurExternalContact", "sendChatMessage"],
  getConfigSignature: ask("corp"), getAgentConfigSignature: ask("agent"),
  onConfigFail: say, onAgentConfigFail: say });
ww.getCurExternalContact().then((found) => { $("customer").textContent = found.userId; }, say);
$("send").onclick = () => ww.sendChatMessage({ msgtype: "text", text: { content: "八十度的水，泡三十秒。" } }).then(say, say);
"""


class Counter:
    """Who comes without a session is sent to the platform and back."""

    def __init__(self, gateway: Gateway, clock: SystemClock, sandbox: str) -> None:
        self._gateway, self._clock, self._sandbox = gateway, clock, sandbox
        self.base = ""

    async def page(self, request: web.Request) -> web.Response:
        staff = request.cookies.get(COOKIE)
        if staff is None:
            state = make_state(KEY, SESSION, NONCE, self._clock.now())
            there = self._gateway.login(APP).inside_url(f"{self.base}/back", state)
            raise web.HTTPFound(there)
        text = PAGE.format(staff=staff, sandbox=self._sandbox)
        return web.Response(text=text, content_type="text/html")

    async def back(self, request: web.Request) -> web.Response:
        if not state_is_good(KEY, SESSION, request.query["state"], self._clock.now()):
            raise web.HTTPForbidden
        try:
            found = await self._gateway.login(APP).who(request.query["code"])
        except LoginRefused as exc:
            raise web.HTTPForbidden(text=str(exc)) from None
        home = web.HTTPFound("/side?from=chat")
        home.set_cookie(COOKIE, found.userid, httponly=True, samesite="Lax")
        raise home

    async def sign(self, request: web.Request) -> web.Response:
        js = self._gateway.js_sdk(APP)
        kinds = {"corp": js.corp_signature, "agent": js.agent_signature}
        made = await kinds[request.match_info["kind"]](request.query["url"])
        return web.json_response({"timestamp": str(made.timestamp), "nonceStr": made.nonce,
                                  "signature": made.signature})  # fmt: skip

    async def script(self, request: web.Request) -> web.Response:
        js = self._gateway.js_sdk(APP)
        return web.Response(text=SCRIPT % (js.corp_id, js.agent_id), content_type="text/javascript")

    async def serve(self, opened: threading.Event, over: asyncio.Event) -> None:
        app = web.Application()
        app.add_routes([web.get("/side", self.page), web.get("/back", self.back),
                        web.get("/sign/{kind}", self.sign), web.get("/side.js", self.script)])  # fmt: skip
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        opened.set()
        await over.wait()
        await runner.cleanup()


@contextlib.contextmanager
def counter(config: Path, sandbox: str) -> Iterator[str]:
    """Its address, while it serves."""
    opened, made = threading.Event(), {}

    async def live() -> None:
        clock = SystemClock()
        async with Gateway(load_config(config), sandbox, clock) as gateway:
            made["counter"] = Counter(gateway, clock, sandbox)
            made["over"], made["loop"] = asyncio.Event(), asyncio.get_running_loop()
            await made["counter"].serve(opened, made["over"])

    thread = threading.Thread(target=lambda: asyncio.run(live()), name="counter")
    thread.start()
    assert opened.wait(10)
    try:
        yield made["counter"].base
    finally:
        made["loop"].call_soon_threadsafe(made["over"].set)
        thread.join(10)
