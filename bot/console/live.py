"""What happens while a page is open: server-sent events, one connection for each page.

An event is only a hint that a topic may have changed; the page then asks for what it shows. So a
connection holds no more than the set of topics that it has not told yet, however much rings, and
whoever comes back after a break is told what rang meanwhile, or everything when that is forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web

BEAT = 20.0  # seconds; shorter than a proxy's patience with a silent connection
GATHER = 0.15  # seconds; what rings meanwhile is told once
REMEMBERED = 256
# A browser opens six connections to one host over HTTP/1.1: four pages may listen, two stay free.
PER_SESSION, MOST = 4, 400
PARKED, SIGNED_OUT = "parked", "signed-out"


class Listener:
    """One open page. ``untold`` are topics that rang since it was last written to."""

    def __init__(self, session: int, topics: Collection[str]) -> None:
        self.session, self.topics = session, frozenset(topics)
        self.untold: set[str] = set()
        self.stirred = asyncio.Event()
        self.parked = False

    def stir(self, topics: Collection[str]) -> None:
        """Some topics rang; those it wants wake it."""
        wanted = self.topics.intersection(topics)
        if wanted:
            self.untold |= wanted
            self.stirred.set()

    def park(self) -> None:
        """It gives its place to a newer page of the same session, and comes back when looked at."""
        self.parked = True
        self.stirred.set()

    def take(self) -> list[str]:
        """What to tell now."""
        told, self.untold = sorted(self.untold), set()
        self.stirred.clear()
        return told


class Hub:
    """All open pages of this process."""

    def __init__(self, beat: float = BEAT) -> None:
        self._beat = beat
        self._epoch = secrets.token_hex(4)
        self._last = 0
        self._rang: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._open: list[Listener] = []
        self._closed = False

    def __len__(self) -> int:
        return len(self._open)

    def heard(self, bell: str) -> None:
        """A bell rang somewhere; its topic is the name up to the first dot."""
        topic = bell.partition(".")[0]
        self._last += 1
        self._rang.append((self._last, topic))
        for listener in self._open:
            listener.stir((topic,))

    def close(self) -> None:
        """The process ends: every connection does."""
        self._closed = True
        for listener in self._open:
            listener.stirred.set()

    async def stream(
        self, request: web.Request, session: int, topics: Collection[str],
        there: Callable[[], Awaitable[bool]], keep: Callable[[web.Request], None],
    ) -> web.StreamResponse:  # fmt: skip
        """Tells one page what rings until it goes. ``there`` asks whether its session still holds,
        ``keep`` marks the connection as in use."""
        if len(self._open) >= MOST:
            return web.Response(status=503, headers={"Retry-After": "10"})
        listener = self._join(session, topics)
        missed = self._missed(_after(request))
        listener.stir(listener.topics if missed is None else missed)
        response = web.StreamResponse(headers={"X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        try:
            # a page that is left at once is gone before its first word: no fault of anybody
            with contextlib.suppress(ConnectionError):
                await response.prepare(request)
                await self._tell(response, listener, there, lambda: keep(request))
        finally:
            self._open.remove(listener)
        return response

    async def _tell(
        self, response: web.StreamResponse, listener: Listener,
        there: Callable[[], Awaitable[bool]], keep: Callable[[], None],
    ) -> None:  # fmt: skip
        await response.write(f"retry: 2000\nid: {self.place()}\n: hello\n\n".encode())
        while not self._closed:
            told = await self._next(listener)
            if listener.parked:
                await response.write(_event(PARKED, self.place()))
                return
            if told is None and not await there():
                await response.write(_event(SIGNED_OUT, self.place()))
                return
            keep()
            text = b"".join(_event(topic, self.place()) for topic in told or ())
            await response.write(text or b": beat\n\n")

    async def _next(self, listener: Listener) -> list[str] | None:
        """Topics that rang, or None after a beat of silence."""
        try:
            await asyncio.wait_for(listener.stirred.wait(), self._beat)
        except TimeoutError:
            return None
        if not (self._closed or listener.parked):
            await asyncio.sleep(GATHER)
        return listener.take()

    def _join(self, session: int, topics: Collection[str]) -> Listener:
        mine = [one for one in self._open if one.session == session and not one.parked]
        for old in mine[: max(len(mine) + 1 - PER_SESSION, 0)]:
            old.park()
        listener = Listener(session, topics)
        self._open.append(listener)
        return listener

    def place(self) -> str:
        """What has rung so far; who begins to listen later says so, and misses nothing."""
        return f"{self._epoch}-{self._last}"

    def _missed(self, after: str) -> Collection[str] | None:
        """What rang behind an event that the page has seen; None when that is not known."""
        if not after:
            return ()
        epoch, _, number = after.partition("-")
        oldest = self._rang[0][0] if self._rang else self._last + 1
        known = epoch == self._epoch and number.isascii() and number.isdigit()
        if not known or int(number) + 1 < oldest:
            return None
        return [topic for place, topic in self._rang if place > int(number)]


def _after(request: web.Request) -> str:
    """The last event that the page has seen: the browser's own header, or the query of a page that
    was parked."""
    return (request.headers.get("Last-Event-ID") or request.query.get("after", ""))[:40]


def _event(topic: str, place: str) -> bytes:
    return f"id: {place}\nevent: {topic}\ndata: 1\n\n".encode()
