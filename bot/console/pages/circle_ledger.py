"""The daily ledger: opening + joined - left = closing, of every account, group, circle and persona
and of the brand; each number opens its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.charts.bars import Chart, Point, bars
from bot.console.page import Page, Route
from bot.console.pages.circle_asked import Span, persona_name, span_of, titles
from bot.console.pages.value_asked import Sheet
from bot.console.rights import Right
from bot.console.visit import Visit, whole
from bot.members.ledger import Days, Line, Part, parts, summed
from bot.members.stays import KINDS
from bot.store import ledger, ledger_rows
from bot.store.engine import Tx
from bot.store.ledger_rows import WHATS, Of, Scope

SCOPES: tuple[Scope, ...] = ("circle", "group", "account", "persona", "brand")
SHOWN = 50  # places of a page
COLUMNS = ("opening", "joined", "left", "closing")
CHARTS: Mapping[str, Callable[[Part], int]] = {
    "closing": lambda part: part.closing, "joined": lambda part: part.joined,
    "left": lambda part: part.left,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The form: the days, the kind of place, and which one; empty: all, a line each."""

    span: Span
    kind: Scope
    place: str

    @property
    def whole(self) -> bool:
        """True for a list of places."""
        return self.kind != "brand" and not self.place

    def link(self, path: str = "/circles/ledger", **more: str) -> str:
        """An address with the same choice."""
        return self.span.link(path, **({"kind": self.kind, "place": self.place} | more))


def asked(visit: Visit) -> Asked:
    """The choice in the address; a kind that is none becomes circles."""
    kind = next((one for one in SCOPES if one == visit.query("kind")), SCOPES[0])
    place = visit.query("place").replace("\0", "") if kind != "brand" else ""
    return Asked(span=span_of(visit), kind=kind, place=place)


def of(visit: Visit, kind: Scope, place: str) -> Of:
    """Whose ledger that is."""
    script = visit.cast.scripts.get(place) if visit.cast is not None and kind == "persona" else None
    return Of(kind, place, tuple(script.persona.accounts.contact) if script is not None else ())


def of_one(tx: Tx, which: Of, span: Days) -> list[Line]:
    """The days of one place; a place in which nobody ever was has none."""
    if which.kind == "brand":
        return ledger.of_brand(tx, span)
    if which.kind == "persona":
        return ledger.of_persona(tx, which.accounts, span)
    kind = next(one for one in KINDS if one == which.kind)
    return ledger.of_places(tx, kind, span, which.place)


def of_all(tx: Tx, visit: Visit, form: Asked) -> list[tuple[str, Part]]:
    """Every place of the kind with the whole span as one line, the largest first."""
    span = form.span
    if form.kind == "persona":
        scripts = visit.cast.scripts if visit.cast is not None else {}
        found = [(key, summed(of_one(tx, of(visit, "persona", key), span.days))) for key in scripts
                 if of(visit, "persona", key).accounts]  # fmt: skip
    else:
        kind = next(one for one in KINDS if one == form.kind)
        once = Days(span.since, (span.begins, span.ends))
        found = [(line.place, Part(span.since, span.until, line.opening, line.joined, line.left,
                                   line.closing))
                 for line in ledger.of_places(tx, kind, once)]  # fmt: skip
    there = [pair for pair in found if any(pair[1][2:])]
    return sorted(there, key=lambda pair: (-pair[1].closing, -pair[1].joined, pair[0]))


def called(tx: Tx, visit: Visit, kind: Scope, places: Sequence[str]) -> dict[str, str]:
    """What people call these places."""
    if kind == "group":
        return ledger_rows.names(tx, places)
    if kind == "circle":
        return titles(visit)
    if kind == "account":
        return {id: visit.owner(id) for id in places}
    return {id: persona_name(visit, id) for id in places} if kind == "persona" else {}


async def show(visit: Visit) -> web.Response:
    """One ledger with its picture, or all places of a kind."""
    form = asked(visit)
    return await (_all(visit, form) if form.whole else _one(visit, form))


async def _all(visit: Visit, form: Asked) -> web.Response:
    skip = whole(visit.query("from")) or 0

    def look(tx: Tx) -> tuple[list[tuple[str, Part]], dict[str, str]]:
        found = of_all(tx, visit, form)
        return found, called(tx, visit, form.kind, [id for id, _ in found[skip : skip + SHOWN]])

    found, names = await visit.read(look)
    rows = found[skip : skip + SHOWN]
    older = form.link(**{"from": str(skip + SHOWN)}) if len(found) > skip + SHOWN else ""
    return await _page(visit, form, sheet=_places(visit, form, rows, names), older=older,
                       first=form.link() if skip else "", total=len(found), title="")  # fmt: skip


