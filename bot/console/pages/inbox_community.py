"""What the member of a conversation has in circles by taking part."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.circle_asked import titles
from bot.console.pages.more import key_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.store import conversations, honours
from bot.store.engine import Tx


async def show(visit: Visit) -> web.Response:
    """A part of the member panel, which asks for it when it is unfolded."""
    member, rows = await visit.read(_of, key_of(visit))
    return visit.part("inbox_community.html", member=member, rows=rows, circles=titles(visit))


def _of(tx: Tx, key: str) -> tuple[str, list[dict[str, Any]]]:
    talk = conversations.get(tx, key)
    if talk is None:
        raise Refused(404, "more.gone")
    member = talk["member"] or ""
    return member, honours.of(tx, member) if member else []


PAGE = Page(routes=(
    Route(method="GET", path="/talks/{id}/community", handler=show, needs=Right.MEMBERS_SEE),
))  # fmt: skip
