"""Who did what when."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Entry, Page, Route
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import day_begins, stamp
from bot.core.clock import DAY
from bot.store import staff, trail
from bot.store.engine import Row
from bot.store.trail import LAST, Filter, Place

ROWS, FILE_PAGE, FILE_MAX = 50, 1_000, 50_000
_CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,16})")


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it was filled in, and what it means. ``fault``: the day that is none."""

    actor: str
    subject: str
    since: str
    until: str
    wanted: Filter
    fault: str = ""

    def link(self, path: str, **more: str) -> str:
        """An address with the same filter."""
        own = {"actor": self.actor, "subject": self.subject, "since": self.since,
               "until": self.until}  # fmt: skip
        query = urlencode({key: value for key, value in (own | more).items() if value})
        return f"{BASE}{path}?{query}" if query else BASE + path


def asked(visit: Visit) -> Asked:
    """The filter in the address. A day that is none filters nothing."""
    actor, subject = (visit.query(name).strip() for name in ("actor", "subject"))
    since, until = visit.query("since"), visit.query("until")
    zone, fault = visit.console.config.timezone, ""
    begin, end = 0, LAST
    try:
        begin = day_begins(since, zone) if since else 0
        end = day_begins(until, zone) + DAY if until else LAST
    except (ValueError, OverflowError):
        fault = "audit.no_day"
    wanted = Filter(actor=staff.normal(actor), subject=subject, since=begin, until=end)
    return Asked(actor, subject, since, until, wanted, fault)


async def show(visit: Visit) -> web.Response:
    """One page of it."""
    form, place = asked(visit), _CURSOR.fullmatch(visit.query("after"))
    after = Place(int(place[1]), int(place[2])) if place else Place()
    rows = await visit.read(trail.page, form.wanted, after, ROWS + 1)
    more = len(rows) > ROWS
    rows = rows[:ROWS]
    older = form.link("/audit", after=f"{rows[-1]['at']}-{rows[-1]['id']}") if more else ""
    people = await visit.read(staff.everybody)
    return await visit.page(
        "audit.html", rows=rows, form=form, people=people, older=older,
        file=form.link("/audit.csv"), newest=form.link("/audit") if place else "", most=FILE_MAX,
        fault=visit.t(form.fault) if form.fault else "",
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file, newest first, at most FILE_MAX rows."""
    form, rows, after = asked(visit), list[Row](), Place()
    while len(rows) < FILE_MAX:
        page = await visit.read(trail.page, form.wanted, after, FILE_PAGE)
        rows += page
        if len(page) < FILE_PAGE:
            break
        after = Place(page[-1]["at"], page[-1]["id"])
    names = ("actor", "subject", "event", "before", "after", "reason")
    zone = visit.console.config.timezone
    head = [visit.t("audit.at"), *(visit.t(f"audit.{name}") for name in names)]

    def written() -> str:
        body = [[stamp(row["at"], zone), *(row[name] for name in names)] for row in rows]
        return BOM + lines([head, *body])

    # half a second for the longest one, in which callbacks want their answers
    return visit.csv("audit.csv", await asyncio.to_thread(written))


PAGE = Page(
    routes=(
        Route(method="GET", path="/audit", handler=show, needs=Right.AUDIT_SEE),
        Route(method="GET", path="/audit.csv", handler=save, needs=Right.AUDIT_SEE),
    ),
    entry=Entry(path="/audit", name="audit.title", needs=Right.AUDIT_SEE, order=90, key="a"),
)
