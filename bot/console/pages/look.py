"""Language, and light or dark: chosen on any page, also before signing in."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Access
from bot.console.visit import LOOKS, Visit
from bot.console.words import LANGS
from bot.store import staff


async def choose(visit: Visit) -> web.Response:
    """Keeps what was chosen, and goes back to where he was."""
    lang, look = visit.typed.get("lang"), visit.typed.get("look")
    if lang in LANGS:
        visit.keep("lang", lang)
        if visit.someone is not None:
            await visit.write(staff.set_lang, visit.who.id, lang)
    if look is not None:
        visit.keep("look", look if look in LOOKS else "system")
    return visit.go(visit.back())


PAGE = Page(routes=(Route(method="POST", path="/look", handler=choose, needs=Access.PUBLIC),))
