"""What people decide about an activity: its versions are reviewed, a run is called off, entries are
judged, winners named, questions answered."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.activity_one import name_of
from bot.console.pages.activity_read import KIND, TOPIC, at, held, run_at
from bot.console.pages.circle_asked import setting_of
from bot.console.pages.deciding import Decided, decisions
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.errors import IllegalTransition
from bot.core.event import Happened
from bot.store import honouring, judged, wall
from bot.store.engine import Tx
from bot.store.honouring import CommunityRefused
from bot.store.runs import ActivityRefused
from scheduler import activities

WHY_MAX = 200
DECIDED = Decided(kind=KIND, name_of=name_of, back=at, gone="activities.gone", done="activity_done",
                  rings=(TOPIC, "due"))  # fmt: skip


def why_of(visit: Visit, name: str = "why") -> str:
    """A reason as it was typed."""
    return visit.typed.get(name, "").replace("\0", "").strip()[:WHY_MAX]


def rung(visit: Visit) -> None:
    """Open pages look again, and what follows from it happens now."""
    visit.console.bells.ring(TOPIC)
    visit.console.bells.ring("due")


async def cancel(visit: Visit) -> web.Response:
    """A run does not take place; whoever took part is told."""
    run, why = visit.typed.get("r", ""), why_of(visit)

    def write(tx: Tx) -> int:
        setting = setting_of(visit, tx)
        return activities.cancel(tx, setting, held(tx, run).id, why=why, actor=visit.who.login)

    if not why:
        return visit.go(run_at(run), "bad", "activities.say_why")
    try:
        told = await visit.write(write)
    except (ActivityRefused, IllegalTransition):
        return visit.go(run_at(run), "bad", "activities.too_late")
    rung(visit)
    return visit.go(run_at(run), "good", "activities.cancelled", n=told)


async def judge(visit: Visit) -> web.Response:
    """An entry counts, or does not, and why. The latest word counts."""
    run, event = visit.typed.get("r", ""), visit.typed.get("e", "")[:500]
    yes, why = visit.typed.get("verdict") == "accept", why_of(visit)
    back = run_at(run, visit.typed.get("page", "") if visit.typed.get("page") in _BACK else
                  "entries", state=visit.typed.get("state", "")[:20])  # fmt: skip
    if not yes and not why:
        return visit.go(back, "bad", "activities.say_why")
    try:
        await visit.write(_judge, visit, run, event, yes, why)
    except (ActivityRefused, CommunityRefused):
        return visit.go(back, "bad", "activities.no_entry")
    rung(visit)
    return visit.go(back, "good", "activities.accepted" if yes else "activities.rejected")


_BACK = frozenset({"entries", "winners"})


def _judge(tx: Tx, visit: Visit, run: str, event: str, yes: bool, why: str) -> None:
    """What was handed in is judged; a check-in or a name on a list is struck out."""
    row = judged.entry(tx, event)
    if row is None or row["run"] != held(tx, run).id:
        raise ActivityRefused(f"there is no entry {event!r}")
    if row["kind"] == Happened.SUBMITTED:
        judged.accept(tx, event, visit.now, yes=yes, why=why, actor=visit.who.login)
        return
    honouring.strike(tx, event, visit.now, why=why or visit.t("activities.counts_again"),
                     actor=visit.who.login, back=yes)  # fmt: skip


async def pick(visit: Visit) -> web.Response:
    """Staff name the winners, the first first."""
    run, why = visit.typed.get("r", ""), why_of(visit)
    tickets = visit.typed.get("tickets", "")[:2_000].replace("，", " ").replace(",", " ").split()
    if not why:
        return visit.go(run_at(run, "winners"), "bad", "activities.say_why")

    def write(tx: Tx) -> int:
        it = held(tx, run)
        return len(judged.pick(tx, it.row, it.rules, tickets, visit.now, why=why,
                               actor=visit.who.login).winners)  # fmt: skip

    try:
        n = await visit.write(write)
    except (ActivityRefused, IllegalTransition):
        return visit.go(run_at(run, "winners"), "bad", "activities.pick_refused")
    rung(visit)
    return visit.go(run_at(run, "winners"), "good", "activities.picked", n=n)


async def answer(visit: Visit) -> web.Response:
    """A question was answered on air, or was not after all."""
    run, back = visit.typed.get("r", ""), visit.typed.get("do") == "back"
    here = run_at(run, "questions", which=visit.typed.get("which", "")[:20])

    def write(tx: Tx) -> None:
        row = wall.answer(tx, visit.typed.get("e", "")[:500], visit.now, words=why_of(visit),
                          actor=visit.who.login, back=back)  # fmt: skip
        if row["run"] != run:
            raise Refused(404, "activities.no_entry")

    try:
        await visit.write(write)
    except ActivityRefused:
        return visit.go(here, "bad", "activities.no_entry")
    rung(visit)
    return visit.go(here, "good", "activities.unanswered" if back else "activities.answered")


PAGE = Page(routes=(
    Route(method="POST", path="/activities/cancel", handler=cancel, needs=Right.COMMUNITY_ACT),
    Route(method="POST", path="/activities/pick", handler=pick, needs=Right.COMMUNITY_ACT),
    Route(method="POST", path="/activities/judge", handler=judge, needs=Right.MEMBERS_EDIT),
    Route(method="POST", path="/activities/answer", handler=answer, needs=Right.MEMBERS_EDIT),
    *decisions(DECIDED, "/activities/{id}"),
))  # fmt: skip
