"""The form of one entry: what it says, when it comes next, and what became of it lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from bot.console.naming import held_back
from bot.console.pages.inbox_list import cast_of
from bot.console.pages.plan import ideas, mixes_of, names_of
from bot.console.pages.plan_read import Plan, Shown, plan_of, shown_of
from bot.console.recurring import HOWS, fields_of, said
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.console.when import day_named
from bot.core.clock import DAY, MINUTE, local
from bot.library.entries import Values
from bot.library.plandesk import CannotMove, moved_to
from bot.store import plan as plans
from bot.store.plan import Occurred
from bot.studio.template import KINDS, Template
from scheduler.almanac import FESTIVALS, TERMS
from scheduler.calendar import Calendar, Entry, due_at, occurrences
from scheduler.recurrence import DAYS, ORDINALS

NEXT, AHEAD = 4, 420 * DAY
Folder = tuple[str, Sequence[tuple[str, str]]]
LATELY, SHOWN = 60 * DAY, 8
SOON = 10  # minutes; a colleague has to look at it before
LATE = ("skip", "30m", "1h", "2h", "6h", "12h")
CARRIED = ("moments", "groups", "promos", "activities")
FIELDS = ("title", "do", "persona", "template", "groups", "late", "jitter", "zone")
DEFAULTS: Values = {"do": "moment", "groups": "customer", "late": "2h", "how": "once",
                    "time": "10:00"}  # fmt: skip


async def new(visit: Visit) -> web.Response:
    """A form for one more entry: of a day, of a template, or of neither."""
    typed = dict(DEFAULTS)
    if day := day_named(visit.query("day")):
        typed |= _soon(visit.now, day, visit.console.config.timezone)
    name, cast = visit.query("t"), cast_of(visit)
    template = cast.shelf.get(name) if cast is not None else None
    if template is not None:
        do = "moment" if KINDS[name.partition("/")[0]] == "moment" else "group_post"
        typed |= {"template": name, "title": template.title, "do": do}
    if visit.query("p") in names_of(visit):
        typed["persona"] = visit.query("p")
    return await form(visit, typed)


def _soon(now: int, day: date, zone: str) -> Values:
    """That day, and of today a time that is still to come: in ten minutes, at a full five."""
    then = local(now + SOON * MINUTE, zone)
    then += timedelta(minutes=-then.minute % 5)
    if day != local(now, zone).date() or then.strftime("%H:%M") <= DEFAULTS["time"]:
        return {"date": day.isoformat()}
    return {"date": then.date().isoformat(), "time": then.strftime("%H:%M")}


async def one(visit: Visit) -> web.Response:
    """An entry: its form, when it comes next, and what became of it lately."""
    name = visit.query("e")
    plan = await visit.read(plan_of, visit)
    entry = plan.calendar.get(name)
    if entry is None:
        raise Refused(404, "plan.gone")
    return await form(visit, {**typed_of(plan, entry), "at": visit.query("at")}, entry, plan)


def typed_of(plan: Plan, entry: Entry) -> dict[str, str]:
    """An entry as the fields of its form."""
    found = {key: str(getattr(entry, key)) for key in FIELDS}
    found["jitter"] = "" if entry.jitter == "0s" else entry.jitter
    return found | fields_of(entry.when, entry.zone or plan.calendar.zone)


async def form(
    visit: Visit, typed: Mapping[str, str], entry: Entry | None = None, plan: Plan | None = None,
    status: int = 200, **more: Any,
) -> web.Response:  # fmt: skip
    """The page of an entry, or of a new one (None), with what was typed."""
    if plan is None:
        plan = await visit.read(plan_of, visit)
    zone, lang = visit.console.config.timezone, visit.lang
    day, at = day_named(typed.get("date", "")), whole(typed.get("at", ""))
    shown = await _around(visit, day) if entry is None and day is not None else None
    lately = await visit.read(plans.occurred, visit.now - LATELY, visit.now + 1) if entry else []
    values: Mapping[str, Any] = {"fault": "", "theirs": (), "who": "", "version": plan.base} | more
    return await visit.page(
        "plan_entry.html", status=status, entry=entry, plan=plan, typed=typed, hows=HOWS, late=LATE,
        names=names_of(visit), templates=_templates(visit, typed), festivals=sorted(FESTIVALS),
        terms=TERMS, ordinals=ORDINALS, weekdays=DAYS, edits=visit.may(Right.CONTENT_EDIT),
        ahead=upcoming(plan.calendar, entry, visit.now) if entry else (),
        lately=_of(lately, entry), at=at, day=day, today=local(visit.now, zone).date(),
        moves=entry is not None and at is not None and _moves(plan.calendar, entry, at),
        ideas=ideas(await mixes_of(visit, day, shown), shown, day)[:6] if shown and day else (),
        when=lambda text: said(lang, text, zone), noted=lambda note: held_back(lang, note),
        clock=lambda ms: local(ms, zone).strftime("%Y-%m-%d %H:%M"),
        weekday=lambda ms: visit.t(f"rota.day_{local(ms, zone).weekday()}"), **values,
    )  # fmt: skip


async def _around(visit: Visit, day: date) -> Shown:
    """The day for which something is looked for, with all that is planned then."""
    return await shown_of(visit, day, date.fromordinal(day.toordinal() + 1), lambda _: True)


def upcoming(calendar: Calendar, entry: Entry, now: int) -> Sequence[int]:
    """When an entry comes next, a few times (UTC ms)."""
    found = (due_at(entry, at) for at in occurrences(calendar, entry, now, now + AHEAD))
    return [at for _, at in zip(range(NEXT), found, strict=False)]


def _of(found: Sequence[Occurred], entry: Entry | None) -> Sequence[Occurred]:
    mine = [one for one in found if entry is not None and one.entry == entry.id]
    return mine[::-1][:SHOWN]


def _moves(calendar: Calendar, entry: Entry, at: int) -> bool:
    try:
        moved_to(calendar, entry.id, at, local(at, calendar.zone).date())
    except CannotMove:
        return False
    return True


def _titled(visit: Visit, one: Template) -> str:
    """Its title, and on which days it may go out where that is not any."""
    title, since, until = one.title or one.name, one.valid_from, one.valid_to
    if since is None and until is None:
        return title
    key = "from" if until is None else "until" if since is None else "on"
    if since == until:
        key = "day"
    return visit.t(f"plan.template_{key}", title=title, since=since, until=until)


def _templates(visit: Visit, typed: Mapping[str, str]) -> Sequence[Folder]:
    """Templates that can be posted, by folder: name and title. One that is named and does not serve
    stays to be chosen."""
    cast = cast_of(visit)
    serving = cast.shelf.templates if cast is not None else {}
    found = [(folder, [(name, _titled(visit, one)) for name, one in sorted(serving.items())
                       if name.partition("/")[0] == folder]) for folder in CARRIED]  # fmt: skip
    named = typed.get("template", "")
    if named and named not in serving:
        found.append(("", [(named, named)]))
    return [(folder, rows) for folder, rows in found if rows]
