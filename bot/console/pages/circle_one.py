"""One circle: whom it is for, what it is to reach, who leads and led, its groups, who is in and by
which rule, who was brought from other circles, and which circles are near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import (
    at,
    circle_named,
    last_days,
    persona_name,
    rung,
    titles,
)
from bot.console.pages.circle_rows import by, came
from bot.console.pages.circles import Shown
from bot.console.pages.circles import read as read_cards
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.core.clock import to_ms
from bot.members.breaking import Brought
from bot.members.circle import Circle
from bot.store import breaking, circledesk, circles, people
from bot.store.circledesk import SHOWN, Beside
from bot.store.engine import Row, Tx
from scheduler import leading

BROUGHT = 50  # of them are shown; a file has all
SAID = ("persona", "member", "note", "template")
MEMBERS = ("member", "name", "since", "rule", "from", "inviter")


@dataclass(frozen=True, kw_only=True, slots=True)
class One:
    """Everything the page reads. ``members``: one more than is shown; ``brought`` of the last 30
    days, the latest first; ``names`` of all members who are named; ``templates`` that may introduce
    a new leader in the groups."""

    shown: Shown
    leaders: Sequence[Row]
    planned: Sequence[Row]
    holders: Sequence[Row]
    groups: Sequence[Row]
    members: Sequence[Row]
    brought: Sequence[Brought]
    beside: Sequence[Beside]
    names: Mapping[str, str]


def page_of(circle: str, **more: str) -> str:
    """The address of a circle's page."""
    return at("/circles/one", c=circle, **more)


async def show(visit: Visit) -> web.Response:
    """The page; ``q`` looks for a member, ``after`` goes on in the list."""
    circle = circle_named(visit, visit.query("c"))
    text = visit.query("q").replace("\0", "").strip()
    found = await visit.read(_read, visit, circle, text, visit.query("after"))
    rows = found.members[:SHOWN]
    older = page_of(circle.id, q=text, after=rows[-1]["member"]) \
        if len(found.members) > SHOWN else ""  # fmt: skip
    return await visit.page(
        "circle.html", it=found, circle=circle, rows=rows, q=text, tab="/circles",
        older=f"{BASE}{older}#members" if older else "", link=_link, titles=titles(visit),
        first=f"{BASE}{page_of(circle.id, q=text)}#members" if visit.query("after") else "",
        brought_most=BROUGHT, words=_groups_unknown(circle, found.groups),
        persona_of=lambda id: persona_name(visit, id), leads=visit.may(Right.PLAN_RUN),
        personas=_personas(visit), templates=_templates(visit),
    )  # fmt: skip


def _read(tx: Tx, visit: Visit, circle: Circle, text: str, after: str) -> One:
    span = last_days(visit)
    moved = breaking.of(tx, span.edges[0], span.edges[-1])
    (shown,) = read_cards(tx, visit, circle.id, moved=moved)
    leaders, planned = circles.leaders(tx, circle.id), circledesk.planned(tx, circle.id)
    members = circledesk.members(tx, circle.id, text, after, SHOWN + 1)
    brought = [one for one in reversed(moved) if one.circle == circle.id]
    told = [*(row["member"] for row in leaders), *(_said(row) for row in planned),
            *(row["inviter"] for row in members), circle.leader.member,
            *(id for one in brought[:BROUGHT] for id in (one.member, one.inviter))]  # fmt: skip
    return One(
        shown=shown, leaders=leaders, planned=planned, members=members, brought=brought,
        holders=circles.holders(tx, circle.id), groups=circledesk.groups(tx, circle.groups),
        beside=circledesk.beside(tx, circle.id, moved),
        names=people.names_of(tx, sorted({one for one in told if one})),
    )  # fmt: skip


def _said(planned: Row) -> str:
    return str(planned["data"].get("member", ""))


def _link(id: str) -> str:
    return BASE + at("/members/one", m=id)


def _groups_unknown(circle: Circle, groups: Sequence[Row]) -> list[str]:
    """Groups of the file that the platform has not told of."""
    known = {word for row in groups for word in (row["id"], row["name"])}
    return [word for word in circle.groups if word not in known]


