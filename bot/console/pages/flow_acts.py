"""A lead takes members out of a flow, or moves them to the version that serves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.flow_one import at, name_of
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.store import flows
from bot.store.engine import Row, Tx
from scheduler import leaving, versions
from scheduler.flows import Flow

NOTE_MAX = 300
Act = Callable[[Tx, Row, Flow | None, int, str, str], bool]
ACTS: Mapping[str, Act] = {
    "stop": lambda tx, run, flow, now, who, note: leaving.stop(tx, run, now, note, who),
    "move": lambda tx, run, flow, now, who, note: flow is not None
    and versions.move(tx, run, flow, now, who),
}  # fmt: skip


def acting(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision: about one member (``m``), or about all who are on their way."""

    async def handle(visit: Visit) -> web.StreamResponse:
        name, member = name_of(visit), visit.typed.get("m", "").strip()[:100]
        done = await _all(visit, verb, name, member)
        visit.console.bells.ring("flows")
        key = f"flow_done.{verb}" if done else f"flow_done.no_{verb}"
        return visit.go(at(name, m=member), "good" if done else "wait", key, n=done)

    return handle


async def _all(visit: Visit, verb: str, name: str, member: str) -> int:
    """Page after page, each a transaction of its own; how many it was done to."""
    serving = next((f for f in visit.cast.flows if f.id == name), None) if visit.cast else None
    note = visit.typed.get("note", "").strip()[:NOTE_MAX] or "stopped"
    who = visit.who.login

    def write(tx: Tx, after: int) -> tuple[int, int]:
        rows = _of(tx, name, member) if member else flows.running_after(tx, name, after)
        n = sum(ACTS[verb](tx, row, serving, visit.now, who, note) for row in rows)
        return n, rows[-1]["id"] if rows and not member else 0

    done, after = await visit.write(write, 0)
    while after:
        more, after = await visit.write(write, after)
        done += more
    return done


def _of(tx: Tx, name: str, member: str) -> list[Row]:
    return [run for run in flows.of_member(tx, member)
            if run["flow"] == name and run["state"] == "running"]  # fmt: skip


PAGE = Page(routes=tuple(
    Route(method="POST", path=f"/flows/{{id}}/{verb}", handler=acting(verb), needs=Right.PLAN_RUN)
    for verb in ACTS))  # fmt: skip
