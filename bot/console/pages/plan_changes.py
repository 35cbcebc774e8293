"""What a draft of the plan changes, what is wrong with it, who decides, and earlier versions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.deciders import deciders
from bot.console.page import Page, Route
from bot.console.pages.content_words import differences, refused
from bot.console.pages.plan import counted, names_of
from bot.console.pages.plan_read import Plan, drafted, plan_of
from bot.console.recurring import said
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.content import ContentRefused
from bot.core.findings import ERROR, Finding
from bot.library.desk import ContentDesk
from bot.library.plandesk import CALENDAR
from bot.store import review, versions
from bot.store.engine import Row, Tx
from bot.store.review import APPROVED, RETIRED, Standing
from bot.store.versions import Edition
from scheduler.calendar import Entry

NOTE_MAX = 500
SHOWN = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An entry as it serves and as the draft has it; None where there is none."""

    old: Entry | None
    new: Entry | None

    @property
    def kind(self) -> str:
        """added, changed or gone."""
        return "gone" if self.new is None else "added" if self.old is None else "changed"

    @property
    def entry(self) -> Entry:
        """Whichever there is, the newer first."""
        found = self.new or self.old
        assert found is not None
        return found


async def show(visit: Visit) -> web.Response:
    """The newest version against what serves."""
    served: list[Edition | None] = []
    four_eyes = visit.console.config.content.four_eyes

    def read(tx: Tx) -> tuple[Plan, Sequence[Standing], Sequence[Row], Sequence[str]]:
        plan = plan_of(tx, visit)
        if plan.serving is not None:
            served.append(versions.get(tx, CALENDAR, CALENDAR, plan.serving))
        newest = drafted(plan, visit.console.config.timezone)
        return (newest, review.of(tx, CALENDAR, CALENDAR)[::-1][:SHOWN],
                review.trail(tx, CALENDAR, CALENDAR)[::-1][:SHOWN],
                deciders(tx, Right.CONTENT_APPROVE, plan.hands, four_eyes))  # fmt: skip

    newest, known, trail, others = await visit.read(read)
    found = await _findings(visit, newest) if newest.waits else []
    zone, lang = visit.console.config.timezone, visit.lang
    old = visit.cast.calendar if visit.cast is not None else None
    serves = old if newest.serving is not None else None
    changes = [Change(old=serves.get(name) if serves else None, new=newest.calendar.get(name))
               for name in sorted(newest.changed)]  # fmt: skip
    return await visit.page(
        "plan_changes.html", plan=newest, changes=changes, versions=known, trail=trail,
        findings=found, errors=sum(one.severity == ERROR for one in found), names=names_of(visit),
        counted=counted(newest), own=four_eyes and visit.who.login in newest.hands, deciders=others,
        differs=differences(next(iter(served), None), newest.newest)
        if newest.waits and newest.newest else (),
        when=lambda entry: said(lang, entry.when, entry.zone or zone),
    )  # fmt: skip


async def _findings(visit: Visit, plan: Plan) -> Sequence[Finding]:
    return await visit.console.studio.desk.examine(plan.newest) if plan.newest else []


Act = Callable[[ContentDesk, int, str, str], Awaitable[object]]
ACTS: Mapping[str, tuple[Act, Right]] = {
    "submit": (lambda desk, *rest: desk.submit(CALENDAR, CALENDAR, *rest), Right.CONTENT_EDIT),
    "withdraw": (lambda desk, *rest: desk.withdraw(CALENDAR, CALENDAR, *rest),
                 Right.CONTENT_EDIT),
    "reject": (lambda desk, *rest: desk.send_back(CALENDAR, CALENDAR, *rest),
               Right.CONTENT_APPROVE),
    "approve": (lambda desk, *rest: desk.approve(CALENDAR, CALENDAR, *rest),
                Right.CONTENT_APPROVE),
    "rollback": (lambda desk, n, who, note: desk.roll_back(CALENDAR, CALENDAR, who, n, note),
                 Right.CONTENT_APPROVE),
}  # fmt: skip


def doing(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision."""

    async def handle(visit: Visit) -> web.StreamResponse:
        version, note = visit.typed_number("n"), visit.typed.get("note", "").strip()[:NOTE_MAX]
        if version is None:
            raise Refused(404, "plan.gone")
        if verb == "reject" and not note:
            return visit.go("/plan/changes", "bad", "content.reject_needs")
        try:
            await ACTS[verb][0](visit.console.studio.desk, version, visit.who.login, note)
        except ContentRefused as exc:
            key, facts = refused(visit, exc)
            return visit.go("/plan/changes", "bad", key, **facts)
        visit.console.bells.ring("library")
        return visit.go("/plan/changes", "good", f"plan_done.{verb}", n=version)

    return handle


def goes_back(one: Standing, serving: int | None) -> bool:
    """True for a version that may serve again."""
    return one.state in (APPROVED, RETIRED) and one.version != serving


PAGE = Page(routes=(
    Route(method="GET", path="/plan/changes", handler=show, needs=Right.PLAN_SEE),
    *(Route(method="POST", path=f"/plan/{verb}", handler=doing(verb), needs=needs)
      for verb, (_, needs) in ACTS.items()),
))  # fmt: skip
