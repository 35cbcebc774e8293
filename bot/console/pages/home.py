"""Where one arrives: what needs him now, and how things go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages import home_needs as needing
from bot.console.pages import home_tiles as tiles
from bot.console.pages import start
from bot.console.pages.content import at
from bot.console.pages.home_needs import Line
from bot.console.rights import RIGHTS, Access, Right
from bot.console.studio import KIND
from bot.console.troubles import Note, Notes
from bot.console.visit import Refused, Visit
from bot.core.clock import DAY
from bot.store import review, saved
from bot.store.engine import Tx
from bot.store.review import Listed
from bot.store.versions import DISK

BEGINNERS = ("owner", "lead", "brand")  # whom the set-up checklist concerns
KEEPERS = ("owner",)  # whom the doctor and the backups concern
OLD = 7 * DAY  # of a backup


async def show(visit: Visit) -> web.Response:
    """The first page. A right is told where some page or deed asks for it."""
    asked = {route.needs for route in visit.console.routes}
    rights = sorted(RIGHTS.get(visit.who.role, frozenset()) & asked)
    found = await visit.read(troubles, visit) if visit.may(Right.INBOX_SEE) else ()
    edited = await visit.read(edits, visit.now) if visit.may(Right.CONTENT_APPROVE) else []
    briefs = await visit.read(visit.console.studio.briefs, [one.newest for one in edited])
    return await visit.page("home.html", rights=rights, troubles=found, edited=edited, at=at,
                            briefs=briefs, tiles=tiles.shown(visit),
                            **await _needs(visit))  # fmt: skip


async def needs(visit: Visit) -> web.Response:
    """The list alone, for an open page."""
    return visit.part("home_needs.html", **await _needs(visit))


async def _needs(visit: Visit) -> dict[str, Any]:
    lines = await visit.read(needing.lines, visit)
    begins = await visit.read(start.read, visit) if visit.who.role in BEGINNERS else ()
    left = [step.name for step in begins if not step.done]
    kept = [*await _health(visit), *await visit.read(_saved, visit)] \
        if visit.who.role in KEEPERS else []  # fmt: skip
    return {"lines": [*kept, *lines], "left": left}


async def _health(visit: Visit) -> Sequence[Line]:
    """What the doctor found last, or that nobody has asked him yet."""
    doctor = visit.console.doctor
    if doctor is None:
        return ()
    last = (await doctor.look()).last
    if last is None:
        return [Line("unseen", 1, "/doctor", None, "")]
    if not last.faults:
        return ()
    return [Line("faults", last.faults, "/doctor", last.at, "bad", age="need.checked")]


def _saved(tx: Tx, visit: Visit) -> list[Line]:
    """A backup that was never made, or is old. A sandbox has nothing that is worth one."""
    if visit.console.config.sandbox:
        return []
    latest = max((one.made_at for one in saved.everything(tx)), default=None)
    if latest is None:
        return [Line("unsaved", 1, "/doctor#backup", None, "bad")]
    old = visit.now - latest
    if old <= OLD:
        return []
    return [Line("saved", old // DAY, "/doctor#backup", latest, age="need.made")]


async def tile(visit: Visit) -> web.Response:
    """One tile, when the page stands."""
    name = visit.query("n")
    if name not in tiles.shown(visit):
        raise Refused(404, "error.gone")
    made = await tiles.TILES[name][1](visit)
    return visit.part("home_tile.html", name=name, tile=made)


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
    routes=(
        Route(method="GET", path="", handler=show, needs=Access.SIGNED_IN),
        Route(method="GET", path="/home/needs", handler=needs, needs=Access.SIGNED_IN),
        Route(method="GET", path="/home/tile", handler=tile, needs=Access.SIGNED_IN),
    ),
    entry=Entry(path="", name="home.title", needs=Access.SIGNED_IN, order=0, key="h"),
)
