"""``GET /r/CODE``: a page of ours on which a text is read, and ``POST /r/CODE``: how long it was in
sight, which the page says when somebody leaves it.

Only time in which the page is in the foreground counts, as the browser tells it and no longer than
the page is there; nobody knows whether somebody read. Who opened it is known where a link that was
made for him alone led there.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import orjson
from aiohttp import web

from bot.core.clock import Clock
from bot.core.errors import Busy
from bot.members.outlinks import is_preview
from bot.members.reading import CODE, PATH, View, believed, view_of
from bot.store import outlinks, readings
from bot.store.engine import Row, Store, StoreFailed, Tx
from bot.store.readings import Page

SCRIPT = "reading.js"
BODY_MOST = 400  # bytes
GONE = "这一页不在了。"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; "
                               "connect-src 'self'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}  # fmt: skip
_STYLE = (
    "body{margin:0;background:#f6f5f2;color:#222;font:17px/1.8 system-ui,sans-serif}"
    "main{max-width:34em;margin:0 auto;padding:24px 20px 64px}h1{font-size:22px;line-height:1.5}"
    "p{margin:0 0 1em;overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{background:#181a19;color:#e6e6e3}}"
)
_PARAGRAPH = re.compile(r"\n\s*\n")


class Readings:
    """The pages. ``key`` signs what they give back."""

    def __init__(self, store: Store, clock: Clock, key: bytes) -> None:
        self._store, self._clock, self._key = store, clock, key
        self._script = (Path(__file__).parent / "static" / SCRIPT).read_text("utf-8")

    def routes(self) -> list[web.AbstractRouteDef]:
        """What the web server hangs in."""
        return [web.get(f"{PATH}{SCRIPT}", self.script), web.get(f"{PATH}{{code}}", self.show),
                web.post(f"{PATH}{{code}}", self.told)]  # fmt: skip

    async def script(self, _: web.Request) -> web.Response:
        """What measures."""
        return web.Response(text=self._script, content_type="text/javascript", headers={
            "Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"})  # fmt: skip

    async def show(self, request: web.Request) -> web.Response:
        """The words."""
        page, link = await self._find(request, request.query.get("l", ""))
        if page is None:
            return web.Response(status=404, text=GONE, headers=HEADERS)
        view = View(page.code, link["code"] if link else "", self._clock.now(), _visitor(request))
        measured = not is_preview(request.headers.get("User-Agent", ""))
        text = _html(page, view.token(self._key) if measured else "")
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    async def told(self, request: web.Request) -> web.Response:
        """A stretch of time is over. What cannot be is taken for nothing."""
        if (request.content_length or BODY_MOST + 1) > BODY_MOST:
            return web.Response(status=413)
        told = _claim(await request.read())
        found = told and view_of(told[0], request.match_info["code"], _visitor(request), self._key)
        if not told or not found:
            return web.Response(status=400)
        view, name = found
        page, link = await self._find(request, view.link)
        now = self._clock.now()
        seconds = believed(told[2], view.at, now)
        if page is not None and seconds:
            try:
                await self._store.offer(
                    readings.read, page, view, name, link, told[1], seconds, now
                )
            except (Busy, StoreFailed):
                return web.Response(status=503)
        return web.Response(status=204)

    async def _find(self, request: web.Request, link: str) -> tuple[Page | None, Row | None]:
        code = request.match_info["code"]
        if not CODE.fullmatch(code):
            return None, None
        return await self._store.read(_look, code, link if CODE.fullmatch(link) else "")


def _look(tx: Tx, code: str, link: str) -> tuple[Page | None, Row | None]:
    """A link counts only where it leads to this page."""
    page, led = readings.get(tx, code), outlinks.get(tx, link) if link else None
    fits = led is not None and str(led["url"]).endswith(f"{PATH}{code}")
    return page, led if fits else None


def _visitor(request: web.Request) -> str:
    return f"{request.remote}\n{request.headers.get('User-Agent', '')[:200]}"


def _claim(body: bytes) -> tuple[str, int, int] | None:
    """(token, number of the stretch, ms) as the page sends them."""
    try:
        found = orjson.loads(body)
        token, stretch, ms = found["t"], found["n"], found["ms"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    fine = isinstance(token, str) and type(stretch) is int and type(ms) is int and ms >= 0
    return (token, stretch, ms) if fine else None


def _html(page: Page, token: str) -> str:
    parts = (part for part in _PARAGRAPH.split(page.text.strip()) if part)
    told = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts)
    script = f'<script src="{PATH}{SCRIPT}" defer></script>' if token else ""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>'
        f'{escape(page.title)}</title><meta name="viewport" content="width=device-width">'
        f'<meta name="robots" content="noindex"><style>{_STYLE}</style>{script}</head>'
        f'<body data-view="{escape(token)}"><main><h1>{escape(page.title)}</h1>{told}</main>'
        "</body></html>"
    )
