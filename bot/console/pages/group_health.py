"""How customer groups are: a score for each, what to do, and how it was week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from aiohttp import web

from bot.community.grouphealth import PLACES, Figures, Health
from bot.console.cells import BOM, lines
from bot.console.charts.bars import Chart, Point, bars
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import at, setting_of, titles
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.store import grouphealth
from bot.store.engine import Row, Tx
from bot.store.grouphealth import Week
from scheduler import healthing

SHOWN, FILE_MAX, GOOD, FAIR, ENOUGH = 30, 2_000, 70, 45, 40
HEAD = ("group", "chat", "circle", "score", "measured")


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One group in the last seven days. ``last``: the latest week that was kept, if any."""

    row: Row
    circle: str
    figures: Figures
    health: Health
    last: Week | None

    @property
    def seen(self) -> bool:
        """Enough of the weights could be measured for a verdict."""
        return self.health.measured >= ENOUGH

    @property
    def kind(self) -> str:
        """good, wait, bad, or empty where too little can be measured."""
        score = self.health.score
        if score is None or not self.seen:
            return ""
        return "good" if score >= GOOD else "wait" if score >= FAIR else "bad"

    @property
    def moved(self) -> int | None:
        """What became of the score since that week."""
        if self.last is None or self.last.score is None or self.health.score is None:
            return None
        return self.health.score - self.last.score


def groups(tx: Tx, visit: Visit, rows: list[Row]) -> list[Group]:
    """These groups in the last seven days."""
    if not rows:
        return []
    setting = setting_of(visit, tx)
    kept = grouphealth.latest(tx, [row["id"] for row in rows])
    return [Group(row=row, circle=healthing.circle_of(setting, row), figures=found, health=made,
                  last=kept.get(row["id"]))
            for row, found, made in healthing.lately(tx, setting, rows)]  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Groups by id, a page at a time."""
    after = visit.query("after")

    def read(tx: Tx) -> tuple[list[Group], str]:
        rows = grouphealth.chats(tx, after, SHOWN + 1)
        more = rows[SHOWN - 1]["id"] if len(rows) > SHOWN else ""
        return groups(tx, visit, rows[:SHOWN]), more

    found, more = await visit.read(read)
    return await visit.page(
        "group_health.html", found=found, tab="/group-health", circles=titles(visit),
        archive=visit.console.config.wecom.archive.feed != "off", acts_at=PLACES,
        older=BASE + at("/group-health", after=more) if more else "",
        newest=BASE + at("/group-health") if after else "",
        link=lambda id: BASE + at("/group-health/one", g=id))  # fmt: skip


async def one(visit: Visit) -> web.Response:
    """One group: each part with its weight, what to do and where, and its weeks."""
    id = visit.query("g")

    def read(tx: Tx) -> tuple[Group, list[Week]]:
        row = grouphealth.chat(tx, id)
        if row is None:
            raise Refused(404, "group_health.gone")
        return groups(tx, visit, [row])[0], grouphealth.history(tx, id)

    found, weeks = await visit.read(read)
    return await visit.page(
        "group_health_one.html", one=found, weeks=weeks, tab="/group-health", acts_at=PLACES,
        chart=_chart(weeks), circles=titles(visit),
        file=BASE + at("/group-health/one.csv", g=id))  # fmt: skip


def _chart(weeks: Sequence[Week]) -> Chart | None:
    known = [week for week in reversed(weeks) if week.score is not None]
    if len(known) < 2:
        return None
    return bars([Point(week.week[5:], week.score or 0, f"{week.score}") for week in known])


async def save(visit: Visit) -> web.Response:
    """All groups as a file."""
    found = await visit.read(lambda tx: groups(tx, visit, grouphealth.chats(tx, "", FILE_MAX)))
    rows = [[one.row["name"], one.row["id"], one.circle, one.health.score, one.health.measured,
             *asdict(one.figures).values()] for one in found]  # fmt: skip
    return visit.csv("group-health.csv", BOM + lines([_head(visit), *rows]))


async def save_one(visit: Visit) -> web.Response:
    """The weeks of a group as a file."""
    id = visit.query("g")
    weeks = await visit.read(grouphealth.history, id, 520)
    head = [visit.t("group_health.week"), *_head(visit)[3:]]
    rows = [[week.week, week.score, week.measured, *asdict(week.figures).values()]
            for week in weeks]  # fmt: skip
    return visit.csv("group-weeks.csv", BOM + lines([head, *rows]))


def _head(visit: Visit) -> list[str]:
    names = (*HEAD, *Figures.__slots__)
    return [visit.t(f"group_health.c_{name}") for name in names]


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/group-health", handler=show, needs=SEE),
    Route(method="GET", path="/group-health.csv", handler=save, needs=SEE),
    Route(method="GET", path="/group-health/one", handler=one, needs=SEE),
    Route(method="GET", path="/group-health/one.csv", handler=save_one, needs=SEE),
))  # fmt: skip
