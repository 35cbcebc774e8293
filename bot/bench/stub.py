"""A platform that takes every message: errcode 0 at once, and a count of what it has seen.

A bare protocol instead of a web server, so that it is not what is measured.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter

import uvloop

from bot.bench.child import say_ready

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_TAKEN = b'{"errcode":0,"errmsg":"ok","msgid":"%b"}'
_TOKEN = b'{"errcode":0,"errmsg":"ok","access_token":"bench-token","expires_in":7200}'
_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
_MSGID = re.compile(rb'"msgid":"([^"]+)"')


class Seen:
    """How often each message id came."""

    def __init__(self) -> None:
        self.ids: Counter[bytes] = Counter()

    def take(self, head: bytes, body: bytes) -> bytes:
        """The answer to one request."""
        if b"/gettoken" in head[:64]:
            return _ANSWER % (len(_TOKEN), _TOKEN)
        found = _MSGID.search(body)
        msgid = found[1] if found else b""
        self.ids[msgid] += 1
        answer = _TAKEN % msgid
        return _ANSWER % (len(answer), answer)

    def report(self) -> dict[str, int]:
        """Calls, and different messages among them, since the last report."""
        found = {"calls": self.ids.total(), "messages": len(self.ids)}
        self.ids.clear()
        return found


class Door(asyncio.Protocol):
    """One connection."""

    def __init__(self, seen: Seen) -> None:
        self._seen, self._buffer = seen, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n") + 4) > 3:
            head = self._buffer[:end]
            found = _LENGTH.search(head)
            whole = end + (int(found[1]) if found else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end:whole], self._buffer[whole:]
            self._transport.write(self._seen.take(head, body))  # type: ignore[attr-defined]


async def serve() -> None:
    """Serves; answers each line of the standard input with a report."""
    seen, loop = Seen(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(seen), "127.0.0.1", 0)
    say_ready(port=server.sockets[0].getsockname()[1])
    while await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(seen.report()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(serve())
