"""The connection of an open page, and the navigation that it asks for when something rang."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Access, may
from bot.console.visit import Refused, Visit
from bot.store import sessions


async def listen(visit: Visit) -> web.StreamResponse:
    """Server-sent events of the topics ``t``. A topic that he may not hear is refused."""
    console, session = visit.console, visit.session
    assert session is not None
    wanted = set(visit.request.query.getall("t", ()))
    known = {topic for entry in console.entries for topic in entry.topics
             if may(visit.who.role, entry.needs)}  # fmt: skip
    known |= {name for name, right in console.topics.items() if may(visit.who.role, right)}
    if not wanted <= known:
        raise Refused(403, "error.right")

    async def there() -> bool:
        found = await visit.read(sessions.find, visit.token, console.span.idle, console.clock.now())
        return found is not None

    return await console.hub.stream(visit.request, session.id, wanted, there, console.keep)


async def navigation(visit: Visit) -> web.Response:
    """The navigation alone, with fresh counts."""
    return await visit.page("part_nav.html")


PAGE = Page(
    routes=(
        Route(method="GET", path="/live", handler=listen, needs=Access.SIGNED_IN),
        Route(method="GET", path="/nav", handler=navigation, needs=Access.SIGNED_IN),
    )
)
