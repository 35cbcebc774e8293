"""All flows: what begins each, how many are where, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console import flowing
from bot.console.page import Entry, Page, Route
from bot.console.pages.campaign_read import circles_of, names_of
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.store import flows
from bot.store.flowdesk import RUN_STATES
from scheduler.flows import Flow

NOBODY: Mapping[str, tuple[int, int]] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One flow. ``flow`` is None where nothing of this name serves any more; ``counts``: by state,
    how many members and how many of them reached the goal."""

    name: str
    flow: Flow | None
    counts: Mapping[str, tuple[int, int]]

    @property
    def title(self) -> str:
        """What staff call it."""
        return (self.flow.file.title if self.flow is not None else "") or self.name

    @property
    def running(self) -> int:
        """How many are on their way."""
        return self.of("running")

    def of(self, state: str) -> int:
        """How many are in a state."""
        return self.counts.get(state, (0, 0))[0]

    @property
    def begun(self) -> int:
        """How many were to get it, whatever became of them."""
        return sum(n for state, (n, _) in self.counts.items() if state != "control")

    @property
    def reached(self) -> int:
        """How many of those came to the goal."""
        return sum(n for state, (_, n) in self.counts.items() if state != "control")


def told_of(
    flow: Flow | None, name: str, counts: Mapping[str, Mapping[str, tuple[int, int]]]
) -> Told:  # fmt: skip
    """One flow with its numbers."""
    return Told(name=name, flow=flow, counts=counts.get(name, NOBODY))


async def show(visit: Visit) -> web.Response:
    """The list: those that serve, then those that members went through earlier."""
    counts = await visit.read(flows.counts)
    serving = {one.id: one for one in visit.cast.flows} if visit.cast else {}
    circles = circles_of(visit.cast)
    rows = [told_of(serving.get(name), name, counts)
            for name in (*sorted(serving), *sorted(counts.keys() - serving.keys()))]  # fmt: skip
    return await visit.page(
        "flows.html",
        rows=_ordered(rows),
        names=names_of(visit.cast),
        states=RUN_STATES,
        begins=lambda one: flowing.begins(visit.lang, one, circles),
    )


def _ordered(rows: Sequence[Told]) -> Sequence[Told]:
    return sorted(rows, key=lambda one: (one.flow is None, -one.running, one.title))


SEE = Right.PLAN_SEE
TOPIC = "flows"
PAGE = Page(
    routes=(Route(method="GET", path="/flows", handler=show, needs=SEE),),
    entry=Entry(path="/flows", name="flows.title", needs=SEE, order=38, key="l",
                also=("/refusals",)),
    topics={TOPIC: SEE},
)  # fmt: skip
