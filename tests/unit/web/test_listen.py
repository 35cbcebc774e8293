"""What one stranger may hold, send and learn: over real sockets on 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot.web import listen
from bot.web.listen import BETWEEN, FIRST, Listener, Waiting, most_connections, runner

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
HOST = "127.0.0.1"


class House:
    """A server with one handler, and hands to knock at it."""

    def __init__(self, most: int) -> None:
        self.waiting = Waiting(most)
        self.port = 0
        self.inside = asyncio.Event()
        self.let_go = asyncio.Event()
        self._held: list[Writer] = []

    async def echo(self, request: web.Request) -> web.Response:
        body = await request.read()
        return web.Response(text=f"{request.path} {len(body)}")

    async def slow(self, _: web.Request) -> web.Response:
        self.inside.set()
        await self.let_go.wait()
        return web.Response(text="done")

    async def connect(self) -> tuple[Reader, Writer]:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        self._held.append(writer)
        return reader, writer

    async def ask(self, raw: bytes) -> bytes:
        """The whole answer to one request that asks for the connection's end."""
        reader, writer = await self.connect()
        writer.write(raw)
        return await asyncio.wait_for(reader.read(), 90)

    def leave(self) -> None:
        for writer in self._held:
            writer.close()


@contextlib.asynccontextmanager
async def house(most: int = 100) -> AsyncIterator[House]:
    home = House(most)
    app = web.Application(client_max_size=65_536)
    app.router.add_post("/callback/{app}", home.echo)
    app.router.add_get("/metrics", home.echo)
    app.router.add_get("/slow", home.slow, allow_head=False)
    server = runner(app, home.waiting)
    await server.setup()
    await Listener(server, home.waiting, HOST, 0).start()
    home.port = server.addresses[0][1]
    try:
        yield home
    finally:
        home.leave()
        await server.cleanup()


def run(scenario: Callable[[House], Awaitable[None]], most: int = 100) -> None:
    async def whole() -> None:
        async with house(most) as home:
            await asyncio.wait_for(scenario(home), 300)

    asyncio.run(whole())


def now() -> float:
    return asyncio.get_running_loop().time()


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    head = [f"{line} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


@pytest.mark.parametrize("line", ["GET /metrics", "GET /nothing", "PUT /metrics"])
def test_an_answer_tells_nothing_about_versions(line: str) -> None:
    async def scenario(home: House) -> None:
        answer = (await home.ask(request(line))).decode()
        assert "aiohttp" not in answer
        assert "Server:" not in answer
        assert "X-Content-Type-Options: nosniff" in answer
        assert "Cache-Control: no-store" in answer

    run(scenario)


NOT_HTTP = {
    "garbage": b"GARBAGE\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00",
    "long line": request("GET /metrics?" + "x" * 9_000),
    "long header": request("GET /metrics", "A: " + "x" * 9_000),
    "many headers": request("GET /metrics", *["A: b"] * 200),
    "two lengths": request("POST /callback/a", "Content-Length: 3", "Content-Length: 4"),
    "length and chunks": request("POST /callback/a", "Content-Length: 3",
                                 "Transfer-Encoding: chunked"),
    "bad chunk": request("POST /callback/a", "Transfer-Encoding: chunked", body=b"zz\r\n"),
    "bytes in the path": request("GET /callback/\xff"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_HTTP)
def test_what_is_no_http_is_refused_and_does_not_fill_the_log(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(home: House) -> None:
        answer = await home.ask(NOT_HTTP[name])
        assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400")), answer

    with caplog.at_level(logging.INFO):
        run(scenario)
    assert caplog.records == []


def test_what_goes_wrong_inside_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: web.Request) -> web.Response:
        raise RuntimeError("a bug")

    async def scenario() -> None:
        app, waiting = web.Application(), Waiting(10)
        app.router.add_get("/", broken)
        server = runner(app, waiting)
        await server.setup()
        await Listener(server, waiting, HOST, 0).start()
        home = House(10)
        home.port = server.addresses[0][1]
        assert (await home.ask(request("GET /"))).startswith(b"HTTP/1.1 500")
        home.leave()
        await server.cleanup()

    asyncio.run(scenario())
    assert "a bug" in caplog.text


@pytest.mark.parametrize(
    "path",
    ["/callback/../metrics", "/callback/%2e%2e/metrics", "//metrics", "/callback//metrics",
     "/callback/..%2fmetrics"],
)  # fmt: skip
def test_no_way_leads_from_the_callbacks_to_the_metrics(path: str) -> None:
    async def scenario(home: House) -> None:
        assert b" 200 " not in (await home.ask(request(f"GET {path}"))).splitlines()[0]

    run(scenario)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "GET"])
