"""One entry of the calendar is added, changed, moved or taken out: a draft each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.naming import held_back
from bot.console.page import Page, Route
from bot.console.pages import plan_form
from bot.console.pages.content_words import refused
from bot.console.pages.plan import names_of
from bot.console.pages.plan_form import FIELDS, form, typed_of, upcoming
from bot.console.pages.plan_read import Plan, drafted, plan_of
from bot.console.recurring import Unclear, composed, said
from bot.console.rights import Right
from bot.console.told import told
from bot.console.visit import Refused, Visit, whole
from bot.console.when import day_named
from bot.console.words import said_or
from bot.core.clock import local
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.core.span import parse_span
from bot.library import entries
from bot.library.entries import Values
from bot.library.plandesk import CannotMove, EntryChanged, PlanDesk, Saved, text_of
from scheduler.calendar import JITTER_MAX, SKIP, Calendar, Entry, grace
from scheduler.outlook import outlook


def desk_of(visit: Visit) -> PlanDesk:
    """The desk on which drafts of the calendar are made."""
    console = visit.console
    return PlanDesk(console.store, console.studio.desk, console.config.timezone)


def _values(visit: Visit, plan: Plan) -> dict[str, str]:
    """What the form says, as the file has it. Raises Unclear."""
    typed = visit.typed
    found = {key: typed.get(key, "").strip() for key in FIELDS}
    if not found["template"] or not found["persona"]:
        raise Unclear("plan_fault.needs")
    _check(found)
    found["when"] = composed(typed, found["zone"] or plan.calendar.zone)
    if found["do"] != "group_post" or found["groups"] == "customer":
        found["groups"] = ""
    return found


def _check(found: Mapping[str, str]) -> None:
    """Raises Unclear."""
    try:
        grace(found["late"] or SKIP)
    except ValueError:
        raise Unclear("plan_fault.late") from None
    try:
        fits = parse_span(found["jitter"] or "0s") <= JITTER_MAX
    except ValueError:
        fits = False
    if not fits:
        raise Unclear("plan_fault.jitter")
    try:
        ZoneInfo(found["zone"] or "UTC")
    except (ValueError, OSError, LookupError):
        raise Unclear("plan_fault.zone") from None


async def make(visit: Visit) -> web.Response:
    """Keeps one more entry in a draft."""
    plan = await visit.read(plan_of, visit)

    async def keep() -> Saved:
        values = _values(visit, plan)
        slug = values["template"].rpartition("/")[2].replace(".", "-")
        values["title"] = values["title"] or _title_of(visit, values["template"])
        return await desk_of(visit).add({**values, "id": slug}, visit.who.login)

    return await _kept(visit, plan, None, keep, "plan.added")


def _title_of(visit: Visit, template: str) -> str:
    """What the entry is called when nobody gave it a name."""
    found = visit.cast.shelf.get(template) if visit.cast is not None else None
    return found.title if found is not None else ""


async def save(visit: Visit) -> web.Response:
    """Keeps an entry that was changed in a draft."""
    plan, entry = await _meant(visit)
    base = visit.typed_number("base") or 0

    async def keep() -> Saved:
        values = _against(_values(visit, plan), plan, entry)
        return await desk_of(visit).change(entry.id, values, base, visit.who.login)

    return await _kept(visit, plan, entry, keep, "plan.changed")


def _against(values: Mapping[str, str], plan: Plan, entry: Entry) -> Values:
    """Without what the file leaves to its default and the form shows all the same."""
    there = entries.find(text_of(plan.newest), entry.id)
    written = there.values if there is not None else {}
    usual = typed_of(plan, entry)
    return {key: value for key, value in values.items()
            if key in written or value != usual.get(key, "")}  # fmt: skip


async def move(visit: Visit) -> web.Response:
    """One occurrence comes on another day."""
    plan, entry = await _meant(visit)
    at, day = visit.typed_number("at"), day_named(visit.typed.get("to", ""))
    if at is None or day is None:
        return visit.go(_home(visit), "bad", "plan_fault.date")
    if day < local(visit.now, plan.calendar.zone).date():
        return visit.go(_home(visit), "bad", "plan.past")
    base = visit.typed_number("base") or 0
    return await _kept(visit, plan, entry, lambda: desk_of(visit).move(
        entry.id, at, day, base, visit.who.login), "plan.moved", day)  # fmt: skip


async def remove(visit: Visit) -> web.Response:
    """The entry is taken out of the draft."""
    plan, entry = await _meant(visit)
    base = visit.typed_number("base") or 0
    return await _kept(visit, plan, entry, lambda: desk_of(visit).remove(
        entry.id, base, visit.who.login), "plan.removed")  # fmt: skip


async def _meant(visit: Visit) -> tuple[Plan, Entry]:
    """The newest plan, and the entry that a form is about. Raises Refused."""
    plan = await visit.read(plan_of, visit)
    plan = drafted(plan, visit.console.config.timezone)  # it may be looked at as it serves
    entry = plan.calendar.get(visit.typed.get("e", ""))
    if entry is None:
        raise Refused(404, "plan.gone")
    return plan, entry


async def _kept(
    visit: Visit, plan: Plan, entry: Entry | None, keep: Callable[[], Awaitable[Saved]], key: str,
    day: date | None = None,
) -> web.Response:  # fmt: skip
    """What was kept, above the plan; or the form again, with what was typed and what is wrong."""
    try:
        saved = await keep()
    except Unclear as exc:
        return await _again(visit, plan, entry, 422, visit.t(str(exc)))
    except BadInput as exc:
        return await _again(
            visit, plan, entry, 422, visit.t("plan.unreadable", why=told(visit.lang, str(exc)))
        )
    except CannotMove:
        return visit.go(_home(visit), "bad", "plan.cannot_move", title=_called(entry))
    except EntryChanged as exc:
        fault = visit.t("plan.conflict", who=exc.who, n=exc.version)
        return await _again(visit, plan, entry, 409, fault, who=exc.who,
                            theirs=_theirs(visit, exc.values, exc.before))  # fmt: skip
    except ContentRefused as exc:
        words, facts = refused(visit, exc)
        return await _again(visit, plan, entry, 409, visit.t(words, **facts))
    if not saved.changed:
        return visit.go(_home(visit, day), "wait", "plan.unchanged")
    visit.console.bells.ring("library")
    return await _told(visit, plan, saved, key, day, _called(entry))


async def _told(
    visit: Visit, plan: Plan, saved: Saved, key: str, day: date | None, title: str
) -> web.Response:  # fmt: skip
    """The view at the day on which the entry comes next, and whether it would go out then."""
    after = drafted(await visit.read(plan_of, visit), visit.console.config.timezone)
    now = after.calendar.get(saved.entry)
    if now is None:
        return visit.go(_home(visit, day), "good", key, title=title, n=saved.version)
    zone, but = plan.calendar.zone, ""
    ahead = upcoming(after.calendar, now, visit.now)
    if ahead:
        day = day or local(ahead[0], zone).date()
        but = _but(visit, after.calendar, now, ahead[0])
    when = said(visit.lang, now.when, now.zone or zone)
    return visit.go(_home(visit, day), "wait" if but else "good", key, title=_called(now),
                    n=saved.version, when=when, but=but)  # fmt: skip


def _but(visit: Visit, calendar: Calendar, entry: Entry, at: int) -> str:
    """Why it would not go out then, as far as one can say now; empty when it would."""
    if visit.cast is None:
        return ""
    alone = replace(visit.cast, calendar=replace(calendar, entry=(entry,)))
    held = next((slot.held for slot in outlook(alone, visit.now, at + 1)), "")
    return visit.t("plan.but", why=held_back(visit.lang, held)) if held else ""


def _theirs(visit: Visit, now: Values, before: Values) -> Sequence[tuple[str, str]]:
    """What somebody else changed, in words."""
    zone, names = now.get("zone") or visit.console.config.timezone, names_of(visit)
    words: Mapping[str, Callable[[str], str]] = {
        "when": lambda text: said(visit.lang, text, zone),
        "persona": lambda text: names.get(text, text),
        "do": lambda text: said_or(visit.lang, f"plan_do.{text}", text),
        "groups": lambda text: said_or(visit.lang, f"plan_groups.{text}", text),
    }  # fmt: skip
    labels = {"title": "entry_title"}
    changed = [key for key in dict.fromkeys((*now, *before)) if now.get(key) != before.get(key)]
    return [(said_or(visit.lang, f"plan.{labels.get(key, key)}", key),
             words.get(key, str)(now.get(key, ""))) for key in changed]  # fmt: skip


def _called(entry: Entry | None) -> str:
    return (entry.title or entry.id) if entry is not None else ""


async def _again(
    visit: Visit, plan: Plan, entry: Entry | None, status: int, fault: str, **more: Any
) -> web.Response:
    """A form that was not kept; the base is what stands now, so that saving again replaces it."""
    typed = visit.typed
    if entry is not None and "how" not in typed:  # moved or taken out: nothing was typed
        typed = {**typed_of(plan, entry), "at": typed.get("at", "")}
    return await form(visit, typed, entry, plan, status, fault=fault, **more)


def _home(visit: Visit, day: date | None = None) -> str:
    """The view that the form came from, at the day that it is about."""
    day = day or day_named(visit.typed.get("date", "")) or day_named(visit.typed.get("day", ""))
    at = whole(visit.typed.get("at", ""))
    if day is None and at is not None:
        day = local(at, visit.console.config.timezone).date()
    if day is None:
        return "/plan"
    weekly = visit.typed.get("from") == "week"
    year, number, _ = day.isocalendar()
    given = {"w": f"{year}-W{number:02}"} if weekly else {"m": day.strftime("%Y-%m")}
    persona = visit.typed.get("p", "")
    wanted = urlencode(given | ({"p": persona} if persona in names_of(visit) else {}))
    return f"/plan{'/week' if weekly else ''}?{wanted}#d-{day.isoformat()}"


async def preview(visit: Visit) -> web.Response:
    """When the entry would come, while the form is filled in."""
    zone = visit.typed.get("zone", "").strip() or visit.console.config.timezone
    try:
        text = composed(visit.typed, zone)
    except (Unclear, ValueError) as exc:
        fault = said_or(visit.lang, str(exc), "")
        return visit.part("plan_next.html", ahead=(), words="", fault=fault)
    calendar = Calendar(zone=visit.console.config.timezone)
    try:
        entry = Entry(id="x", when=text, persona=visit.typed.get("persona", ""), zone=zone,
                      do="group_post" if visit.typed.get("do") == "group_post" else "moment",
                      template=visit.typed.get("template", ""))  # fmt: skip
        found = upcoming(calendar, entry, visit.now)
    except (ValueError, OSError, LookupError):
        return visit.part("plan_next.html", ahead=(), words="", fault=visit.t("plan_fault.zone"))
    shown = visit.console.config.timezone
    serving = visit.cast.calendar if visit.cast is not None else calendar  # with its silence
    but = _but(visit, serving, entry, found[0]) if found and entry.template else ""
    return visit.part(
        "plan_next.html", ahead=found, words=said(visit.lang, text, zone), fault="", but=but,
        clock=lambda ms: local(ms, shown).strftime("%Y-%m-%d %H:%M"),
        weekday=lambda ms: visit.t(f"rota.day_{local(ms, shown).weekday()}"),
    )  # fmt: skip


SEE, EDIT = Right.PLAN_SEE, Right.CONTENT_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/plan/new", handler=plan_form.new, needs=EDIT),
    Route(method="POST", path="/plan/new", handler=make, needs=EDIT),
    Route(method="GET", path="/plan/entry", handler=plan_form.one, needs=SEE),
    Route(method="POST", path="/plan/entry", handler=save, needs=EDIT),
    Route(method="POST", path="/plan/move", handler=move, needs=EDIT),
    Route(method="POST", path="/plan/remove", handler=remove, needs=EDIT),
    Route(method="POST", path="/plan/next", handler=preview, needs=EDIT),
))  # fmt: skip