async def _one(visit: Visit, form: Asked) -> web.Response:
    which = of(visit, form.kind, form.place)

    def look(tx: Tx) -> tuple[list[Line], dict[str, str]]:
        return of_one(tx, which, form.span.days), called(tx, visit, form.kind, [form.place])

    found, names = await visit.read(look)
    made = parts(found, monthly=form.span.monthly)
    return await _page(visit, form, sheet=_days(visit, form, made, found), charts=_charts(made),
                       title=names.get(form.place, form.place))  # fmt: skip


async def _page(visit: Visit, form: Asked, **more: Any) -> web.Response:
    kinds = [(one, visit.t(f"circles.scope_{one}"), form.link(kind=one, place=""))
             for one in SCOPES]  # fmt: skip
    values: dict[str, Any] = {"charts": (), "older": "", "first": "", "total": 0} | more
    return await visit.page("circle_ledger.html", form=form, kinds=kinds, tab="/circles/ledger",
                            file=form.link("/circles/ledger.csv"), **values)  # fmt: skip


def _numbers(part: Part) -> list[int]:
    return [part.opening, part.joined, part.left, part.closing]


def _days(visit: Visit, form: Asked, made: Sequence[Part], found: Sequence[Line]) -> Sheet:
    shown = list(reversed(made))
    links = {(n, column): _rows(form, form.place, what, part) for n, part in enumerate(shown)
             for column, what in enumerate(WHATS, 1) if _numbers(part)[column - 1]}  # fmt: skip
    cells = [[_day(part), *(f"{n:,}" for n in _numbers(part))] for part in shown]
    total = _numbers(summed(found)) if found else []
    return Sheet(head=_head(visit, "month" if form.span.monthly else "day"), rows=cells,
                 links=links, foot=[visit.t("circles.in_all"), *(f"{n:,}" for n in total)]
                 if total else ())  # fmt: skip


def _places(
    visit: Visit, form: Asked, rows: Sequence[tuple[str, Part]], names: Mapping[str, str]
) -> Sheet:
    links = {(n, 0): form.link(place=id) for n, (id, _) in enumerate(rows)}
    links |= {(n, column): _rows(form, id, what, part) for n, (id, part) in enumerate(rows)
              for column, what in enumerate(WHATS, 1) if _numbers(part)[column - 1]}  # fmt: skip
    cells = [[_place(id, names), *(f"{n:,}" for n in _numbers(part))] for id, part in rows]
    return Sheet(head=_head(visit, f"of_{form.kind}"), rows=cells, links=links)


def _place(id: str, names: Mapping[str, str]) -> str:
    return f"{names[id]}\n{id}" if names.get(id, id) != id else id


def _head(visit: Visit, first: str) -> list[str]:
    return [visit.t(f"circles.c_{name}") for name in (first, *COLUMNS)]


def _day(part: Part) -> str:
    return part.since.isoformat() if part.since == part.until else part.since.isoformat()[:7]


def _rows(form: Asked, place: str, what: str, part: Part) -> str:
    return form.link("/circles/rows", place=place, what=what, since=part.since.isoformat(),
                     until=part.until.isoformat())  # fmt: skip


def _charts(made: Sequence[Part]) -> list[tuple[str, Chart]]:
    """Three small pictures, where there is more than one day."""
    if len(made) < 2:
        return []
    return [(name, bars([Point(_day(part)[2:7] if part.since != part.until else _day(part)[5:],
                               pick(part), f"{pick(part):,}") for part in made]))
            for name, pick in CHARTS.items() if any(pick(part) for part in made)]  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file: the days of one place, or all places with the days as one."""
    form = asked(visit)

    def look(tx: Tx) -> list[list[object]]:
        if not form.whole:
            found = of_one(tx, of(visit, form.kind, form.place), form.span.days)
            return [[form.place, line.day.isoformat(), line.opening, line.joined, line.left,
                     line.closing] for line in found]  # fmt: skip
        every = of_all(tx, visit, form)
        names = called(tx, visit, form.kind, [id for id, _ in every])
        return [[id, names.get(id, ""), *_numbers(part)] for id, part in every]

    rows = await visit.read(look)
    names = ("place", "name" if form.whole else "day", *COLUMNS)
    head = [visit.t(f"circles.c_{name}") for name in names]
    return visit.csv(f"ledger-{form.kind}.csv", BOM + lines([head, *rows]))


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/ledger", handler=show, needs=SEE),
    Route(method="GET", path="/circles/ledger.csv", handler=save, needs=SEE),
))  # fmt: skip
