"""What a colleague of the atmosphere team is asked to do: done, or not done and why."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Access, Right
from bot.console.visit import Refused, Visit
from bot.store import atmosphere
from bot.store.atmosphere import SAID_MAX, AtmosphereRefused
from bot.store.engine import Tx

WHY_MAX = 200


async def done(visit: Visit) -> web.Response:
    """He did it; what he posted goes into the reply log under his userid."""
    said = visit.typed.get("said", "").replace("\0", "").strip()[:SAID_MAX]

    def act(tx: Tx, id: int) -> None:
        atmosphere.done(tx, id, visit.now, actor=visit.who.login, said=said)

    return await _act(visit, "atmosphere.noted_done", act)


async def leave(visit: Visit) -> web.Response:
    """He did not."""
    why = visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]

    def act(tx: Tx, id: int) -> None:
        atmosphere.leave(tx, id, visit.now, actor=visit.who.login, why=why)

    return await _act(visit, "atmosphere.noted_left", act)


async def _act(visit: Visit, said: str, act: Callable[[Tx, int], None]) -> web.Response:
    id = visit.number()

    def write(tx: Tx) -> None:
        row = atmosphere.prompt(tx, id)
        if row is None:
            raise Refused(404, "atmosphere.gone")
        mine = bool(visit.who.userid) and row["userid"] == visit.who.userid
        if not mine and not visit.may(Right.PLAN_RUN):
            raise Refused(403, "atmosphere.not_yours")
        act(tx, id)

    back = "/tasks/mine" if visit.typed.get("here") != "tasks" else "/tasks"
    try:
        await visit.write(write)
    except AtmosphereRefused as refused:
        return visit.go(back, "wait", "atmosphere.refused", why=str(refused))
    visit.console.bells.ring("atmosphere")
    visit.console.bells.ring("tasks")
    return visit.go(back, "good", said)


PAGE = Page(routes=(
    Route(method="POST", path="/tasks/prompts/{id}/done", handler=done, needs=Access.SIGNED_IN),
    Route(method="POST", path="/tasks/prompts/{id}/leave", handler=leave, needs=Access.SIGNED_IN),
))  # fmt: skip
