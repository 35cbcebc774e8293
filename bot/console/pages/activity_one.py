"""One activity: what it is, what will be said when and by whose taps, its runs and versions."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.community.activity import Activity
from bot.console.campaigning import span_words
from bot.console.page import Page, Route
from bot.console.pages import activity_read
from bot.console.pages.activity_read import KIND, Told, parsed, run_link
from bot.console.pages.campaign_read import names_of, setting_of
from bot.console.pages.circle_asked import titles
from bot.console.pages.content_words import differences
from bot.console.recurring import said
from bot.console.rights import Right
from bot.console.visit import Visit, whole
from bot.core.findings import ERROR
from bot.library.desk import writers
from bot.store import activitydesk, review, versions
from bot.store.activitydesk import END, Tally
from bot.store.engine import Row, Tx
from bot.store.versions import Edition
from scheduler.foreseen import Foreseen, foresee

RUNS, VERSIONS = 20, 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Everything that the page reads. ``runs`` may have one more than is shown; ``wrote``: whoever
    looks had a hand in the newest version."""

    told: Told
    foreseen: Foreseen | None
    runs: list[Row]
    tallies: dict[str, Tally]
    newest: Edition | None
    wrote: bool


def name_of(visit: Visit) -> str:
    """The activity in the address."""
    return visit.request.match_info["id"][:100]


async def show(visit: Visit) -> web.Response:
    """All of it."""
    name, zone = name_of(visit), visit.console.config.timezone
    found = await visit.read(_read, visit, name)
    told, newest = found.told, found.newest
    findings = await visit.console.studio.desk.examine(newest) if told.drafted and newest else []
    served = await visit.read(versions.get, KIND, name, told.serving) if told.serving else None
    known = await visit.read(review.of, KIND, name)
    last = found.runs[RUNS - 1] if len(found.runs) > RUNS else None
    return await visit.page(
        "activity.html", it=told, foreseen=found.foreseen, runs=found.runs[:RUNS],
        tallies=found.tallies, draft=parsed(newest, zone) if told.drafted else None,
        findings=findings, errors=sum(one.severity == ERROR for one in findings),
        differs=differences(served, newest) if told.drafted and newest and served else (),
        own=found.wrote and visit.console.config.content.four_eyes, known=known[::-1][:VERSIONS],
        names=names_of(visit.cast), circles=titles(visit), run_link=run_link,
        when=lambda made: when_words(visit, made),
        span=lambda text: span_words(visit.lang, text), edits=visit.may(Right.CONTENT_EDIT),
        approves=visit.may(Right.CONTENT_APPROVE), nothing=Tally(),
        older=f"?before={last['announce_at']}~{last['id']}" if last else "",
    )  # fmt: skip


def _read(tx: Tx, visit: Visit, name: str) -> Found:
    told = activity_read.one(tx, visit, name)
    number = told.newest.version if told.newest is not None else 0
    served = visit.cast.activities.get(name) if visit.cast is not None else None
    setting = setting_of(visit, tx)
    rows = activitydesk.page(tx, name, _before(visit), RUNS + 1)
    return Found(
        told=told, runs=rows, tallies=activitydesk.tallies(tx, [row["id"] for row in rows]),
        foreseen=foresee(tx, setting, served) if setting is not None and served else None,
        newest=versions.newest(tx, KIND, name),
        wrote=visit.who.login in writers(tx, KIND, name, number),
    )  # fmt: skip


def _before(visit: Visit) -> tuple[int, str]:
    moment, _, run = visit.query("before").partition("~")
    number = whole(moment)
    return (number, run) if number is not None else (END, "")


def when_words(visit: Visit, made: Activity) -> str:
    """When it is announced."""
    if not made.recurs:
        return made.when.announce
    return said(visit.lang, made.when.every, visit.console.config.timezone)


SEE = Right.PLAN_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/activities/{id}", handler=show, needs=SEE),
))  # fmt: skip
