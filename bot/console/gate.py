"""What stands before every page: who asks, from where, with which right; and what is answered when
something is wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.console import tokens
from bot.console.page import BASE, CSP, Route
from bot.console.rights import Access, may
from bot.console.statics import FOR_EVER, KEPT
from bot.console.visit import Refused, Visit
from bot.console.words import said_or
from bot.core.errors import Busy
from bot.store import sessions
from bot.store.engine import StoreFailed

if TYPE_CHECKING:
    from bot.console.console import Console

log = logging.getLogger(__name__)
BODY_SECONDS, FILE_SECONDS = 10.0, 120.0
ODD = {404: "error.gone", 405: "error.method", 413: "error.large"}
FIELDS_MAX = 200
HEADERS = {
    "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip
# Fields that are never shown again, not even to whoever typed them.
SECRET = ("password", "csrf", "code", "again", "old")
# What a form carries for us alone: nobody typed it.
CARRIED = frozenset((
    "t", "v", "base", "copy", "kind", "do", "go", "view", "norms", "here", "c", "seen", "via",
    "client_key", "block", "row", "version", "verb",
))  # fmt: skip
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# Where somebody may go who has not chosen his own password yet.
BEFORE_CHANGE = ("/me", "/me/password", "/sign-out", "/look", "/live")


class Gate:
    """Makes a handler of aiohttp from each route."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def handler(self, route: Route) -> Handler:
        """The route behind all checks."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._guarded(request, route)

        return handle

    def asset(self) -> Handler:
        """Files that everybody may have: no session is looked up, no cookie is set."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return self._console.statics.answer(request)

        return handle

    async def headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """A signal before each answer."""
        response.headers.update(HEADERS)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["Cache-Control"] = FOR_EVER if response.get(KEPT) else "no-store"

    @property
    def middleware(self) -> Middleware:
        """Catches addresses that do not exist."""

        @web.middleware
        async def stray(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                return await handler(request)
            except web.HTTPException as exc:
                return await self._guarded_error(request, exc)

        return stray

    async def _guarded_error(
        self, request: web.Request, exc: web.HTTPException
    ) -> web.StreamResponse:
        key = ODD.get(exc.status)
        if key is None:
            raise exc
        try:
            visit = await self._visit(request, None)
            return self._dressed(await self._told(visit, exc.status, key), visit)
        except (StoreFailed, Busy):
            return web.Response(status=503)

    async def _guarded(self, request: web.Request, route: Route) -> web.StreamResponse:
        try:
            visit = await self._visit(request, route)
        except (StoreFailed, Busy):
            log.exception("no session could be looked up")
            return web.Response(status=503, headers={"Retry-After": "5"})
        try:
            response = await self._checked(visit, route)
        except Refused as exc:
            response = await self._told(visit, exc.status, exc.key, **exc.values)
        except web.HTTPException as exc:
            response = await self._told(visit, exc.status, ODD.get(exc.status, "error.odd"))
        except TimeoutError:
            response = await self._told(visit, 408, "error.slow")
        except (StoreFailed, Busy):
            log.exception("%s %s", route.method, route.path)
            response = await self._told(visit, 503, "error.busy")
        except Exception:
            log.exception("%s %s", route.method, route.path)
            response = await self._told(visit, 500, "error.ours")
        finally:
            for given in visit.files.values():
                given.file.close()
        return self._dressed(response, visit)

    async def _visit(self, request: web.Request, route: Route | None) -> Visit:
        console, now = self._console, self._console.clock.now()
        token = request.cookies.get(console.cookies.name("session"), "")
        found = None
        await console.called.look(now)
        if tokens.well_formed(token):
            found = await console.store.read(sessions.find, token, console.span.idle, now)
        visit = Visit(console=console, request=request, route=route, token=token, session=found,
                      now=now)  # fmt: skip
        if not tokens.well_formed(token):
            visit.token = tokens.new()
            visit.keep("session", visit.token, 0)
        return visit

    async def _checked(self, visit: Visit, route: Route) -> web.StreamResponse:
        if route.method != "GET":
            self._refuse_elsewhere(visit)
            if route.body:
                self._refuse_stranger(visit, route)  # nobody else makes us take in so much
            await self._read_form(visit, route.body)
            self._refuse_forgery(visit)
        self._refuse_stranger(visit, route)
        session = visit.session
        unattended = "X-Live" in visit.request.headers or route.path == "/live"
        if session and not unattended and visit.now - session.seen_at >= sessions.TOUCH:
            await visit.write(sessions.touch, session, visit.now)
        if session and session.must_change and route.path not in BEFORE_CHANGE \
                and route.needs is not Access.PUBLIC:  # fmt: skip
            return visit.go("/me")
        return await route.handler(visit)

    async def _read_form(self, visit: Visit, most: int) -> None:
        request = visit.request.clone(client_max_size=most) if most else visit.request
        if most and (request.content_length or most) > most:
            raise Refused(413, "error.large")  # before any of it lies in a file of ours
        async with asyncio.timeout(FILE_SECONDS if most else BODY_SECONDS):
            found = await request.post()
        if len(found) > FIELDS_MAX:
            raise Refused(413, "error.large")
        visit.typed = {name: value for name, value in found.items() if isinstance(value, str)}
        visit.files = {name: value for name, value in found.items()
                       if isinstance(value, web.FileField)}  # fmt: skip

    def _refuse_elsewhere(self, visit: Visit) -> None:
        request, public = visit.request, self._console.config.web.public_url
        if tokens.from_elsewhere(dict(request.headers), request.host, public):
            raise Refused(403, "error.elsewhere")

    def _refuse_forgery(self, visit: Visit) -> None:
        given = visit.request.headers.get("X-CSRF-Token") or visit.typed.get("csrf", "")
        if not tokens.csrf_is_right(visit.token, given):
            raise Refused(403, "error.form")

    def _refuse_stranger(self, visit: Visit, route: Route) -> None:
        if route.needs is Access.PUBLIC:
            return
        if visit.session is None:
            raise Refused(401, "error.signed_out")
        if not may(visit.session.who.role, route.needs):
            raise Refused(403, "error.right")

    async def _told(
        self, visit: Visit, status: int, key: str, **values: object
    ) -> web.StreamResponse:  # fmt: skip
        """Why it was refused, with what was typed, so that nothing is lost."""
        if status == 401 and (visit.by_htmx or visit.request.method == "GET"):
            return _to_sign_in(visit)
        try:
            template = "part_note.html" if visit.by_htmx else "error.html"
            response = await visit.page(template, status=status, said=visit.t(key, **values),
                                        kept=_kept(visit))  # fmt: skip
        except (StoreFailed, Busy):
            response = web.Response(status=503, text=visit.t("error.busy"))
        if visit.by_htmx:
            response.headers.update({"HX-Retarget": "#notes", "HX-Reswap": "innerHTML"})
        return response

    def _dressed(self, response: web.StreamResponse, visit: Visit) -> web.StreamResponse:
        if response.prepared:
            return response
        if visit.route is not None:
            response.headers.setdefault("Content-Security-Policy", visit.route.csp)
        cookies = self._console.cookies
        for plain, (value, seconds) in visit.jar.items():
            response.set_cookie(
                cookies.name(plain), value, path="/" if cookies.secure else BASE, httponly=True,
                samesite="Lax", secure=cookies.secure,
                max_age=None if seconds == 0 else max(seconds, 0),
            )  # fmt: skip
        return response


def _kept(visit: Visit) -> list[tuple[str, str]]:
    """What was typed, by the field's name in words, without what must not be shown."""
    return [(said_or(visit.lang, f"typed.{name}", name), text)
            for name, text in visit.typed.items()
            if text.strip() and name not in CARRIED and not name.startswith(SECRET)]  # fmt: skip


def _to_sign_in(visit: Visit) -> web.Response:
    """A page that opens leads to the door; a part of an open page makes that page open anew."""
    if visit.by_htmx:
        return web.Response(status=401, headers={"HX-Refresh": "true"})
    where = quote(visit.request.path_qs, safe="/")
    return web.Response(status=303, headers={"Location": f"{BASE}/sign-in?next={where}"})
