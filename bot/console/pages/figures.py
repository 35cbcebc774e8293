"""How quickly members are answered, by whom, and how often a person is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages import figures_before, figures_tables
from bot.console.pages.figures_tables import TABLES
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import day_begins
from bot.core.clock import local
from bot.store import figures
from bot.store.engine import Tx
from bot.store.figures import Chosen, Report
from bot.store.figures_making import day_after, day_of

SPANS: Mapping[str, int] = {"1": 1, "7": 7, "28": 28}
USUAL = "7"
MOST = 92  # days


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The form as it was filled in, and what it means. ``fault``: what is wrong with its days."""

    span: str
    since: str
    until: str
    persona: str
    account: str
    begins: int
    ends: int
    fault: str = ""

    @property
    def chosen(self) -> Chosen:
        """What of all is looked at."""
        channel, _, account = self.account.partition(":")
        return Chosen(persona=self.persona, channel=channel, account=account)

    def link(self, path: str, **more: str) -> str:
        """An address with the same choice."""
        own = {"persona": self.persona, "account": self.account} | (
            {"days": self.span} if self.span else {"since": self.since, "until": self.until}
        )
        if "days" in more:
            own = {"persona": self.persona, "account": self.account}
        query = urlencode({key: value for key, value in (own | more).items() if value})
        return f"{BASE}{path}?{query}"


def asked(visit: Visit) -> Asked:
    """The choice in the address. Days that are none, or too many, become the usual ones."""
    zone = visit.console.config.timezone
    today, fault = day_of(visit.now, zone), ""
    since, until = visit.query("since"), visit.query("until") or _iso(today, zone)
    of = {"persona": visit.query("persona"), "account": visit.query("account")}
    if since and not visit.query("days"):
        try:
            begins, ends = day_begins(since, zone), day_after(day_begins(until, zone), zone)
            if begins < ends <= day_after(begins, zone, MOST):
                return Asked(span="", since=since, until=until, begins=begins, ends=ends, **of)
            fault = "figures.bad_range"
        except (ValueError, OverflowError):
            fault = "figures.no_day"
    span = visit.query("days") if visit.query("days") in SPANS else USUAL
    ends = day_after(today, zone)
    begins = day_after(ends, zone, -SPANS[span])
    return Asked(span=span, since=since or _iso(begins, zone), until=until, begins=begins,
                 ends=ends, fault=fault, **of)  # fmt: skip


def _iso(at: int, zone: str) -> str:
    day: date = local(at, zone).date()
    return day.isoformat()


async def _report(visit: Visit, form: Asked) -> Report:
    zone = visit.console.config.timezone
    return await visit.read(figures.report, form.begins, form.ends, visit.now, zone, form.chosen)


async def _before(visit: Visit, form: Asked) -> figures_tables.View:
    """The same of as many days before."""
    begins = figures_before.begin(form.begins, form.ends, visit.console.config.timezone)
    earlier = replace(form, begins=begins, ends=form.begins)
    return figures_tables.View(visit, await _report(visit, earlier))


async def show(visit: Visit) -> web.Response:
    """Numbers, pictures and tables of some days."""
    form = asked(visit)
    report = await _report(visit, form)
    choices = await visit.read(_choices)
    view, then = figures_tables.View(visit, report), await _before(visit, form)
    return await visit.page(
        "figures.html", form=form, report=report, view=view, spans=SPANS, most=MOST,
        tables=[view.table(name) for name in TABLES], charts=view.charts(),
        then=then, before=figures_before.rows(view, then),
        pairs=figures_before.charts(view, then),
        target=view.lasting(view.target) if view.target else "",
        personas=[("", visit.t("figures.all")), *((p, view.persona(p)) for p in choices[0])],
        accounts=[("", visit.t("figures.all")), *((a, view.account(a)) for a in choices[1])],
        fault=visit.t(form.fault, n=MOST) if form.fault else "",
    )  # fmt: skip


def _choices(tx: Tx) -> tuple[Sequence[str], Sequence[str]]:
    return figures.personas(tx), figures.accounts(tx)


async def save(visit: Visit) -> web.Response:
    """One table as a file."""
    name = visit.query("table")
    if name not in (*TABLES, "before"):
        raise Refused(404, "error.gone")
    form = asked(visit)
    view = figures_tables.View(visit, await _report(visit, form))
    if name == "before":
        made = figures_before.file(view, await _before(visit, form))
        return visit.csv("figures-before.csv", BOM + lines(made))
    return visit.csv(f"figures-{name}.csv", BOM + lines(view.file(name)))


PAGE = Page(
    routes=(
        Route(method="GET", path="/figures", handler=show, needs=Right.FIGURES_SEE),
        Route(method="GET", path="/figures.csv", handler=save, needs=Right.FIGURES_SEE),
    ),
    entry=Entry(path="/figures", name="figures.title", needs=Right.FIGURES_SEE, order=60, key="d"),
)
