"""The set-up checklist: what a brand has still to do before it can open, and where."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.library import checklist
from bot.library.checklist import Ground, Step
from bot.store import begun
from bot.store.engine import Tx

# Where each step is taken. A page that a role may not see is named without a link.
PLACES: Mapping[str, tuple[str, Right]] = MappingProxyType({
    "position": ("/circles", Right.MEMBERS_SEE), "ip": ("/personas", Right.PERSONA_SEE),
    "persona": ("/personas", Right.PERSONA_SEE), "content": ("/content", Right.CONTENT_SEE),
    "seeds": ("/seeds", Right.MEMBERS_SEE), "circle": ("/circles", Right.MEMBERS_SEE),
    "culture": ("/community", Right.MEMBERS_SEE), "platform": ("/doctor", Right.SETTINGS_MANAGE),
})  # fmt: skip


def read(tx: Tx, visit: Visit) -> tuple[Step, ...]:
    """The steps as they stand; none before anything is published."""
    cast = visit.cast
    if cast is None:
        return ()
    known = begun.read(tx)
    return checklist.steps(Ground(
        cast=cast, now=visit.now, inside=known.inside, seeds=known.seeds, heard=known.heard,
        live=not visit.console.config.sandbox))  # fmt: skip


def goes(visit: Visit) -> dict[str, str]:
    """Addresses by step, of pages that exist and that this role may see."""
    there = {route.path for route in visit.console.routes}
    return {name: path for name, (path, right) in PLACES.items()
            if path in there and visit.may(right)}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """All steps with what each lacks."""
    found = await visit.read(read, visit)
    return await visit.page("start.html", steps=found, done=sum(one.done for one in found),
                            goes=goes(visit))  # fmt: skip


PAGE = Page(routes=(
    Route(method="GET", path="/start", handler=show, needs=Right.PERSONA_SEE),
))  # fmt: skip
