"""The far end of the wire: a platform that answers as told, and clients that talk to it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.core.clock import ManualClock
from bot.wecom.client import Api, fetch_token
from bot.wecom.token import Tokens

Answer = dict[str, Any] | web.StreamResponse
Answering = Callable[["Call"], Answer | Awaitable[Answer]]
SECONDS = 90.0


@dataclass(frozen=True)
class Call:
    """One request as the platform saw it."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    request: web.Request


@dataclass
class Stub:
    """Counts token fetches and keeps every other call; ``answer`` decides what it gets back."""

    url: str = ""
    tokens: int = 0
    calls: list[Call] = field(default_factory=list)
    answer: Answering = lambda call: {"errcode": 0, "errmsg": "ok"}
    token: Callable[[int], Answer] = lambda n: {
        "errcode": 0, "access_token": f"T{n}", "expires_in": 7200}  # fmt: skip

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/cgi-bin/gettoken":
            self.tokens += 1
            return _response(self.token(self.tokens))
        path = request.path.removeprefix("/cgi-bin/")
        call = Call(request.method, path, dict(request.query), await request.read(), request)
        self.calls.append(call)
        answer = self.answer(call)
        if isinstance(answer, Awaitable):
            answer = await answer
        return _response(answer)


def _response(answer: Answer) -> web.StreamResponse:
    return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)


@contextlib.asynccontextmanager
async def platform(stub: Stub) -> AsyncIterator[Stub]:
    """``stub`` behind a real socket on a free port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def client(base: str, *, seconds: float = SECONDS) -> AsyncIterator[Api]:
    """An Api with a token store of its own. ``seconds``: how long a call may take, tokens aside."""
    async with aiohttp.ClientSession() as http:
        tokens = Tokens(lambda: fetch_token(http, base, "ww1", "s", SECONDS), ManualClock())
        yield Api(base=base, corp_id="ww1", secret="s", tokens=tokens, http=http, timeout=seconds)


def drop(call: Call) -> web.StreamResponse:
    """The connection ends without an answer."""
    assert call.request.transport is not None
    call.request.transport.abort()
    return web.Response()
