"""Shifts of the atmosphere team: a week, what was done in it, where nobody is; handing one over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from bot.community.atmosphere import Atmosphere, Host
from bot.console.cells import BOM, lines
from bot.console.page import Entry, Page, Route
from bot.console.pages.circle_asked import setting_of
from bot.console.rights import Access, Right
from bot.console.visit import Refused, Visit
from bot.console.when import day_named
from bot.core.clock import DAY, local
from bot.core.rota import Span, day_of, week_of
from bot.library import atmosphere as rules
from bot.library.speech import Setting
from bot.store import atmosphere, moderation
from bot.store.atmosphere import AtmosphereRefused, Shift
from bot.store.engine import Tx
from bot.store.staff import Account
from scheduler import hosting

WHY_MAX = 200
TOPIC = "atmosphere"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One shift on one day; ``holder``: who has it by name; ``counts``: prompts by state."""

    shift: Shift
    title: str
    begins: str
    ends: str
    holder: str
    counts: Mapping[str, int]
    over: bool
    mine: bool

    @property
    def handed(self) -> bool:
        """Somebody else had it by the plan."""
        return self.shift.userid != self.shift.planned


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """One circle's week: a row for each colleague with the pieces of each day, and its faults."""

    made: Atmosphere
    title: str
    rows: Sequence[tuple[Host, Sequence[Sequence[Piece]]]]
    gaps: Sequence[Sequence[str]]
    overlaps: Sequence[str]


async def show(visit: Visit) -> web.Response:
    """The week in the address, or this one."""
    day = day_named(visit.query("week")) or day_of(visit.now, visit.console.config.timezone)
    monday = day - timedelta(days=day.weekday())
    teams = await visit.read(_teams, visit, monday)
    days = [monday + timedelta(days=n) for n in range(7)]
    today = local(visit.now, visit.console.config.timezone).date()
    return await visit.page(
        "shifts.html", teams=teams, days=days, today=today, tab="/shifts",
        monday=monday.isoformat(), before=(monday - timedelta(days=7)).isoformat(),
        after=(monday + timedelta(days=7)).isoformat(), why_most=WHY_MAX)  # fmt: skip


def _teams(tx: Tx, visit: Visit, monday: date) -> list[Team]:
    if visit.cast is None:  # the first moments of a process
        return []
    setting = setting_of(visit, tx)
    span = week_of(monday, setting.cast.zone)
    shifts = {one.id: one for one in hosting.planned(setting, span)} \
        | atmosphere.within(tx, span.since, span.until)  # fmt: skip
    counts = atmosphere.counts(tx, span.since, span.until + DAY)
    return [_team(visit, setting, made, span, [one for one in shifts.values()
                                               if one.circle == made.circle], counts)
            for made in setting.cast.atmospheres.values()]  # fmt: skip


def _team(
    visit: Visit, setting: Setting, made: Atmosphere, span: Span, shifts: Sequence[Shift],
    counts: Mapping[str, Mapping[str, int]],
) -> Team:  # fmt: skip
    zone = setting.cast.zone
    pieces = [_piece(visit, made, one, counts.get(one.id, {}), zone)
              for one in sorted(shifts, key=lambda one: (one.since, one.id))]  # fmt: skip
    first = day_of(span.since, zone)
    rows = [(host, [[one for one in pieces if one.shift.userid == host.userid
                     and day_of(one.shift.since, zone) == first + timedelta(days=n)]
                    for n in range(7)]) for host in made.team]  # fmt: skip
    bare = rules.gaps(made, span, zone)
    gaps = [[_hours(gap, zone) for gap in bare if day_of(gap.since, zone)
             == first + timedelta(days=n)] for n in range(7)]  # fmt: skip
    both = [visit.t("atmosphere.overlap", who=_named(made, who), when=rules.told(two.span, zone),
                    one=one.duty.title, two=two.duty.title)
            for who, one, two in rules.overlaps(made, span, zone)]  # fmt: skip
    circle = setting.cast.circles.get(made.circle)
    return Team(made=made, title=circle.title if circle else made.circle, rows=rows, gaps=gaps,
                overlaps=both)  # fmt: skip


