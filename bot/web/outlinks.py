"""``GET /l/CODE``: a link that we handed out. It leads on, and the click is in the log.

Who only looks ahead (a preview, HEAD) is led on and not counted. A link to a domain that the brand
does not allow any more leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiohttp import web

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.errors import Busy
from bot.members.outlinks import ALPHABET, LENGTH, PATH, allowed, is_preview
from bot.members.reading import PATH as READING
from bot.persona.brand import parse_brand
from bot.store import outlinks, versions
from bot.store.engine import Row, Store, StoreFailed, Tx
from bot.store.passing import passes_of
from bot.web.reading import Readings

_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
GONE = "这个链接不能用了。"


class OutLinks:
    """Where the links lead."""

    def __init__(self, store: Store, clock: Clock, base: str = "") -> None:
        """``base``: our own address; a page of ours is told which link led there."""
        self._store, self._clock = store, clock
        self._own = f"{base.rstrip('/')}{READING}" if base else ""

    def routes(self) -> list[web.AbstractRouteDef]:
        """One path, for GET and HEAD."""
        return [web.get(f"{PATH}{{code}}", self.follow)]

    async def follow(self, request: web.Request) -> web.Response:
        """Leads on to where the link goes."""
        code = request.match_info["code"]
        link = await self._look(code) if _CODE.fullmatch(code) else None
        if link is None:
            return web.Response(status=404, text=GONE)
        agent = request.headers.get("User-Agent", "")[:200]
        if request.method == "GET" and not is_preview(agent):
            await self._count(link, f"{request.remote}\n{agent}")
        ours = bool(self._own) and link["url"].startswith(self._own)
        url = f"{link['url']}?l={code}" if ours else link["url"]
        return web.Response(status=302, headers={"Location": url,
                                                 "Referrer-Policy": "no-referrer"})  # fmt: skip

    async def _look(self, code: str) -> Row | None:
        return await self._store.read(_look, code)

    async def _count(self, link: Row, visitor: str) -> None:
        """A click that cannot be kept now must not keep anybody from going on."""
        try:
            await self._store.offer(outlinks.click, link, visitor, self._clock.now())
        except (Busy, StoreFailed):
            return


def routes(config: Config, store: Store, clock: Clock) -> list[web.AbstractRouteDef]:
    """Of the links, and of the pages of ours to which some of them lead."""
    readings = Readings(store, clock, passes_of(config).key)
    return [*OutLinks(store, clock, config.web.public_url).routes(), *readings.routes()]


def _look(tx: Tx, code: str) -> Row | None:
    link = outlinks.get(tx, code)
    return link if link is not None and allowed(link["url"], domains(tx)) else None


def domains(tx: Tx) -> Sequence[str]:
    """Where links of the brand that serves may lead."""
    brand = versions.served(tx, "brand", "brand")
    if brand is None:
        return ()
    return parse_brand(next(iter(brand.files.values())), "personas/brand.toml").link_domains
