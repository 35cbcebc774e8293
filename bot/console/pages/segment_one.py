"""One segment: whom it means, how many by day, who is in, why somebody is or is not, what uses it,
and what it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.charts.bars import Chart, Point, bars
from bot.console.page import BASE, Page, Route
from bot.console.pages import member_one, segment_read
from bot.console.pages.segment_read import Person, cast_of, one_of
from bot.console.rights import Right
from bot.console.segmenting import plain
from bot.console.visit import Visit
from bot.core import money
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.library.segment_use import Use
from bot.store import audience, directory, segments
from bot.store.directory import Entry as Member
from bot.store.engine import Row, Tx
from bot.store.segments import Day, Segment

FIRST, VERSIONS = 20, 50
EVENTS = ("save", "rename", "archive", "unarchive", "export")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """All that the page says. ``wrong``: why its words cannot be read now."""

    one: Segment
    count: int | None
    everybody: int
    days: Sequence[Day]
    used: Sequence[Use]
    history: Sequence[Row]
    people: Sequence[Member] = ()
    wrong: BadInput | None = None
    asked: Person | None = None
    stranger: str = ""


async def show(visit: Visit) -> web.Response:
    """All of it; ``m`` asks about a member. A former name leads to the new one."""
    name = visit.query("s")
    one = await visit.read(one_of, name)
    if new := segments.moved_to(one):
        return visit.go(segment_read.at(new), "good", "segments.moved", old=name, new=new)
    found = await visit.read(_found, visit, name, visit.query("m").strip())
    if found.count is not None:
        await visit.write(segments.note_day, name, segment_read.today(visit), found.count,
                          visit.now)  # fmt: skip
    return await visit.page(
        "segment.html", it=found, said=plain(visit.lang, one.words), m=visit.query("m"),
        chart=_chart(visit, found.days), versions=_versions(visit, found.history),
        edits=visit.may(Right.SEGMENTS_EDIT), exports=visit.may(Right.MEMBERS_EXPORT),
        campaigns=visit.may(Right.CONTENT_EDIT), amount=money.amount,
        at=lambda path="/segments/one", **more: BASE + segment_read.at(name, path, **more),
        member=lambda id: BASE + member_one.at(id),
    )  # fmt: skip


def _found(tx: Tx, visit: Visit, name: str, asked: str) -> Found:
    one, sets, now = one_of(tx, name), visit.console.sets, visit.now
    common: Mapping[str, Any] = {
        "one": one, "everybody": audience.everybody(tx, now, sets),
        "days": segments.days_of(tx, name, segment_read.days_ago(visit, segment_read.TREND)),
        "used": segment_read.used(tx, visit).get(name, ()),
        "history": segments.history(tx, name),
    }  # fmt: skip
    try:
        wanted = meant.of(tx, cast_of(visit), name)
    except BadInput as wrong:
        return Found(**common, count=None, wrong=wrong)
    ids = audience.page(tx, wanted, now, "", FIRST, sets)
    member = segment_read.looked_up(tx, asked)
    return Found(
        **common, count=audience.count(tx, wanted, now, sets), people=directory.listed(tx, ids),
        asked=segment_read.person(tx, visit, wanted, member) if member else None,
        stranger="" if member else asked,
    )  # fmt: skip


def _chart(visit: Visit, days: Sequence[Day]) -> Chart | None:
    """A picture, from the second day on."""
    if len(days) < 2:
        return None
    return bars([Point(day.day[5:], day.members, f"{day.members:,}") for day in days])


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One change. ``words``: the sentence it was given, empty where it was another change."""

    at: int
    who: str
    did: str
    words: str
    said: str


def _versions(visit: Visit, history: Sequence[Row]) -> list[Version]:
    made = []
    for row in history[::-1][:VERSIONS]:
        if row["event"] not in EVENTS:
            continue
        words = row["after"] if row["event"] == "save" else ""
        did = visit.t(f"segments.version_{row['event']}", name=row["after"], n=row["after"],
                      **{"as": row["reason"]})  # fmt: skip
        made.append(Version(at=row["at"], who=row["actor"], did=did, words=words,
                            said=plain(visit.lang, words)))  # fmt: skip
    return made


async def days_file(visit: Visit) -> web.Response:
    """Its members by day, as a file."""
    name = visit.query("s")
    await visit.read(one_of, name)
    days = await visit.read(segments.days_of, name)
    head = [visit.t("segments.day"), visit.t("segments.members")]
    return visit.csv("segment-days.csv", BOM + lines([head, *([d.day, d.members] for d in days)]))


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/segments/one", handler=show, needs=SEE),
    Route(method="GET", path="/segments/days.csv", handler=days_file, needs=SEE),
))  # fmt: skip