def _personas(visit: Visit) -> list[tuple[str, str]]:
    scripts = visit.cast.scripts if visit.cast is not None else {}
    return [("", visit.t("circles.nobody_of_them")),
            *((key, one.persona.name) for key, one in scripts.items())]  # fmt: skip


def _templates(visit: Visit) -> list[tuple[str, str]]:
    """Texts for groups."""
    shelf = visit.cast.shelf.templates if visit.cast is not None else {}
    found = [(name, one.title or name) for name, one in sorted(shelf.items())
             if name.startswith("groups/")]  # fmt: skip
    return [("", visit.t("circles.say_nothing")), *found]


async def save(visit: Visit) -> web.Response:
    """Who is in, as a file."""
    circle = circle_named(visit, visit.query("c"))

    def look(tx: Tx) -> tuple[list[Row], dict[str, str]]:
        rows, after = list[Row](), ""
        while page := circledesk.members(tx, circle.id, after=after, n=1_000):
            rows += page
            after = page[-1]["member"]
        return rows, people.names_of(tx, sorted({row["inviter"] for row in rows if row["inviter"]}))

    rows, names = await visit.read(look)
    t, zone = visit.t, visit.console.config.timezone
    head = [t(f"circles.c_{name}") for name in MEMBERS]
    cells = ([row["member"], row["name"] or "", stamp(row["since"], zone), by(visit, row),
              came(visit, row["came"]), names.get(row["inviter"], "") or row["inviter"]]
             for row in rows)  # fmt: skip
    return visit.csv(f"circle-{circle.id}.csv", BOM + lines([head, *cells]))


async def lead(visit: Visit) -> web.Response:
    """The circle is handed over, now or on a day."""
    circle = circle_named(visit, visit.typed.get("c", ""))
    here, typed = page_of(circle.id), visit.typed
    said = {name: typed.get(name, "").replace("\0", "").strip()[:200] for name in SAID}
    moment = _moment(visit, visit.typed.get("at", ""))
    if fault := _fault(visit, said, moment):
        return visit.go(here, "bad", fault)

    def act(tx: Tx) -> str:
        if circles.led_by(tx, circle) != visit.typed.get("was", ""):
            return "circles.led_faster"
        if said["member"] and people.known(tx, said["member"]) is None:
            return "circles.no_member"
        leading.plan(tx, circle.id, moment or visit.now, visit.now, actor=visit.who.login, **said,
                     voice=said["persona"] or visit.typed.get("voice", ""))  # fmt: skip
        return ""

    if fault := await visit.write(act):
        return visit.go(here, "bad", fault)
    rung(visit)
    when = stamp(moment, visit.console.config.timezone)[:16] if moment else ""
    return visit.go(here, "good", "circles.led_from" if moment else "circles.led", at=when)


def _moment(visit: Visit, text: str) -> int | None:
    """What a form calls ``2026-12-01T10:00``; 0 when it is empty, None when it is no time."""
    if not text:
        return 0
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    zone = ZoneInfo(visit.console.config.timezone)
    return None if found.tzinfo else to_ms(found.replace(tzinfo=zone))


def _fault(visit: Visit, said: Mapping[str, str], moment: int | None) -> str:
    scripts = visit.cast.scripts if visit.cast is not None else {}
    voice = said["persona"] or visit.typed.get("voice", "")
    if bool(said["persona"]) is bool(said["member"]):
        return "circles.one_leader"
    if any(one and one not in scripts for one in (said["persona"], voice)):
        return "circles.no_persona"
    if not said["note"]:
        return "circles.lead_why"
    if moment is None or (moment and moment <= visit.now):
        return "circles.bad_moment"
    if said["template"] and said["template"] not in dict(_templates(visit)):
        return "circles.no_template"
    return "circles.no_voice" if said["template"] and not voice else ""


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/one", handler=show, needs=SEE),
    Route(method="GET", path="/circles/members.csv", handler=save, needs=SEE),
    Route(method="POST", path="/circles/lead", handler=lead, needs=Right.PLAN_RUN),
))  # fmt: skip
