"""A model service on loopback that speaks the OpenAI chat-completions protocol, well or badly.

Real HTTP, streamed or whole. It records every request. What it answers is chosen by the test: a
``Behave`` for all requests, or a function of the request.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

PIECE = 7  # characters of one streamed chunk


@dataclass(frozen=True, kw_only=True)
class Behave:
    """One way to answer. ``hold``: wait for the test's leave ``first`` before the first byte, in
    the ``middle`` of the stream, or never."""

    text: str = ""
    status: int = 200
    raw: bytes | None = None
    kind: str = "application/json"
    finish: str | None = "stop"
    refusal: str | None = None
    hold: str = ""
    break_off: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


Chooser = Callable[[dict[str, Any]], Behave]


class Stub:
    """The service. ``url`` is its base URL; ``requests`` all bodies, ``headers`` their headers."""

    def __init__(self) -> None:
        self.choose: Chooser = lambda _: Behave(text="")
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.busy = self.busiest = 0
        self._leave = asyncio.Event()

    def always(self, **what: Any) -> None:
        """Answers every request the same way from now on."""
        behave = Behave(**what)
        self.choose = lambda _: behave

    def let_go(self) -> None:
        """Ends every wait, now and later."""
        self._leave.set()

    async def asked(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            return await self._answer(request, body, self.choose(body))
        finally:
            self.busy -= 1

    async def _answer(
        self, request: web.Request, body: dict[str, Any], behave: Behave
    ) -> web.StreamResponse:
        if behave.hold == "first":
            await self._leave.wait()
        if behave.raw is not None or behave.status != 200:
            raw = behave.raw if behave.raw is not None else b'{"error": {"message": "no"}}'
            return web.Response(status=behave.status, body=raw, headers={
                "Content-Type": behave.kind, **behave.headers})  # fmt: skip
        if not body.get("stream"):
            if behave.break_off:
                assert request.transport is not None
                request.transport.abort()
            return web.json_response(_whole(behave))
        return await self._stream(request, behave)

    async def _stream(self, request: web.Request, behave: Behave) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        pieces = [behave.text[i : i + PIECE] for i in range(0, len(behave.text), PIECE)]
        for number, piece in enumerate(pieces):
            if number == 1 and behave.break_off:
                assert request.transport is not None
                request.transport.abort()
                return answer
            if number == 1 and behave.hold == "middle":
                await self._leave.wait()
            await answer.write(_event({"content": piece}, None))
        if behave.refusal:
            await answer.write(_event({"refusal": behave.refusal}, None))
        if behave.finish:
            await answer.write(_event({}, behave.finish))
            await answer.write(b"data: [DONE]\n\n")
        return answer


def _event(delta: dict[str, Any], finish: str | None) -> bytes:
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stub-1",
             "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def _whole(behave: Behave) -> dict[str, Any]:
    message = {"role": "assistant", "content": behave.text, "refusal": behave.refusal}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "stub-1",
            "choices": [{"index": 0, "message": message, "finish_reason": behave.finish}]}  # fmt: skip


@contextlib.asynccontextmanager
async def model_stub() -> AsyncIterator[Stub]:
    """A running stub on a free port."""
    stub = Stub()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", stub.asked)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield stub
    finally:
        stub.let_go()
        await runner.cleanup()
