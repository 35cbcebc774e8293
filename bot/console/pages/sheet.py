"""Every component once, so that all pages look the same."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Access
from bot.console.visit import Visit
from bot.core.clock import DAY, HOUR, MINUTE

AGES = (0, 3 * MINUTE, 5 * HOUR, 2 * DAY, 90 * DAY)


async def show(visit: Visit) -> web.Response:
    """The sheet."""
    return await visit.page("sheet.html", ages=[visit.now - age for age in AGES])


PAGE = Page(routes=(Route(method="GET", path="/sheet", handler=show, needs=Access.SIGNED_IN),))
