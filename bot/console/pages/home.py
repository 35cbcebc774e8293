"""Where one arrives: what waits, and where one may go."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.rights import RIGHTS, Access, Right
from bot.console.troubles import Note, Notes
from bot.console.visit import Visit
from bot.store.engine import Tx


async def show(visit: Visit) -> web.Response:
    """The first page. A right is told where some page or deed asks for it."""
    asked = {route.needs for route in visit.console.routes}
    rights = sorted(RIGHTS.get(visit.who.role, frozenset()) & asked)
    found = await visit.read(troubles, visit) if visit.may(Right.INBOX_SEE) else ()
    return await visit.page("home.html", rights=rights, troubles=found)


def troubles(tx: Tx, visit: Visit) -> Sequence[Note]:
    """What is the matter with accounts that personas speak through."""
    library = visit.console.library
    return Notes.read(tx, library.cast if library is not None else None, visit.now).bound()


PAGE = Page(
    routes=(Route(method="GET", path="", handler=show, needs=Access.SIGNED_IN),),
    entry=Entry(path="", name="home.title", needs=Access.SIGNED_IN, order=0, key="h"),
)
