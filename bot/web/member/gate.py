"""What stands before every page: who comes, from where, how often; and what is answered when
something is wrong."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.core.clock import MINUTE
from bot.core.errors import Busy
from bot.core.meters import MEMBER_PAGE
from bot.core.passes import PATH, Pass
from bot.store.engine import StoreFailed
from bot.web.member import statics
from bot.web.member.strangers import stranger
from bot.web.member.visit import DOOR, SESSION, Refused, Visit

if TYPE_CHECKING:
    from bot.web.member.pages import MemberPages

log = logging.getLogger(__name__)
BODY_SECONDS, FILE_SECONDS = 10.0, 60.0
FIELDS_MAX, FORM_MAX, KNOWN_MAX = 60, 65_536, 20_000
_DOOR = re.compile(r"[A-Za-z0-9_-]{43}")
CSP = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CSP, "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive", "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
}  # fmt: skip
FOR_EVER = "public, max-age=31536000, immutable"
KEPT = web.ResponseKey("member_kept", bool)
Handler = Callable[[Visit], Awaitable[web.StreamResponse]]
Answered = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address below ``/m``. ``known``: only for whoever is recognised; ``files``: its form may
    carry some."""

    method: str
    path: str
    handler: Handler
    known: bool = True
    files: bool = False


class Often:
    """How often each member came within the minute that is on."""

    def __init__(self, most: int) -> None:
        self._most, self._seen = most, OrderedDict[str, tuple[int, int]]()

    def too(self, who: str, now: int) -> bool:
        """Counts one more; True when that is too many."""
        minute, n = self._seen.pop(who, (0, 0))
        n = n + 1 if minute == now // MINUTE else 1
        self._seen[who] = (now // MINUTE, n)
        if len(self._seen) > KNOWN_MAX:
            self._seen.popitem(last=False)
        return n > self._most


class Gate:
    """Makes a handler of aiohttp from each route."""

    def __init__(self, pages: MemberPages) -> None:
        self._pages, self._often = pages, Often(pages.config.member_page.per_minute)

    def handler(self, route: Route) -> Answered:
        """The route behind all checks."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visit = self._visit(request)
            try:
                answer = await self._checked(visit, route)
            except Refused as exc:
                answer = await told(visit, exc)
            except web.HTTPRequestEntityTooLarge:
                answer = await told(visit, Refused(413, "error.large"))
            except (TimeoutError, web.RequestPayloadError):
                answer = await told(visit, Refused(408, "error.slow"))
            except (StoreFailed, Busy):
                log.exception("%s %s", route.method, route.path)
                answer = await told(visit, Refused(503, "error.busy"))
            except web.HTTPException:
                raise
            except Exception:
                log.exception("%s %s", route.method, route.path)
                answer = await told(visit, Refused(500, "error.ours"))
            finally:
                for given in visit.files.values():
                    given.file.close()
            return self._dressed(visit, answer)

        return handle

    def _visit(self, request: web.Request) -> Visit:
        pages, now = self._pages, self._pages.clock.now()
        door = request.cookies.get(pages.cookie(DOOR), "")
        word = request.cookies.get(pages.cookie(SESSION), "")
        fresh = not _DOOR.fullmatch(door)
        visit = Visit(pages=pages, request=request, now=now, word=word, held=None,
                      door=secrets.token_urlsafe(32) if fresh else door)  # fmt: skip
        if fresh:
            visit.keep(DOOR, visit.door, pages.passes.stay // 1_000)
        visit.held = _held(visit)
        return visit

    async def _checked(self, visit: Visit, route: Route) -> web.StreamResponse:
        if route.known:
            if visit.held is None:
                raise Refused(401, "error.stranger")
            if self._often.too(visit.held.member, visit.now):
                raise Refused(429, "error.often")
        if route.method == "POST":
            if from_elsewhere(visit):
                raise Refused(403, "error.elsewhere")
            await _read_form(visit, route)
            if not visit.csrf_is_right():
                raise Refused(403, "error.form")
        return await route.handler(visit)

    def _dressed(self, visit: Visit, answer: web.StreamResponse) -> web.StreamResponse:
        MEMBER_PAGE.add(str(answer.status))
        for plain, (value, seconds) in visit.jar.items():
            answer.set_cookie(
                self._pages.cookie(plain), value, path="/" if self._pages.https else PATH,
                httponly=True, samesite="Lax", secure=self._pages.https,
                max_age=None if seconds == 0 else max(seconds, 0),
            )  # fmt: skip
        return answer


def _held(visit: Visit) -> Pass | None:
    """What lets this browser in: a pass for a page, made for this very browser, in its time."""
    found = visit.pages.passes.read(visit.word)
    if found is None or found.use != "page" or found.mark != visit.browser:
        return None
    return None if found.over(visit.now) else found


def from_elsewhere(visit: Visit) -> bool:
    """True when another site made the browser send this: it says so itself since 2020
    (Sec-Fetch-Site), and its Origin must be ours where there is one."""
    request = visit.request
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return True
    origin = request.headers.get("Origin")
    ours = {request.host.lower(), urlsplit(visit.pages.config.web.public_url).netloc.lower()}
    return origin is not None and urlsplit(origin).netloc.lower() not in ours - {""}


async def _read_form(visit: Visit, route: Route) -> None:
    most = visit.pages.config.member_page.photo_bytes * 3 if route.files else FORM_MAX
    if (visit.request.content_length or 0) > most:
        raise Refused(413, "error.large")
    async with asyncio.timeout(FILE_SECONDS if route.files else BODY_SECONDS):
        found = await visit.request.clone(client_max_size=most).post()
    if len(found) > FIELDS_MAX:
        raise Refused(413, "error.large")
    visit.typed = {k: one.replace("\0", "") for k, one in found.items() if isinstance(one, str)}
    visit.files = {f"{name}{n}": one for n, (name, one) in enumerate(found.items())
                   if isinstance(one, web.FileField)}  # fmt: skip


async def told(visit: Visit, why: Refused) -> web.StreamResponse:
    """Why it was refused. Whoever is not recognised is told whom to write to."""
    if why.status == 401:
        return await stranger(visit, why.key)
    return visit.page("error.html", status=why.status, said=visit.t(why.key, **why.values))


async def _nothing(visit: Visit) -> web.StreamResponse:
    raise Refused(404, "error.nothing")


STRAY = Route("GET", "/{rest}", _nothing, known=False)


async def asset(request: web.Request) -> web.StreamResponse:
    """Style and script, which everybody may have."""
    found = statics.assets().get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packs else {})
    answer = web.Response(body=found.packed if packs else found.body, headers=headers,
                          content_type=found.type, charset="utf-8")  # fmt: skip
    answer[KEPT] = True
    return answer


async def headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal before each answer."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    kept = response.get(KEPT)
    response.headers["Cache-Control"] = FOR_EVER if kept else "no-store"
