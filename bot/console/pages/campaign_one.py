"""One campaign: what it says to whom, whom it would reach and why, how each run goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from bot.console.campaigning import Told, code_words, note_words, span_words, waits_for
from bot.console.charts.interval import Interval, interval
from bot.console.page import Page, Route
from bot.console.pages import campaign_read
from bot.console.pages.activity_read import sheet
from bot.console.pages.campaign_read import KIND, names_of, setting_of
from bot.console.pages.content_words import differences
from bot.console.recurring import said
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.console.when import stamp
from bot.core.daytime import moment
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.library.desk import writers
from bot.store import campaigns, people, review, versions
from bot.store.campaigns import Run
from bot.store.engine import Row, Tx
from bot.store.versions import Edition
from scheduler import measuring, previewing
from scheduler.campaigns import Campaign
from scheduler.measuring import Result
from scheduler.previewing import Preview, Why

RUNS, VERSIONS, FOLLOWED = 8, 30, 100
FOLLOW = ("member", "name", "last_at", "last", "answered", "answered_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One run with its numbers; ``drawn``: the lift as a picture, where there is one."""

    run: Run
    campaign: Campaign
    result: Result
    drawn: Interval | None
    followed: Sequence[Row]


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """Whom a campaign would reach now, and why somebody is in or out. ``fault``: why nobody can
    tell; ``stranger``: who was asked for and is not known, ``name``: how he is called."""

    preview: Preview | None = None
    why: Why | None = None
    name: str = ""
    fault: BadInput | None = None
    stranger: str = ""


def name_of(visit: Visit) -> str:
    """The campaign in the address."""
    return visit.request.match_info["id"][:100]


def at(name: str, more: str = "") -> str:
    """The address of a campaign's page."""
    return f"/campaigns/{quote(name)}{more}"


async def show(visit: Visit) -> web.Response:
    """Everything about one campaign."""
    name, zone = name_of(visit), visit.console.config.timezone

    def read(tx: Tx) -> tuple[Told, list[Shown], Edition | None, bool]:
        told = campaign_read.one(tx, visit, name)
        number = told.newest.version if told.newest is not None else 0
        return (told, _runs(tx, told, visit.now, zone), versions.newest(tx, KIND, name),
                visit.who.login in writers(tx, KIND, name, number))  # fmt: skip

    told, runs, newest, wrote = await visit.read(read)
    findings = await _findings(visit, newest) if told.drafted else []
    served = await visit.read(versions.get, KIND, name, told.serving) if told.serving else None
    known = await visit.read(review.of, KIND, name)
    return await visit.page(
        "campaign.html", it=told, runs=runs, waits=waits_for(told, visit.now),
        names=names_of(visit.cast), noted=lambda note: note_words(visit.lang, note),
        draft=campaign_read.parsed(newest, zone) if told.drafted else None,
        findings=findings, errors=sum(one.severity == ERROR for one in findings),
        differs=differences(served, newest) if told.drafted and newest and served else (),
        own=wrote and visit.console.config.content.four_eyes, known=known[::-1][:VERSIONS],
        span=lambda text: span_words(visit.lang, text),
        why=lambda code: code_words(visit.lang, code), when=lambda one: when_words(visit, one),
        runs_it=visit.may(Right.PLAN_RUN), edits=visit.may(Right.CONTENT_EDIT),
        approves=visit.may(Right.CONTENT_APPROVE), member=visit.query("m"),
    )  # fmt: skip


def _runs(tx: Tx, told: Told, now: int, zone: str) -> list[Shown]:
    """The latest runs, the latest first."""
    found = []
    for run in told.runs[::-1][:RUNS]:
        campaign = campaign_read.parsed(versions.get(tx, KIND, run.name, run.version), zone)
        if campaign is not None:
            result = measuring.result(tx, run, campaign, now)
            followed = measuring.follow_up(tx, run, campaign)[:FOLLOWED]
            found.append(Shown(run=run, campaign=campaign, result=result, drawn=_drawn(result),
                               followed=followed))  # fmt: skip
    return found


