"""One run while it goes on: who takes part, what was handed in, rows of days, votes, tickets, who
came in last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from aiohttp import web

from bot.community.runs import question, stage_at
from bot.console.charts.bars import Chart, Point, bars
from bot.console.page import BASE, Page, Route
from bot.console.pages.activity_read import Held, at, held, run_link, sheet
from bot.console.pages.campaign_read import names_of
from bot.console.pages.circle_asked import at as place_at
from bot.console.pages.circle_asked import titles
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.core.clock import DAY, HOUR, local
from bot.store import activitydesk, runs, wall
from bot.store.activitydesk import Board, Entry
from bot.store.engine import Tx
from bot.store.wall import Count

SLOTS = 48  # stretches that a picture shows at most
TIMES = ("announce_at", "join_at", "submit_at", "remind_at", "close_at", "award_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A run with its board. ``voted``: entries that were voted for, by event; ``asked``: questions
    of a wall; ``owed``: posts of it that wait for a tap."""

    it: Held
    board: Board
    voted: Mapping[str, Entry] = field(default_factory=dict)
    asked: Count = field(default_factory=Count)
    owed: Sequence[activitydesk.Owed] = ()


def read(tx: Tx, visit: Visit, run: str) -> Shown:
    """All of a run's board."""
    it = held(tx, run)
    board = activitydesk.board(
        tx, it.row, step_of(it, visit.now), day=_day(visit, it), checks=it.rules.kind == "checkin",
        need=it.rules.need - (it.rules.kind == "groupbuy") if it.rules.kind in
        ("help", "groupbuy") else 0)  # fmt: skip
    events = [what for what, _ in board.votes]
    choices = bool(it.rules.options or it.rules.stages)
    return Shown(
        it=it, board=board,
        voted={} if choices else activitydesk.named(tx, it.row["circle"], events),
        asked=wall.count(tx, it.id) if it.is_wall else Count(),
        owed=[one for one in activitydesk.owed(tx) if one.run == it.id],
    )  # fmt: skip


def _day(visit: Visit, it: Held) -> date:
    """A row of days lives until the end of the next day."""
    return local(visit.now, it.row["zone"]).date() - timedelta(days=1)


def step_of(it: Held, now: int) -> int:
    """How long a stretch of the picture is: an hour, or days where it lasts long."""
    lasts = min(it.row["close_at"], max(now, it.row["join_at"] + 1)) - it.row["join_at"]
    return HOUR if lasts <= SLOTS * HOUR else max(DAY, -(-lasts // SLOTS // DAY) * DAY)


async def show(visit: Visit) -> web.Response:
    """The board; an open page asks for it again when somebody took part."""
    found = await visit.read(read, visit, visit.query("r"))
    it, zone = found.it, visit.console.config.timezone
    on = stage_at(it.rules, it.row["announce_at"], visit.now) if it.rules.stages else None
    return await visit.page(
        "activity_run.html", it=it, rules=it.rules, row=it.row, board=found.board, found=found,
        chart=_chart(visit, it, found.board, zone), asks=question(it.rules, it.row["key"]),
        seed_hash=runs.seed_hash(it.row) if it.rules.judge == "chance" else "", stage=on,
        times=[(name, it.row[name]) for name in TIMES if it.row[name] is not None],
        names=names_of(visit.cast), circles=titles(visit), run_link=run_link, home=BASE + at(
            it.row["activity"]), tab="run", acts=visit.may(Right.COMMUNITY_ACT),
        sees=visit.may(Right.MEMBERS_SEE), link=member_link,
        cancels=it.row["state"] in ("announced", "open", "closed"),
    )  # fmt: skip


def member_link(id: str) -> str:
    """The address of a member's page."""
    return BASE + place_at("/members/one", m=id)


def _chart(visit: Visit, it: Held, board: Board, zone: str) -> Chart | None:
    """How much came in when."""
    if not board.pace:
        return None
    step, known = step_of(it, visit.now), dict(board.pace)
    first, last = min(known), max(known)
    first = max(first, last - SLOTS + 1)
    look = "%H:%M" if step < DAY else "%m-%d"
    return bars([Point(local(it.row["join_at"] + n * step, zone).strftime(look),
                       known.get(n, 0), f"{known.get(n, 0):,}")
                 for n in range(first, last + 1)])  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The tables of the board as one file: what each number is about, and the number."""
    found = await visit.read(read, visit, visit.query("r"))
    return sheet(visit, "board.csv", ("table", "what", "number"), _rows(visit, found))


def _rows(visit: Visit, found: Shown) -> list[list[object]]:
    board, zone, t = found.board, visit.console.config.timezone, visit.t
    step, since = step_of(found.it, visit.now), found.it.row["join_at"]
    return [
        [t("activities.people"), "", board.people],
        *([t("activities.kinds"), _kind(visit, kind, state, which), n]
          for kind, state, which, n in board.kinds),
        *([t("activities.votes"), _voted(found, what), n] for what, n in board.votes),
        *([t("activities.streaks"), days, n] for days, n in board.streaks),
        *([t("activities.leaders"), name or row["member"], row["streak"]]
          for row, name in board.leaders),
        *([t("activities.helps"), t(f"entry_state.{state}"), n] for state, n, _ in board.helps),
        *([t("activities.pace"), stamp(since + slot * step, zone)[:16], n]
          for slot, n in board.pace),
    ]  # fmt: skip


def _kind(visit: Visit, kind: str, state: str, which: str) -> str:
    said = f"{visit.t(f'entry_kind.{kind}')} · {visit.t(f'entry_state.{state}')}"
    return f"{said} · {which}" if which else said


def _voted(found: Shown, what: str) -> str:
    one = found.voted.get(what)
    return f"{one.row['ticket']} {one.codename or one.name}" if one is not None else what


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/activities/run", handler=show, needs=SEE),
    Route(method="GET", path="/activities/board.csv", handler=save, needs=SEE),
))  # fmt: skip
