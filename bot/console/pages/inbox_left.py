"""What the persona may still say to the member of a conversation unasked."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.inbox_list import cast_of
from bot.console.pages.inbox_thread import persona_of
from bot.console.pages.more import key_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.library.speech import Setting
from bot.store import conversations, sources
from bot.store.engine import Tx
from scheduler.leeway import Leeway, leeway


async def show(visit: Visit) -> web.Response:
    """A part of the member panel, which asks for it when it is unfolded."""
    key = key_of(visit)
    left = await visit.read(lambda tx: _left(visit, tx, key))
    zone = visit.console.config.timezone
    return visit.part("inbox_left.html", left=left, zone=zone)


def _left(visit: Visit, tx: Tx, key: str) -> Leeway | None:
    talk, cast = conversations.get(tx, key), cast_of(visit)
    if talk is None:
        raise Refused(404, "more.gone")
    persona = persona_of(visit, talk)
    if cast is None or not talk["member"] or persona not in cast.scripts:
        return None
    setting = Setting.of(visit.console.config, cast, visit.now, sources.links(tx))
    return leeway(tx, setting, talk["member"], persona)


PAGE = Page(routes=(
    Route(method="GET", path="/talks/{id}/left", handler=show, needs=Right.INBOX_SEE),
))  # fmt: skip