def _drawn(result: Result) -> Interval | None:
    lift = result.lift
    return interval(lift.points, lift.low, lift.high) if lift and lift.enough else None


async def _findings(visit: Visit, newest: Edition | None) -> Sequence[Finding]:
    return await visit.console.studio.desk.examine(newest) if newest is not None else []


def when_words(visit: Visit, campaign: Campaign) -> str:
    """When it takes place."""
    text = campaign.file.at
    if not text:
        return visit.t("campaigns.by_hand")
    return text if moment(text, campaign.zone) is not None else said(visit.lang, text,
                                                                     campaign.zone)  # fmt: skip


async def preview(visit: Visit) -> web.Response:
    """Whom it would reach now; ``m`` asks why a member is in or out."""
    name = name_of(visit)
    told = await visit.read(campaign_read.one, visit, name)
    newest = await visit.read(versions.newest, KIND, name) if told.drafted else None
    campaign = campaign_read.parsed(newest, visit.console.config.timezone) or told.campaign
    if campaign is None:
        raise Refused(404, "campaigns.unreadable")
    found = await looked(visit, campaign, visit.query("m").strip())
    if found is None:
        return web.Response(status=204)
    return part(visit, found, name)


def part(visit: Visit, found: Looked, name: str = "") -> web.Response:
    """What was found, as a part of an open page. ``name`` is empty for a form."""
    return visit.part("campaign_preview.html", found=found, preview=found.preview, why=found.why,
                      name=name, words=lambda code: code_words(visit.lang, code))  # fmt: skip


async def looked(visit: Visit, campaign: Campaign, member: str = "") -> Looked | None:
    """What it would do, one question at a time for each person; None when he has asked again
    meanwhile."""

    def read(tx: Tx) -> Looked:
        setting = setting_of(visit, tx)
        if setting is None:
            return Looked()
        try:
            made = previewing.preview(tx, setting, campaign, visit.console.sets)
            if not member:
                return Looked(preview=made)
            if people.known(tx, member) is None:
                return Looked(preview=made, stranger=member)
            return Looked(preview=made, why=previewing.why(tx, setting, campaign, member),
                          name=people.names_of(tx, [member]).get(member, ""))  # fmt: skip
        except BadInput as exc:
            return Looked(fault=exc)

    if campaign.posts:
        return Looked()
    return await visit.console.studio.newest_turn(f"{visit.who.login}/campaign",
                                                  lambda: visit.read(read))  # fmt: skip


async def followed(visit: Visit) -> web.Response:
    """Whom to follow up after a live session, as a file: who, when, his last words, and whether
    somebody answered."""
    name, zone, number = name_of(visit), visit.console.config.timezone, whole(visit.query("run"))

    def read(tx: Tx) -> list[Row]:
        run = next((one for one in campaigns.of(tx, name) if one.id == number), None)
        edition = versions.get(tx, KIND, run.name, run.version) if run is not None else None
        made = campaign_read.parsed(edition, zone)
        if run is None or made is None:
            raise Refused(404, "campaigns.gone")
        return measuring.follow_up(tx, run, made)

    return sheet(visit, "follow-up.csv", FOLLOW, [
        [row["member"], row["name"], stamp(row["at"], zone), row["text"],
         visit.t("campaigns.answered" if _answered(row) else "campaigns.unanswered"),
         stamp(row["answered_at"], zone) if _answered(row) else ""]
        for row in await visit.read(read)])  # fmt: skip


def _answered(row: Row) -> bool:
    return bool(row["answered_at"]) and row["answered_at"] >= row["at"]


SEE = Right.PLAN_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/campaigns/{id}", handler=show, needs=SEE),
    Route(method="GET", path="/campaigns/{id}/preview", handler=preview, needs=SEE),
    Route(method="GET", path="/campaigns/{id}/followed.csv", handler=followed,
          needs=Right.MEMBERS_SEE),
))  # fmt: skip
