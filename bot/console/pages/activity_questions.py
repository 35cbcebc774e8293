"""Questions of a live session: who asked, whether somebody answered him, his last words, and where
to answer him."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.activity_acts import WHY_MAX
from bot.console.pages.activity_read import Held, at, behind, held, older, run_link, sheet
from bot.console.pages.activity_run import member_link
from bot.console.pages.value_asked import FILE_MAX
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.store import wall
from bot.store.activitydesk import FIRST, SHOWN
from bot.store.engine import Tx
from bot.store.wall import Count, Question, Which

COLUMNS = ("ticket", "member", "name", "codename", "at", "text", "answered", "answered_at",
           "answered_by", "answer", "last", "last_at")  # fmt: skip


def _which(visit: Visit) -> Which:
    found = visit.query("which")
    return "open" if found == "open" else "answered" if found == "answered" else ""


def _wall(tx: Tx, run: str) -> Held:
    it = held(tx, run)
    if not it.is_wall:
        raise Refused(404, "activities.no_wall")
    return it


async def show(visit: Visit) -> web.Response:
    """The wall, the earliest question first."""
    run, which = visit.query("r"), _which(visit)

    def read(tx: Tx) -> tuple[Held, Count, list[Question]]:
        it = _wall(tx, run)
        return it, wall.count(tx, it.id), wall.questions(tx, it.row, which, behind(visit),
                                                         SHOWN + 1)  # fmt: skip

    it, count, rows = await visit.read(read)
    return await visit.page(
        "activity_questions.html", it=it, rules=it.rules, row=it.row, count=count, which=which,
        rows=rows[:SHOWN], tab="questions", run_link=run_link, link=member_link, why_most=WHY_MAX,
        home=BASE + at(it.row["activity"]), file=run_link(run, "questions.csv", which=which),
        older=older(run, "questions", [one.row for one in rows], SHOWN, which=which),
        newest=run_link(run, "questions", which=which) if visit.query("after") else "",
        acts=visit.may(Right.MEMBERS_EDIT), talks=visit.may(Right.INBOX_SEE),
        talk_link=lambda id: f"{BASE}/inbox?c={quote(id, safe='')}",
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The follow-up list as a file."""

    def read(tx: Tx) -> list[Question]:
        it = _wall(tx, visit.query("r"))
        return list(islice(_every(tx, it, _which(visit)), FILE_MAX))

    rows = await visit.read(read)
    return sheet(visit, "questions.csv", COLUMNS, (_cells(visit, one) for one in rows))


def _every(tx: Tx, it: Held, which: Which) -> Iterator[Question]:
    place = FIRST
    while rows := wall.questions(tx, it.row, which, place, SHOWN * 10):
        yield from rows
        place = (rows[-1].row["at"], rows[-1].row["event"])


def _cells(visit: Visit, one: Question) -> list[object]:
    row, zone = one.row, visit.console.config.timezone
    how = "air" if row["told_at"] is not None else "written" if one.answered else "open"
    at = row["told_at"] if row["told_at"] is not None else row["written_at"]
    return [row["ticket"], row["member"], one.name, one.codename, stamp(row["at"], zone), one.text,
            visit.t(f"wall_state.{how}"), stamp(at, zone) if at is not None else "",
            row["told_by"] or "", row["told_words"] or "", one.last,
            stamp(one.last_at, zone) if one.last_at is not None else ""]  # fmt: skip


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/activities/questions", handler=show, needs=SEE),
    Route(method="GET", path="/activities/questions.csv", handler=save, needs=SEE),
))  # fmt: skip