def _piece(
    visit: Visit, made: Atmosphere, one: Shift, counts: Mapping[str, int], zone: str
) -> Piece:  # fmt: skip
    duty = made.duty(one.shift)
    begins, _, ends = _hours(Span(one.since, one.until), zone).partition("–")
    return Piece(shift=one, title=duty.title if duty else one.shift, begins=begins, ends=ends,
                 holder=_named(made, one.userid), counts=counts, over=one.until <= visit.now,
                 mine=bool(visit.who.userid) and visit.who.userid == one.userid)  # fmt: skip


def _named(made: Atmosphere, userid: str) -> str:
    host = made.host(userid)
    return host.name if host else userid


def _hours(span: Span, zone: str) -> str:
    return f"{local(span.since, zone):%H:%M}–{local(span.until, zone):%H:%M}"


async def save(visit: Visit) -> web.Response:
    """The week as a file."""
    day = day_named(visit.query("week")) or day_of(visit.now, visit.console.config.timezone)
    monday = day - timedelta(days=day.weekday())
    teams = await visit.read(_teams, visit, monday)
    zone = visit.console.config.timezone
    head = ["day", "begins", "ends", "circle", "title", "who", "userid", "done", "left", "lapsed"]
    rows = [[day_of(one.shift.since, zone).isoformat(), one.begins, one.ends, team.title, one.title,
             one.holder, one.shift.userid, *(one.counts.get(name, 0) for name in head[-3:])]
            for team in teams for _, cells in team.rows for cell in cells
            for one in cell]  # fmt: skip
    titles = [visit.t(f"atmosphere.c_{name}") for name in head]
    return visit.csv(f"shifts-{monday.isoformat()}.csv", BOM + lines([titles, *sorted(rows)]))


async def hand(visit: Visit) -> web.Response:
    """Somebody else has a shift from now on: a lead says so, or whoever has it."""
    id, to = visit.typed.get("shift", ""), visit.typed.get("to", "").strip()
    why = visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]

    def act(tx: Tx) -> str:
        setting = setting_of(visit, tx)
        held = hosting.find(tx, setting, id)
        mine = held is not None and bool(visit.who.userid) and held.userid == visit.who.userid
        if not mine and not visit.may(Right.PLAN_RUN):
            raise Refused(403, "atmosphere.not_yours")
        given = hosting.hand(tx, setting, id, to, actor=visit.who.login, why=why)
        return _named(setting.cast.atmospheres[given.circle], given.userid)

    back = f"/shifts?week={visit.typed.get('week', '')}" if visit.may(SEE) else "/tasks/mine"
    try:
        name = await visit.write(act)
    except AtmosphereRefused as refused:
        return visit.go(back, "wait", "atmosphere.refused", why=str(refused))
    visit.console.bells.ring(TOPIC)
    visit.console.bells.ring("outbox.reply")
    return visit.go(back, "good", "atmosphere.handed", who=name)


def waiting(tx: Tx, _: Account, now: int) -> int:
    """What waits to be looked at."""
    return moderation.waiting(tx)


SEE = Right.MEMBERS_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/shifts", handler=show, needs=SEE),
        Route(method="GET", path="/shifts.csv", handler=save, needs=SEE),
        Route(method="POST", path="/shifts/hand", handler=hand, needs=Access.SIGNED_IN),
    ),
    entry=Entry(path="/shifts", name="atmosphere.title", needs=SEE, order=31, key="z",
                count=waiting, topics=(TOPIC,), waits="/moderation",
                also=("/group-health", "/moderation")),
    topics={TOPIC: Access.SIGNED_IN},
)  # fmt: skip
