"""All activities: what goes on, what comes, what is over, and what needs somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from aiohttp import web

from bot.console import deciders
from bot.console.page import Entry, Page, Route
from bot.console.pages import activity_read
from bot.console.pages.activity_read import KIND, PHASES, TOPIC, Told, at, run_link, sheet
from bot.console.pages.campaign_read import names_of
from bot.console.pages.circle_asked import titles
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.store import activitydesk
from bot.store.engine import Tx
from bot.store.staff import Account

COLUMNS = ("id", "title", "kind", "circle", "phase", "next", "run", "people", "entries", "counted",
           "waiting", "owed")  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The list; ``state`` chooses a phase, or ``mine``: what needs somebody."""
    found = await visit.read(activity_read.everything, visit)
    counts = Counter(one.phase for one in found)
    needy = [one for one in found if one.needs]
    wanted = visit.query("state")
    rows = needy if wanted == "mine" else [one for one in found if wanted in ("", one.phase)]
    return await visit.page(
        "activities.html", rows=rows, total=len(found), counts=counts, needy=len(needy),
        wanted=wanted, phases=[one for one in PHASES if counts[one]], names=names_of(visit.cast),
        circles=titles(visit), edits=visit.may(Right.CONTENT_EDIT), run_link=run_link, at=at,
        sees=visit.may(Right.MEMBERS_SEE),
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The list as a file."""
    found = await visit.read(activity_read.everything, visit)
    return sheet(visit, "activities.csv", COLUMNS, _cells(visit, found))


def _cells(visit: Visit, found: Sequence[Told]) -> list[list[object]]:
    zone = visit.console.config.timezone
    return [[one.name, one.title, visit.t(f"activity_kind.{one.made.kind}") if one.made else "",
             one.made.circle if one.made else "", visit.t(f"activity_phase.{one.phase}"),
             stamp(one.ahead.announce_at, zone)[:16] if one.ahead else "",
             one.run["id"] if one.run else "", one.tally.people, one.tally.n, one.tally.counted,
             sum(one.waiting.values()), len(one.owed)] for one in found]  # fmt: skip


def _waiting(tx: Tx, who: Account, now: int) -> int:
    return activitydesk.needs(tx) + deciders.waiting(tx, who, KIND)


SEE = Right.PLAN_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/activities", handler=show, needs=SEE),
        Route(method="GET", path="/activities.csv", handler=save, needs=SEE),
    ),
    entry=Entry(path="/activities", name="activities.title", needs=SEE, order=29, key="f",
                count=_waiting, topics=(TOPIC,)),
    topics={TOPIC: SEE},
)  # fmt: skip
