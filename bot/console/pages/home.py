"""Where one arrives: what waits, and where one may go."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.rights import RIGHTS, Access
from bot.console.visit import Visit


async def show(visit: Visit) -> web.Response:
    """The first page."""
    rights = sorted(RIGHTS.get(visit.who.role, ()))
    return await visit.page("home.html", rights=rights)


PAGE = Page(
    routes=(Route(method="GET", path="", handler=show, needs=Access.SIGNED_IN),),
    entry=Entry(path="", name="home.title", needs=Access.SIGNED_IN, order=0, key="h"),
)
