"""Where a shop's system tells of orders: ``POST /api/orders`` with a token, ``POST /hooks/orders``
with a signature; of what members passed on: ``/api/shares``, ``/hooks/shares``; and of weather in a
city: ``/api/weather``, ``/hooks/weather``. All are shut where no secret is set.

200 means: all of it is on disk, or was known. 422: it is, but for orders of members that nobody
knows. 400: nothing was taken. What was taken may be sent again, it counts once.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from aiohttp import web

from bot.core.clock import MINUTE, SECOND, Clock, local
from bot.core.config import Config
from bot.core.errors import Busy
from bot.core.longfile import cells_of, json_of
from bot.core.weather import weather
from bot.members.orders import Report
from bot.members.told import report, share
from bot.store import orders, sharing
from bot.store import weather as keep
from bot.store.engine import Store, StoreFailed

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST = 500  # orders, or shares, in one request
LATE = 5 * MINUTE  # a signature that is older, or as much ahead, is none
BODY_SECONDS = 10.0
TIMESTAMP, SIGNATURE = "X-OneVoice-Timestamp", "X-OneVoice-Signature"


class OrdersRefused(Exception):
    """Answered with this status and one reason; nothing was taken."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


class OrderDoors:
    """``stir`` is called when orders came in: flows may begin."""

    def __init__(
        self, config: Config, token: str, store: Store, clock: Clock, stir: Callable[[], None]
    ) -> None:  # fmt: skip
        self._config, self._token, self._store = config, token, store
        self._clock, self._stir = clock, stir

    def routes(self) -> list[web.AbstractRouteDef]:
        """What the web server hangs in; nothing without a secret."""
        if not self._token:
            return []
        return [
            web.post(f"/{root}/{what}", self._answered(check, take, source))
            for root, check, source in (("api", self._by_token, "api"),
                                        ("hooks", self._by_signature, "webhook"))
            for what, take in (("orders", self._orders), ("shares", self._shares),
                               ("weather", self._weather))
        ]  # fmt: skip

    def _answered(
        self, check: Callable[[web.Request, bytes], None],
        take: Callable[[bytes, str], Awaitable[web.Response]], source: str,
    ) -> Any:  # fmt: skip
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await self._body(request)
                check(request, body)
                return await take(body, source)
            except OrdersRefused as exc:
                return _json(exc.status, {"error": exc.reason})
            except (Busy, StoreFailed) as exc:
                log.error("%s not kept: %s", request.path, exc)
                return _json(503, {"error": "busy; send them again"})

        return handle

    async def _body(self, request: web.Request) -> bytes:
        limit = self._config.web.body_limit
        if request.content_length is not None and request.content_length > limit:
            raise OrdersRefused(413, f"over {limit} bytes; send fewer orders at once")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise OrdersRefused(413, f"over {limit} bytes; send fewer orders at once") from None
        except (TimeoutError, web.RequestPayloadError):
            raise OrdersRefused(408, "the request did not come through") from None

    def _by_token(self, request: web.Request, body: bytes) -> None:
        given = request.headers.get("Authorization", "")
        if not _same(given, f"Bearer {self._token}"):
            raise OrdersRefused(401, "the token is missing or wrong: Authorization: Bearer …")

    def _by_signature(self, request: web.Request, body: bytes) -> None:
        time = request.headers.get(TIMESTAMP, "")
        wanted = sign(self._token, time, body)
        if not _same(request.headers.get(SIGNATURE, "").lower(), wanted):
            raise OrdersRefused(401, f"the signature is missing or wrong: {SIGNATURE}")
        if not time.isascii() or not time.isdigit() or len(time) > 12:
            raise OrdersRefused(401, f"no time in seconds: {TIMESTAMP}")
        if abs(int(time) * SECOND - self._clock.now()) > LATE:
            raise OrdersRefused(401, f"too old, or ahead of the time: {TIMESTAMP}")

    def _listed(self, body: bytes, what: str) -> list[Any]:
        try:
            found = json_of(body.decode())
        except ValueError:
            raise OrdersRefused(400, "not JSON in UTF-8") from None
        listed = found if isinstance(found, list) else [found]
        if not 0 < len(listed) <= MOST:
            raise OrdersRefused(400, f"wants a list of 1 to {MOST} {what}")
        return listed

    def _reports(self, body: bytes) -> list[Report]:
        listed = enumerate(self._listed(body, "orders"))
        made = [self._read(report, one, number) for number, one in listed]
        if len({one.order for one in made}) < len(made):
            raise OrdersRefused(400, "an order_id stands twice in one list")
        return made

    def _read(self, reads: Callable[[dict[str, str], str], T], found: Any, number: int) -> T:
        try:
            return reads(cells_of(found), self._config.timezone)
        except ValueError as exc:
            raise OrdersRefused(400, f"[{number}] {exc}") from None

    async def _shares(self, body: bytes, source: str) -> web.Response:
        listed = enumerate(self._listed(body, "shares"))
        told = [self._read(share, one, number) for number, one in listed]
        taken = await self._store.offer(sharing.take, told, source, self._clock.now())
        strange = any(one.what == sharing.STRANGE for one in taken)
        said = [{"member": one.member, "result": one.what} for one in taken]
        return _json(422 if strange else 200, {"shares": said})

    async def _weather(self, body: bytes, source: str) -> web.Response:
        zone, now = self._config.timezone, self._clock.now()
        today = local(now, zone).date()
        told = [self._read(lambda cells, _: weather(cells, today), one, number)
                for number, one in enumerate(self._listed(body, "days of weather"))]  # fmt: skip
        new = await self._store.offer(keep.tell, told, source, now, zone)
        self._stir()
        said = [{"city": one.city, "kind": one.kind, "day": one.day.isoformat(),
                 "result": "new" if one in new else "same"} for one in told]  # fmt: skip
        return _json(200, {"weather": said})

    async def _orders(self, body: bytes, source: str) -> web.Response:
        reports = self._reports(body)
        create = self._config.orders.create_members
        taken = await self._store.offer(orders.take, reports, source, self._clock.now(),
                                        create=create)  # fmt: skip
        self._stir()
        strange = any(one.what == orders.STRANGE for one in taken)
        said = [{"order_id": one.order, "result": RESULTS[one.what]} for one in taken]
        return _json(422 if strange else 200, {"orders": said})


RESULTS = {orders.NEW: "new", orders.CHANGED: "changed", orders.SAME: "same",
           orders.STRANGE: "unknown_member"}  # fmt: skip


def sign(secret: str, time: str, body: bytes) -> str:
    """The signature of a request: HMAC-SHA256 over the time, a dot and the body, in hex."""
    return hmac.new(secret.encode(), time.encode() + b"." + body, "sha256").hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _json(status: int, said: Any) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(said), content_type="application/json")
