"""Where one arrives: what waits, and where one may go."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages import start
from bot.console.pages.content import at
from bot.console.rights import RIGHTS, Access, Right
from bot.console.studio import KIND
from bot.console.troubles import Note, Notes
from bot.console.visit import Visit
from bot.core.clock import DAY
from bot.store import review
from bot.store.engine import Tx
from bot.store.review import Listed
from bot.store.versions import DISK

BEGINNERS = ("owner", "lead", "brand")  # whom the set-up checklist concerns


async def show(visit: Visit) -> web.Response:
    """The first page. A right is told where some page or deed asks for it."""
    asked = {route.needs for route in visit.console.routes}
    rights = sorted(RIGHTS.get(visit.who.role, frozenset()) & asked)
    found = await visit.read(troubles, visit) if visit.may(Right.INBOX_SEE) else ()
    edited = await visit.read(edits, visit.now) if visit.may(Right.CONTENT_APPROVE) else []
    briefs = await visit.read(visit.console.studio.briefs, [one.newest for one in edited])
    begins = await visit.read(start.read, visit) if visit.who.role in BEGINNERS else ()
    left = [step.name for step in begins if not step.done]
    return await visit.page("home.html", rights=rights, troubles=found, left=left,
                            edited=edited, at=at, briefs=briefs)  # fmt: skip


def edits(tx: Tx, now: int) -> list[Listed]:
    """Templates of which an edit of the file came into service within a day without a review, the
    latest first; not those that were there from the beginning."""
    found = [one for one in review.newest(tx) if one.newest.kind == KIND and one.served_by == DISK
             and (one.serving or 0) > 1 and (one.since or 0) > now - DAY]  # fmt: skip
    return sorted(found, key=lambda one: -(one.since or 0))


def troubles(tx: Tx, visit: Visit) -> Sequence[Note]:
    """What is the matter with accounts that personas speak through."""
    library = visit.console.library
    return Notes.read(tx, library.cast if library is not None else None, visit.now).bound()


PAGE = Page(
    routes=(Route(method="GET", path="", handler=show, needs=Access.SIGNED_IN),),
    entry=Entry(path="", name="home.title", needs=Access.SIGNED_IN, order=0, key="h"),
)