def test_a_callback_is_posted(method: str) -> None:
    async def scenario(home: House) -> None:
        answer = await home.ask(request(f"{method} /callback/a"))
        assert answer.startswith(b"HTTP/1.1 405")

    run(scenario)


def test_a_body_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(10_000_000))

    async def scenario(home: House) -> None:
        head = ("Content-Encoding: gzip", f"Content-Length: {len(bomb)}")
        answer = await home.ask(request("POST /callback/a", *head, body=bomb))
        assert answer.endswith(f"/callback/a {len(bomb)}".encode())

    run(scenario)


def test_a_body_without_a_length_is_bounded() -> None:
    async def scenario(home: House) -> None:
        chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        head = request("POST /callback/a", "Transfer-Encoding: chunked")
        answer = await home.ask(head + chunk * 4 + b"0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 413")

    run(scenario)


def test_whoever_does_not_finish_his_headers_is_shown_out() -> None:
    async def scenario(home: House) -> None:
        began = now()
        silent, _ = await home.connect()
        slow, writer = await home.connect()
        for piece in (b"GET /metrics HTTP/1.1\r\n", b"Host: x\r\n", b"A: b\r\n"):
            writer.write(piece)
            await writer.drain()
        home.waiting.round(began + FIRST - 1)
        await home.ask(request("GET /metrics"))
        assert not silent.at_eof()
        assert not slow.at_eof()
        home.waiting.round(now() + FIRST + 1)
        assert await asyncio.wait_for(silent.read(), 90) == b""
        assert await asyncio.wait_for(slow.read(), 90) == b""

    run(scenario)


def test_a_kept_connection_may_rest_longer_and_ends_then() -> None:
    async def scenario(home: House) -> None:
        reader, writer = await home.connect()
        for _ in range(2):
            began = now()
            writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await asyncio.wait_for(reader.readuntil(b"/metrics 0"), 90)
            home.waiting.round(began + BETWEEN - 1)
        home.waiting.round(now() + BETWEEN + 1)
        assert await asyncio.wait_for(reader.read(), 90) == b""

    run(scenario)


def test_an_answer_may_take_its_time() -> None:
    async def scenario(home: House) -> None:
        began = now()
        reader, writer = await home.connect()
        writer.write(request("GET /slow"))
        await home.inside.wait()
        home.waiting.round(began + FIRST - 1)
        home.let_go.set()
        assert (await asyncio.wait_for(reader.read(), 90)).endswith(b"done")

    run(scenario)


def test_of_too_many_connections_the_idlest_goes_and_a_genuine_one_is_served() -> None:
    async def scenario(home: House) -> None:
        held = [await home.connect() for _ in range(400)]
        assert b"/callback/a 2" in await home.ask(
            request("POST /callback/a", "Content-Length: 2", body=b"hi")
        )
        ended = [reader for reader, _ in held[:300]]
        for reader in ended:
            assert await asyncio.wait_for(reader.read(), 90) == b""
        open_still = [reader for reader, _ in held if not reader.at_eof()]
        assert 0 < len(open_still) <= 50

    run(scenario, most=50)


def test_who_has_left_is_forgotten() -> None:
    async def scenario(home: House) -> None:
        for _ in range(20):
            await home.ask(request("GET /metrics"))
        home.waiting.round(now() + listen.GONE + 0.1)
        assert len(home.waiting) <= 1

    run(scenario)


def test_half_of_the_files_at_most_are_for_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen.resource, "getrlimit", lambda _: (1024, 4096))
    assert most_connections(2_000) == 512
    assert most_connections(100) == 100
