"""The same data seen twice: by the carrier on which it happened, and by the persona in whose name.
Both add up to the same; where they do not, the page says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages import circle_flow, figures_tables
from bot.console.pages.circle_asked import carrier, circles_of, persona_name
from bot.console.pages.figures import MOST, SPANS, Asked, asked
from bot.console.pages.value_asked import Sheet
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.words import said_or
from bot.store import circles, figures, flowing
from bot.store.engine import Tx

MEASURES = ("in", "out", "talk", "first", "handoff", "opt_out")
CAME = tuple(circle_flow.FORWARD)
VIEWS = ("carrier", "brand")
Numbers = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """What was said, and who came: by carrier (channel, where from) and by brand (persona, who
    leads); each name has its measures."""

    said: Mapping[str, Numbers]
    came: Mapping[str, Numbers]

    def agree(self) -> bool:
        """True when both views of both add up to the same."""
        return all(total(found["carrier"], names) == total(found["brand"], names)
                   for found, names in ((self.said, MEASURES), (self.came, CAME)))  # fmt: skip


def total(found: Numbers, names: Sequence[str]) -> list[int]:
    """Each measure over all rows."""
    return [sum(row.get(name, 0) for row in found.values()) for name in names]


def read(tx: Tx, visit: Visit, form: Asked) -> Views:
    """Both views of the days of a form."""
    zone, codes = visit.console.config.timezone, circle_flow.codes_of(visit)
    report = figures.report(tx, form.begins, form.ends, visit.now, zone, form.chosen)

    def said(part: str) -> Numbers:
        return {key[0]: {name: int(figures_tables.value(line, name) or 0) for name in MEASURES}
                for key, line in report.lines(part).items()}  # fmt: skip

    span = (form.begins, form.ends)
    leaders = {name: circles.led_by(tx, one) for name, one in circles_of(visit).items()}
    cells = [(one.source, one.target, one.n) for one in flowing.matrix(tx, *span, codes)
             if one.direction == "forward"]  # fmt: skip
    led = [
        (one.leader, one.target, one.n)
        for one in flowing.led(tx, *span, circle_flow.personas_of(visit), leaders)
    ]
    return Views(said={"carrier": said("channel"), "brand": said("persona")},
                 came={"carrier": _counted(cells), "brand": _counted(led)})  # fmt: skip


def _counted(rows: Sequence[tuple[str, str, int]]) -> Numbers:
    found: dict[str, dict[str, int]] = {}
    for name, target, n in rows:
        mine = found.setdefault(name, {})
        mine[target] = mine.get(target, 0) + n
    return found


def _sheet(
    visit: Visit, head: str, found: Numbers, names: Sequence[str], titles: Sequence[str],
    called: Callable[[str], str], link: Callable[[str], str] = lambda _: "",
) -> Sheet:  # fmt: skip
    order = sorted(found, key=lambda id: (-sum(found[id].values()), id))
    rows = [[called(id), *(_n(found[id].get(name, 0)) for name in names)] for id in order]
    links = {(n, 0): link(id) for n, id in enumerate(order) if link(id)}
    return Sheet(head=[head, *titles], rows=rows, links=links,
                 foot=[visit.t("views.total"), *(_n(n) for n in total(found, names))])  # fmt: skip


def _n(n: int) -> str:
    return f"{n:,}" if n else "–"


def sheets(visit: Visit, form: Asked, found: Views) -> list[tuple[str, Sheet, Sheet]]:
    """What was said and who came, each by carrier and by brand."""
    t = visit.t
    measures = [t(f"figure.{name}") for name in MEASURES]
    targets = [carrier(visit, name) for name in CAME]

    def channel(id: str) -> str:
        return said_or(visit.lang, f"channel.{id}", id) if id else t("views.no_channel")

    def persona(id: str) -> str:
        return persona_name(visit, id) if id else t("figures.no_persona")

    def leader(id: str) -> str:
        return persona_name(visit, id) if id else t("circles.nobody")

    return [
        ("said",
         _sheet(visit, t("views.by_carrier"), found.said["carrier"], MEASURES, measures, channel),
         _sheet(visit, t("views.by_brand"), found.said["brand"], MEASURES, measures, persona,
                lambda id: form.link("/figures", persona=id) if id else "")),
        ("came",
         _sheet(visit, t("views.by_source"), found.came["carrier"], CAME, targets,
                lambda id: carrier(visit, id)),
         _sheet(visit, t("views.by_leader"), found.came["brand"], CAME, targets, leader)),
    ]  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The days in the address, or the last seven."""
    form = asked(visit)
    found = await visit.read(read, visit, form)
    return await visit.page(
        "figures_views.html", form=form, spans=SPANS, tab="/figures/views", agree=found.agree(),
        pairs=sheets(visit, form, found), any=bool(found.said["carrier"] or found.came["brand"]),
        fault=visit.t(form.fault, n=MOST) if form.fault else "")  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """One of the four tables as a file: ``table=said-carrier``."""
    name, _, view = visit.query("table").partition("-")
    if name not in ("said", "came") or view not in VIEWS:
        raise Refused(404, "error.gone")
    form = asked(visit)
    found = sheets(visit, form, await visit.read(read, visit, form))
    both = next((one, other) for about, one, other in found if about == name)
    made = both[VIEWS.index(view)]
    rows = [[row[0], *(cell.replace(",", "").replace("–", "0") for cell in row[1:])]
            for row in (*made.rows, made.foot)]  # fmt: skip
    return visit.csv(f"views-{name}-{view}.csv", BOM + lines([made.head, *rows]))


SEE = Right.FIGURES_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/figures/views", handler=show, needs=SEE),
    Route(method="GET", path="/figures/views.csv", handler=save, needs=SEE),
))  # fmt: skip
