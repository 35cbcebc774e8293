"""What the pages of the plan read: which calendar is shown, and what became of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from bot.console import activity_days
from bot.console.activity_days import Begun
from bot.console.campaign_days import Ran, things
from bot.console.pages.campaign_read import around
from bot.console.pages.inbox_thread import setting_of
from bot.console.planned import Day, Known, days, differing, midnight
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.clock import HOUR
from bot.core.errors import BadInput
from bot.library.cast import Cast
from bot.library.desk import writers
from bot.library.entries import FILE
from bot.library.plandesk import CALENDAR, text_of
from bot.store import activitydesk, flows, people, review, versions
from bot.store import plan as plans
from bot.store import runs as taking
from bot.store.engine import Tx
from bot.store.review import DRAFT, REVIEW, Standing
from bot.store.versions import Edition
from scheduler import ahead
from scheduler.calendar import Calendar, parse_calendar
from scheduler.outlook import Slot, outlook

Rows = Sequence[Mapping[str, object]]
Took = Sequence[Begun]
# What was due before a day may have been put off into it.
BACK = 12 * HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The calendar that is shown. ``newest`` and ``standing`` are None while there is none, and
    ``hands`` had one in it; ``drafted``: the draft is shown, ``changed`` are the entries that it
    has otherwise than what serves, and ``before`` all that serve; ``fault``: why the draft cannot
    be shown."""

    newest: Edition | None
    standing: Standing | None
    serving: int | None
    hands: frozenset[str]
    calendar: Calendar
    drafted: bool = False
    changed: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    fault: str = ""

    @property
    def base(self) -> int:
        """From which version a form is made."""
        return self.newest.version if self.newest is not None else 0

    @property
    def waits(self) -> bool:
        """True when the newest version may be approved, and does not serve."""
        state = self.standing.state if self.standing is not None else ""
        return state in (DRAFT, REVIEW) and self.base != self.serving


def plan_of(tx: Tx, visit: Visit) -> Plan:
    """Who may change or approve the calendar sees what he would change or approve; ``v=serving``
    shows him what serves."""
    cast, zone = visit.cast, visit.console.config.timezone
    newest = versions.newest(tx, CALENDAR, CALENDAR)
    held = versions.serving(tx, CALENDAR, CALENDAR)
    number = newest.version if newest is not None else 0
    plan = Plan(
        newest=newest, standing=review.get(tx, CALENDAR, CALENDAR, number),
        serving=held.version if held is not None else None,
        hands=frozenset(writers(tx, CALENDAR, CALENDAR, number)),
        calendar=cast.calendar if cast is not None else Calendar(zone=zone),
    )  # fmt: skip
    concerned = visit.may(Right.CONTENT_EDIT) or visit.may(Right.CONTENT_APPROVE)
    wish = visit.query("v") or visit.typed.get("v", "")
    if not plan.waits or wish == "serving" or not (concerned or wish == "draft"):
        return plan
    return drafted(plan, zone)


def drafted(plan: Plan, zone: str) -> Plan:
    """With the newest version as what is shown, if it can be read."""
    if plan.drafted or not plan.waits:
        return plan
    try:
        calendar = parse_calendar(text_of(plan.newest), FILE, zone, plan.base)
    except BadInput as exc:
        return replace(plan, fault=str(exc))
    old = plan.calendar.entry if plan.serving is not None else ()
    return replace(plan, calendar=calendar, drafted=True, changed=differing(old, calendar.entry),
                   before=frozenset(entry.id for entry in old))  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The days of a page, with all slots to come (for what they cost) and the plan itself."""

    plan: Plan
    cast: Cast | None
    days: Sequence[Day]
    slots: Sequence[Slot]


class _Read(NamedTuple):
    """What the database says of some days."""

    plan: Plan
    known: Known
    owners: Mapping[str, int]
    steps: Rows
    runs: Sequence[Slot]
    ran: Sequence[Ran]
    took: Took


def _read(tx: Tx, visit: Visit, since: int, until: int) -> _Read:
    serves = visit.cast
    accounts = serves.all_accounts("contact") if serves is not None else ()
    chats = people.groups_of(tx, accounts or [""])
    setting, start = setting_of(visit, tx), max(since, visit.now)
    return _Read(
        plan=plan_of(tx, visit),
        known=Known(occurred=plans.occurred(tx, since, until),
                    posted=plans.posted(tx, since - BACK, until)),
        owners=Counter(str(chat["owner"]) for chat in chats),
        steps=flows.ahead(tx, start, until),
        runs=ahead.slots(tx, setting, start, until) if setting is not None else (),
        ran=around(tx, visit, since, until), took=_begun(tx, since, until),
    )  # fmt: skip


async def shown_of(
    visit: Visit, first: date, after: date, here: Callable[[date], bool], persona: str = ""
) -> Shown:
    """The days from ``first`` until before ``after``; of one persona, if it is named."""
    zone, serves = visit.console.config.timezone, visit.cast
    since, until = midnight(first, zone), midnight(after, zone)
    found = await visit.read(_read, visit, since, until)
    if serves is None:
        return Shown(plan=found.plan, cast=None, days=(), slots=())
    cast = replace(serves, calendar=found.plan.calendar)
    judge = visit.console.selling.judge(serves)

    def make() -> Shown:
        slots = outlook(cast, max(since, visit.now), until, found.steps, found.owners, found.runs)
        slots = tuple(slot for slot in slots if persona in ("", slot.persona))
        more = (*things(found.ran, until, visit.now, judge),
                *activity_days.things(found.took, visit.now))  # fmt: skip
        held = replace(found.known, slots=slots, changed=found.plan.changed, more=more)
        made = days(cast, held, first, after, visit.now, judge, here)
        return Shown(plan=found.plan, cast=cast, slots=slots, days=_of(made, persona))

    return await asyncio.to_thread(make)


def _begun(tx: Tx, since: int, until: int) -> Took:
    """Runs of activities that were announced in these days."""
    rows = [(row, taking.rules_of(tx, row)) for row in activitydesk.between(tx, since, until)]
    return [Begun(row, rules) for row, rules in rows if rules is not None]


def _of(found: Sequence[Day], persona: str) -> Sequence[Day]:
    """With what one persona says alone."""
    if not persona:
        return found
    kept = [replace(day, things=[one for one in day.things if one.persona == persona])
            for day in found]  # fmt: skip
    return [replace(day, gap=day.bare) for day in kept]
