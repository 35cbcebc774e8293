"""What a member earned, and why: points, badges, the wall of honour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.community.points import FADE, STAFF
from bot.community.rules import Community
from bot.core.event import Event
from bot.store import history, honours, memberview
from bot.store.engine import Row, Tx
from bot.web.member import words
from bot.web.member.gate import Route
from bot.web.member.reading import Place, place_of, standing_in
from bot.web.member.standing import Medal, Standing
from bot.web.member.visit import Me, Refused, Visit

REASONS, WALL = 60, 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Points that something gave or took: what it was, and why they are fewer."""

    at: int
    title: str
    amount: int
    wanted: int
    why: str
    note: str


async def points(visit: Visit) -> web.Response:
    """His points, and what each came from."""
    place, found, reasons = await visit.read(_points, visit, visit.part("circle"))
    return visit.page("points.html", place=place, it=found, reasons=reasons)


def _points(tx: Tx, visit: Visit, circle: str) -> tuple[Place, Standing, list[Reason]]:
    me, place, found = _stands(tx, visit, circle)
    rows = memberview.points(tx, me.person, circle, REASONS)
    told = history.named(tx, [row["cause"] for row in rows])
    return place, found, [_reason(visit, found.rules, row, told) for row in rows]


def _stands(tx: Tx, visit: Visit, circle: str) -> tuple[Me, Place, Standing]:
    """Who he is, and how he stands in a circle that has rules."""
    me = visit.me(tx)
    place = place_of(visit, me, circle)
    found = standing_in(tx, visit, place, me)
    if found is None:
        raise Refused(404, "error.nothing")
    return me, place, found


def _reason(
    visit: Visit, rules: Community, row: Row, told: Mapping[str, history.Line]
) -> Reason:  # fmt: skip
    titles = {one.id: one.title for one in rules.points.rules}
    ours = {STAFF: visit.t("points.staff"), FADE: visit.t("points.fade")}
    event = told[row["cause"]].event if row["cause"] in told else None
    return Reason(at=row["at"], title=(titles | ours).get(row["rule"], str(row["rule"])),
                  amount=row["amount"], wanted=row["wanted"],
                  why=visit.t(f"less.{row['why']}") if words.known(f"less.{row['why']}") else "",
                  note=_note(visit, event))  # fmt: skip


def _note(visit: Visit, event: Event | None) -> str:
    """Where it happened, or what a colleague wrote."""
    if event is None:
        return ""
    made = visit.pages.cast.activities.get(event.place.partition("@")[0])
    return made.title if made else str(event.data.get("why", ""))


async def badges(visit: Visit) -> web.Response:
    """All badges, those that he has first, and the wall of honour."""
    place, found, wall = await visit.read(_badges, visit, visit.part("circle"))
    return visit.page("badges.html", place=place, it=found, wall=wall)


def _badges(tx: Tx, visit: Visit, circle: str) -> tuple[Place, Standing, list[Row]]:
    me, place, found = _stands(tx, visit, circle)
    icons = {one.id: one for one in found.rules.badges if one.honour}
    wall = [{**row, "it": icons[row["badge"]], "mine": row["member"] == me.person}
            for row in memberview.wall(tx, circle, list(icons), WALL)]  # fmt: skip
    return place, found, wall


async def badge(visit: Visit) -> web.Response:
    """One badge: why he has it."""
    place, found, because = await visit.read(_badge, visit, visit.part("circle"))
    return visit.page("badge.html", place=place, it=found, because=because)


def _badge(tx: Tx, visit: Visit, circle: str) -> tuple[Place, Medal, list[tuple[int, str]]]:
    me = visit.me(tx)
    place = place_of(visit, me, circle)
    found = standing_in(tx, visit, place, me)
    medal = next((one for one in found.medals if one.it.id == visit.part("badge")), None) \
        if found else None  # fmt: skip
    if medal is None:
        raise Refused(404, "error.nothing")
    _, because = honours.why_badge(tx, me.person, circle, medal.it.id)
    return place, medal, [(one.event.at, _because(visit, one.event)) for one in because]


def _because(visit: Visit, event: Event) -> str:
    key = f"did.{event.kind.value}"
    did = visit.t(key) if words.known(key) else visit.t("did.other")
    return " · ".join(filter(None, (did, _note(visit, event))))


ROUTES = (
    Route("GET", "/c/{circle}/points", points), Route("GET", "/c/{circle}/badges", badges),
    Route("GET", "/c/{circle}/badges/{badge}", badge),
)  # fmt: skip
