"""One flow: its steps with how many stand where and why, and one member's way through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.console import flowing
from bot.console.charts.interval import Interval, interval
from bot.console.flowing import Stop
from bot.console.page import BASE, Page, Route
from bot.console.pages.campaign_read import circles_of, names_of
from bot.console.pages.flows import Told, told_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.library.cast import Cast
from bot.store import flowdesk, flows, people
from bot.store.engine import Tx
from bot.store.flowdesk import FATES, RUN_STATES, Place, Standing, Way
from scheduler.lift import Lift, Share, lift

ROWS = 25
FIRST = 1 << 60  # above the number of any run


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Everything the page reads. ``old``: how many are on their way in versions that do not serve;
    ``asked``: the member whose way is shown, ``ways`` is empty where he has none."""

    told: Told
    stops: Sequence[Stop]
    steps_left: int
    old: int
    rows: Sequence[Standing]
    people: Mapping[str, str]
    asked: str
    ways: Sequence[Way]
    stranger: bool


def name_of(visit: Visit) -> str:
    """The flow in the address."""
    return visit.request.match_info["id"][:100]


def at(name: str, **more: str) -> str:
    """The address of a flow's page."""
    query = urlencode({key: value for key, value in more.items() if value})
    return f"/flows/{quote(name)}{'?' if query else ''}{query}"


def place_of(visit: Visit) -> Place:
    """Who is asked for."""
    step, fate = visit.query("step"), visit.query("fate")
    state = visit.query("state")
    return Place(
        state=state if state in RUN_STATES else "" if step or state else "running", step=step,
        fate=fate if fate in FATES else "waiting",
        why=visit.query("why") if "why" in visit.request.query else None,
    )  # fmt: skip


def link_of(name: str, place: Place, **more: str) -> str:
    """An address with the same choice; ``#who`` is where the rows stand."""
    own = (
        {"step": place.step, "fate": place.fate} if place.step else {"state": place.state or "all"}
    )
    query = urlencode({key: value for key, value in (own | more).items() if value})
    why = f"&{urlencode({'why': place.why})}" if place.why is not None else ""
    return f"{BASE}/flows/{quote(name)}?{query}{why}#who"


def _read(tx: Tx, visit: Visit, name: str, place: Place, before: int) -> Shown:
    serving = next((f for f in visit.cast.flows if f.id == name), None) if visit.cast else None
    told = told_of(serving, name, flows.counts(tx))
    if serving is None and not told.counts:
        raise Refused(404, "flows.gone")
    versions = flowdesk.by_version(tx, name)
    number, member = serving.version if serving is not None else 0, visit.query("m").strip()
    rows = flowdesk.page(tx, name, place, before, ROWS + 1)
    ways = flowdesk.ways(tx, name, member) if member else []
    named = people.names_of(tx, [*(row.member for row in rows), *([member] if member else [])])
    return Shown(
        told=told, stops=flowing.stops(serving, flows.step_counts(tx, name)),
        steps_left=flowdesk.waiting(tx, name) if visit.may(Right.PLAN_RUN) else 0,
        rows=rows, people=named,
        old=sum(n for version, n in versions.items() if version != number), asked=member,
        ways=ways, stranger=bool(member) and member not in named,
    )  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The page; ``step``, ``fate``, ``why`` or ``state`` choose the rows, ``m`` a member."""
    name, place = name_of(visit), place_of(visit)
    before = whole(visit.query("before"))
    found = await visit.read(_read, visit, name, place, before or FIRST)
    rows = found.rows[:ROWS]
    older = link_of(name, place, before=str(rows[-1].run)) if len(found.rows) > ROWS else ""
    compared = _lift(found.told)
    return await visit.page(
        "flow.html", it=found.told, found=found, rows=rows, place=place, names=names_of(visit.cast),
        older=older, newest=link_of(name, place) if before else "", states=RUN_STATES,
        words=_Words(visit.lang, circles_of(visit.cast)),
        titles=titles_of(visit.cast, found.told), lift=compared,
        drawn=_drawn(compared), link=partial(link_of, name), runs_it=visit.may(Right.PLAN_RUN),
        Place=Place,
    )  # fmt: skip


def titles_of(cast: Cast | None, told: Told) -> Mapping[str, str]:
    """What staff call the steps: the title of what each says."""
    if cast is None or told.flow is None:
        return {}
    known = cast.shelf.templates
    return {step.id: known[step.template].title for step in told.flow.file.step
            if step.template in known and known[step.template].title}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """What the template asks of ``flowing``, in one language."""

    lang: str
    circles: Mapping[str, str]

    def begins(self, told: Told) -> str:
        return flowing.begins(self.lang, told.flow.trigger, self.circles) if told.flow else ""

    def comes(self, stop: Stop) -> str:
        return flowing.comes(self.lang, stop.step) if stop.step is not None else ""

    def for_whom(self, stop: Stop) -> Sequence[str]:
        return flowing.for_whom(self.lang, stop.step) if stop.step is not None else ()

    def goal(self, told: Told) -> str:
        goal = told.flow.goal if told.flow is not None else None
        return flowing.condition(self.lang, goal) if goal is not None else ""

    def why(self, note: str) -> str:
        return flowing.why(self.lang, note)


def _lift(told: Told) -> Lift | None:
    """What those in the flow did more than those who are held out."""
    held, hits = told.counts.get("control", (0, 0))
    if told.flow is None or not told.flow.file.goal or not held:
        return None
    return lift(Share(told.reached, told.begun), Share(hits, held))


def _drawn(found: Lift | None) -> Interval | None:
    return interval(found.points, found.low, found.high) if found and found.enough else None


PAGE = Page(routes=(
    Route(method="GET", path="/flows/{id}", handler=show, needs=Right.PLAN_SEE),
))  # fmt: skip
