"""``/callback/<app>``: the platform's door. 200 means: it is on disk, or it was known.

A request that is not genuine gets 4xx with one short reason and is counted; a full queue or a
failing disk gets 503, so that the platform repeats.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import NamedTuple

from aiohttp import web

from bot.core.errors import Busy
from bot.core.meters import CALLBACK_SECONDS, CALLBACKS
from bot.pipeline.ingest import Ingest
from bot.store.engine import StoreFailed
from bot.wecom.codec import BadCallback, Door, open_letter, parse_xml

log = logging.getLogger(__name__)
MAX_PARAM = 4096
# One answer for all that cannot be opened. Told apart, bad padding and the rest would let whoever
# knows the token alone open captured letters byte by byte, and make some of his own.
UNREADABLE = "not a callback"
TOLD = frozenset({"signature", "query", "not encrypted"})
BODY_SECONDS = 10.0  # a callback is one packet or two; the platform itself gives up after 5 s
# Takes a request for the door of this name; what is answered.
Handler = Callable[[web.Request, str], Awaitable[str]]
Answer = Callable[[web.Request], Awaitable[web.Response]]


class Knock(NamedTuple):
    """Which door, and how the request says it is signed."""

    door: Door
    signature: str
    timestamp: str
    nonce: str

    def open(self, encrypted: str) -> bytes:
        """The letter inside. Raises BadCallback."""
        return open_letter(self.door, self.signature, self.timestamp, self.nonce, encrypted)


class Refused(Exception):
    """The request is answered with this status and one short reason."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


REFUSALS = (Refused, BadCallback, web.HTTPRequestEntityTooLarge, web.RequestPayloadError,
            TimeoutError, Busy, StoreFailed)  # fmt: skip


def _refusal(exc: Exception) -> tuple[int, str]:
    """The status, and the reason as it is counted."""
    match exc:
        case Refused():
            return exc.status, exc.reason
        case BadCallback():
            return 403 if str(exc) == "signature" else 400, str(exc)
        case web.HTTPRequestEntityTooLarge():
            return 413, "too large"
        case web.RequestPayloadError():
            return 400, "body"
        case TimeoutError():
            return 408, "too slow"
    log.error("callback not kept: %s", exc)
    return 503, "busy"


def _told(exc: Exception, reason: str) -> str:
    """The reason as a stranger may read it."""
    return UNREADABLE if isinstance(exc, BadCallback) and reason not in TOLD else reason


class Callbacks:
    """The two handlers of every application's door."""

    def __init__(self, doors: Mapping[str, Door], ingest: Ingest, body_limit: int) -> None:
        self._doors, self._ingest, self._limit = doors, ingest, body_limit
        self._names: Collection[str] = doors

    def routes(self) -> list[web.AbstractRouteDef]:
        """What the web server hangs in: each door by its name, which is found without a search."""
        return [route for name in self._names for route in self._pair(name)]

    def _pair(self, name: str) -> list[web.AbstractRouteDef]:
        path = f"/callback/{name}"
        return [
            web.get(path, self._checked(self._verify, name), allow_head=False),
            web.post(path, self._checked(self._receive, name)),
        ]

    def _checked(self, handler: Handler, name: str) -> Answer:
        async def handle(request: web.Request) -> web.Response:
            began = CALLBACK_SECONDS.begin()
            try:
                text = await handler(request, name)
                CALLBACKS.add("ok")
                return web.Response(text=text)
            except REFUSALS as exc:
                status, reason = _refusal(exc)
                CALLBACKS.add(reason)
                return web.Response(status=status, text=_told(exc, reason))
            finally:
                CALLBACK_SECONDS.end(began)

        return handle

    def _knock(self, request: web.Request, name: str) -> Knock:
        query = once(request)
        try:
            knock = Knock(
                self._doors[name], query["msg_signature"], query["timestamp"], query["nonce"]
            )
        except KeyError:
            raise Refused(400, "query") from None
        for value in (knock.signature, knock.timestamp, knock.nonce):
            if not 0 < len(value) <= MAX_PARAM:
                raise Refused(400, "query")
        return knock

    async def _verify(self, request: web.Request, name: str) -> str:
        """The URL check: the decrypted echostr, within the platform's second (page 90930)."""
        knock = self._knock(request, name)
        echo = request.query.get("echostr", "")
        if not echo or len(echo) > MAX_PARAM:
            raise Refused(400, "query")
        try:
            return knock.open(echo.replace(" ", "+")).decode()
        except UnicodeDecodeError:
            raise Refused(400, "not UTF-8") from None

    async def _receive(self, request: web.Request, name: str) -> str:
        knock = self._knock(request, name)
        body = await self._body(request)
        encrypted = parse_xml(body).get("Encrypt")
        if not isinstance(encrypted, str) or not encrypted:
            raise Refused(400, "no Encrypt")
        tree = parse_xml(knock.open(encrypted))
        try:
            await self._ingest.take(name, tree)
        except ValueError as exc:
            raise Refused(400, str(exc)) from None
        return ""

    async def _body(self, request: web.Request) -> bytes:
        if request.content_length is not None and request.content_length > self._limit:
            raise Refused(413, "too large")
        if request.content.is_eof():  # it came together with the headers, as nearly always
            return await request.read()
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()


async def nobody(request: web.Request) -> web.Response:
    """``/callback/…`` of a name that no application, robot or official account has."""
    CALLBACKS.add("no such app")
    return web.Response(status=404, text="no such app")


def stray() -> list[web.AbstractRouteDef]:
    """What the web server hangs in after all doors."""
    return [web.get("/callback/{name}", nobody, allow_head=False),
            web.post("/callback/{name}", nobody)]  # fmt: skip


def once(request: web.Request) -> Mapping[str, str]:
    """The parameters of a request. Of two values for one name nobody knows which was signed."""
    query = request.query
    if len(set(query)) != len(query):
        raise Refused(400, "query")
    return query
