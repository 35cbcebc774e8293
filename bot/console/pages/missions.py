"""Missions of KOCs and seed users: places, what waits for a verdict, what runs and what ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.community.mission import Mission
from bot.community.takes import ACCEPTED, EXPIRED, PROVED, REFUSED, TAKEN, Take
from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import at, titles
from bot.console.pages.seeds import SEE, member_link, rung
from bot.console.pages.value_asked import FILE_MAX
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.store import missiondesk, missions
from bot.store.engine import Row, Tx
from bot.store.missions import MissionRefused, take_of

SHOWN, WHY_MAX = 50, 200
STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": (PROVED,), "running": (TAKEN, REFUSED), "done": (ACCEPTED,),
    "over": (EXPIRED, "dropped"),
}  # fmt: skip
COLUMNS = ("mission", "member", "name", "state", "taken", "due", "proved", "text", "link", "media",
           "why", "actor")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A take with the name of who took it; ``made``: what he goes by, None: nobody kept it."""

    row: Row
    take: Take
    made: Mission | None


@dataclass(frozen=True, slots=True)
class Board:
    """``counts`` by mission and state; ``held``: places that are taken; ``sums`` by tab."""

    rows: Sequence[Shown]
    counts: Mapping[str, Mapping[str, int]]
    held: Mapping[str, int]
    sums: Mapping[str, int]


async def show(visit: Visit) -> web.Response:
    """What waits first; ``state`` and ``m`` choose others."""
    made = dict(visit.cast.missions) if visit.cast is not None else {}
    wanted, mission = visit.query("state"), visit.query("m")
    wanted = wanted if wanted in STATES else "waiting"
    found = await visit.read(_read, made, wanted, mission if mission in made else "")
    return await visit.page(
        "missions.html", made=made, board=found, rows=found.rows[:SHOWN], wanted=wanted,
        more=len(found.rows) > SHOWN, mission=mission if mission in made else "",
        tabs=list(STATES), titles=titles(visit), acts=visit.may(Right.COMMUNITY_ACT),
        link=member_link, here=_here, why_most=WHY_MAX, tab="/missions",
    )  # fmt: skip


def _read(tx: Tx, made: Mapping[str, Mission], wanted: str, mission: str) -> Board:
    counts = missiondesk.counts(tx)
    rows = missiondesk.takes(tx, STATES[wanted], mission or None, SHOWN + 1)
    of = [counts.get(mission, {})] if mission else list(counts.values())
    return Board([_shown(tx, row) for row in rows], counts,
                 {id: missions.held(tx, id) for id in made},
                 {tab: sum(one.get(state, 0) for one in of for state in states)
                  for tab, states in STATES.items()})  # fmt: skip


def _shown(tx: Tx, row: Row) -> Shown:
    held = take_of(row)
    return Shown(row, held, missions.terms(tx, held))


def _here(state: str = "", mission: str = "") -> str:
    return BASE + at("/missions", state=state, m=mission)


async def decide(visit: Visit) -> web.Response:
    """What was handed in is accepted, or refused with a reason."""
    yes = visit.typed.get("verdict") == "accept"
    return await _act(visit, "accepted" if yes else "refused", lambda tx, event, why:
                      missiondesk.decide(tx, event, visit.now, yes=yes, why=why,
                                         actor=visit.who.login))  # fmt: skip


async def undo(visit: Visit) -> web.Response:
    """An acceptance is taken back."""
    return await _act(visit, "undone", lambda tx, event, why: missiondesk.undo(
        tx, event, visit.now, why=why, actor=visit.who.login))  # fmt: skip


async def _act(
    visit: Visit, done: str, act: Callable[[Tx, str, str], object]
) -> web.Response:  # fmt: skip
    event = visit.typed.get("e", "")[:300]
    why = visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]
    state, mission = visit.typed.get("state", ""), visit.typed.get("here", "")
    back = at("/missions", state=state if state in STATES else "", m=mission)
    try:
        await visit.write(lambda tx: act(tx, event, why))
    except MissionRefused as refused:
        return visit.go(back, "bad", f"mission_refused.{refused.code}")
    rung(visit)
    return visit.go(back, "good", f"missions.{done}")


async def save(visit: Visit) -> web.Response:
    """All takes as a file, at most FILE_MAX, the latest first."""
    rows = await visit.read(lambda tx: missiondesk.takes(tx, n=FILE_MAX))
    head = [visit.t(f"mission_column.{name}") for name in COLUMNS]
    return visit.csv("missions.csv", BOM + lines([head, *(_cells(visit, row) for row in rows)]))


def _cells(visit: Visit, row: Row) -> list[object]:
    held, zone = take_of(row), visit.console.config.timezone
    proof = held.proof
    return [held.mission, row["member"], row["name"] or "", visit.t(f"mission_state.{held.state}"),
            stamp(held.taken_at, zone), stamp(held.due_at, zone),
            stamp(held.proved_at, zone) if held.proved_at else "", proof.get("text", ""),
            proof.get("link", ""), len(proof.get("media", ())), held.why, held.actor]  # fmt: skip


ACT = Right.COMMUNITY_ACT
PAGE = Page(routes=(
    Route(method="GET", path="/missions", handler=show, needs=SEE),
    Route(method="GET", path="/missions.csv", handler=save, needs=Right.MEMBERS_EXPORT),
    Route(method="POST", path="/missions/decide", handler=decide, needs=ACT),
    Route(method="POST", path="/missions/undo", handler=undo, needs=ACT),
))  # fmt: skip
