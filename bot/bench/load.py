"""The load generator, a process of its own: prebuilt requests over kept connections.

Closed loop: each connection sends as soon as it is answered. Open loop (``rate``): requests are due
at even distances, and a late one's latency counts from when it was due.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, deque
from collections.abc import Sequence
from time import perf_counter
from typing import Any, cast

import uvloop

from bot.bench.child import say_ready
from bot.bench.letters import MAKERS

PATIENCE = 30.0
PACE = 0.001  # seconds between two looks at what is due


class Load:
    """One round: the requests that wait, and what came of those that were sent."""

    def __init__(self, requests: Sequence[bytes], seconds: float) -> None:
        self._waiting = deque(requests)
        self._seconds = seconds
        self.status: Counter[int] = Counter()
        self.latencies: list[float] = []
        self.cut = 0
        self.under_way = 0
        self.done = asyncio.Event()
        self.start = self.end = perf_counter()

    def next(self) -> bytes | None:
        """The next request; None when there is none, or no time left."""
        if self.over():
            return None
        self.under_way += 1
        return self._waiting.popleft()

    def over(self) -> bool:
        """True when nothing more is to be sent; the round ends with the last answer."""
        over = not self._waiting or perf_counter() - self.start >= self._seconds
        if over and not self.under_way:
            self.done.set()
        return over

    def answered(self, status: int, since: float) -> None:
        """One answer came."""
        self.under_way -= 1
        self.end = perf_counter()
        self.latencies.append(self.end - since)
        self.status[status] += 1

    def lost(self) -> None:
        """A connection ended with a request under way."""
        self.under_way -= 1
        self.cut += 1

    def report(self) -> dict[str, Any]:
        """Counts by status, seconds from the first request to the last answer, percentiles."""
        ordered = sorted(self.latencies) or [0.0]
        taken = self.status[200] + self.status[204]
        return {
            "ok": taken, "other": self.status.total() - taken,
            "cut": self.cut, "seconds": self.end - self.start,
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
            "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1000, 2),
        }  # fmt: skip


class Line(asyncio.Protocol):
    """One connection, one request at a time; it connects again when the server hangs up."""

    def __init__(self, load: Load, port: int, idle: list[Line] | None) -> None:
        self._load, self._port, self._idle = load, port, idle
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self._since = 0.0
        self._busy = False

    async def connect(self) -> None:
        """Opens the connection. Raises OSError."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's own class

    def go(self) -> None:
        """Sends the next request, or waits for whoever sets the pace."""
        if self._idle is not None:
            self._idle.append(self)
        elif request := self._load.next():
            self.send(request, perf_counter())

    def send(self, request: bytes, since: float) -> None:
        """Sends one; its latency counts from ``since``."""
        assert self._transport is not None
        self._busy, self._since = True, since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not complete(self._buffer):
            return
        status, last = int(self._buffer[9:12]), b"onnection: close" in self._buffer
        self._buffer, self._busy = b"", False
        self._load.answered(status, self._since)
        if not last:
            self.go()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._busy:
            self._load.lost()
        self._buffer, self._busy = b"", False
        if not self._load.done.is_set():
            self._again = asyncio.ensure_future(self._reconnect())

    async def _reconnect(self) -> None:
        await self.connect()
        self.go()

    def close(self) -> None:
        """The end."""
        if self._transport is not None:
            self._transport.close()


def complete(answer: bytes) -> bool:
    """True when the whole HTTP answer is there."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    _, named, rest = head.lower().partition(b"content-length:")
    return len(body) >= int(rest.split(b"\r\n", 1)[0]) if named else True


async def play(
    *, port: int, path: str, first: int, n: int, seconds: float, connections: int = 64,
    rate: float | None = None, repeats: float = 0.0, make: str = "wecom",
) -> dict[str, Any]:  # fmt: skip
    """One round of at most ``n`` requests within ``seconds``."""
    load = Load(list(MAKERS[make](path, first, n, repeats)), seconds)
    idle: list[Line] | None = None if rate is None else []
    lines = [Line(load, port, idle) for _ in range(connections)]
    for line in lines:
        await line.connect()
    load.start = perf_counter()
    for line in lines:
        line.go()
    async with asyncio.timeout(seconds + PATIENCE):
        if rate is not None and idle is not None:
            await _pace(load, idle, rate)
        await load.done.wait()
    for line in lines:
        line.close()
    return load.report()


async def _pace(load: Load, idle: list[Line], rate: float) -> None:
    """Sends at even distances; what finds no free connection waits, and its latency grows."""
    due: deque[float] = deque()
    sent = 0
    while not load.done.is_set():
        while sent < (perf_counter() - load.start) * rate:
            due.append(load.start + sent / rate)
            sent += 1
        while due and idle and (request := load.next()):
            idle.pop().send(request, due.popleft())
        await asyncio.sleep(PACE)
        load.over()


async def serve() -> None:
    """Plays the rounds that are ordered, one after another."""
    loop = asyncio.get_running_loop()
    say_ready()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(await play(**json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(serve())
