"""The plan: a month, or a week, of everything that is planned and what became of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.console import deciders
from bot.console.naming import held_back
from bot.console.page import Entry, Page, Route
from bot.console.pages.inbox_list import cast_of
from bot.console.pages.inbox_thread import setting_of
from bot.console.pages.plan_read import Plan, Shown, shown_of
from bot.console.planned import grid_of, month_of
from bot.console.recurring import said
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.library.mixing import FeedMix, Suggestion, Week, mixes, reach
from bot.library.plandesk import CALENDAR
from bot.store import mix as posts
from bot.store.engine import Tx
from bot.store.mix import Sent
from bot.store.staff import Account
from scheduler.almanac import announced_until
from scheduler.outlook import taps

Idea = tuple[FeedMix, Suggestion]
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
CELL = 5  # things that a cell of the month shows; the week shows all


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is looked at: ``month`` or ``week`` by the day in it, one persona or all, and whether
    what serves is asked for while a draft waits."""

    day: date
    weekly: bool
    persona: str
    serving: bool

    def link(self, *, day: date | None = None, weekly: bool | None = None, **more: str) -> str:
        """The address of another view with the same choice."""
        weekly, day = self.weekly if weekly is None else weekly, day or self.day
        name = Week.of(day, "UTC").name if weekly else day.strftime("%Y-%m")
        given = {"w" if weekly else "m": name, "p": self.persona,
                 "v": "serving" if self.serving else ""} | more  # fmt: skip
        wanted = urlencode({key: value for key, value in given.items() if value})
        return f"/plan{'/week' if weekly else ''}?{wanted}"


def asked(visit: Visit, *, weekly: bool) -> Choice:
    """What the address means. Raises Refused."""
    zone = visit.console.config.timezone
    day, cast = local(visit.now, zone).date(), cast_of(visit)
    try:
        if weekly and (name := visit.query("w")):
            day = local(Week.parse(name, zone).start, zone).date()
        elif not weekly and (name := visit.query("m")):
            found = _MONTH.fullmatch(name)
            if found is None:
                raise ValueError(name)
            day = date(int(found[1]), int(found[2]), 1)
        if not 2000 <= day.year < 2100:
            raise ValueError(day)
    except (ValueError, BadInput):
        raise Refused(404, "plan.no_month") from None
    persona = visit.query("p")
    known = cast is not None and persona in cast.scripts
    return Choice(day=day, weekly=weekly, persona=persona if known else "",
                  serving=visit.query("v") == "serving")  # fmt: skip


async def month(visit: Visit) -> web.Response:
    """The month in the address, or this one, in whole weeks."""
    choice = asked(visit, weekly=False)
    first, after = grid_of(choice.day)
    shown = await shown_of(visit, first, after, lambda day: day.month == choice.day.month,
                           choice.persona)  # fmt: skip
    start, end = month_of(choice.day)
    beside = (choice.link(day=start - timedelta(days=1)), choice.link(day=end))
    return await _page(visit, choice, shown, beside, start=start)


async def week(visit: Visit) -> web.Response:
    """The week in the address, or this one, with what its mix lacks."""
    choice = asked(visit, weekly=True)
    monday = choice.day - timedelta(days=choice.day.weekday())
    shown = await shown_of(visit, monday, monday + timedelta(days=7), lambda day: True,
                           choice.persona)  # fmt: skip
    feeds = await mixes_of(visit, monday, shown, choice.persona or None)
    beside = (choice.link(day=monday - timedelta(days=7)),
              choice.link(day=monday + timedelta(days=7)))  # fmt: skip
    return await _page(visit, choice, shown, beside, start=monday, feeds=feeds,
                       ideas=ideas(feeds, shown), picks=_picks(feeds, shown))  # fmt: skip


async def _page(
    visit: Visit, choice: Choice, shown: Shown, beside: tuple[str, str], **more: Any
) -> web.Response:
    zone, lang = visit.console.config.timezone, visit.lang
    names = names_of(visit)
    genres = {thing.genre for day in shown.days for thing in day.things if thing.genre}
    known_until = announced_until(local(visit.now, zone).year)
    values: Mapping[str, Any] = {"feeds": (), "ideas": (), "picks": {}} | more
    return await visit.page(
        "plan.html", choice=choice, shown=shown, plan=shown.plan, days=shown.days, names=names,
        beside=beside, genres=sorted(genres), cell=None if choice.weekly else CELL,
        taps=taps(shown.slots), edits=visit.may(Right.CONTENT_EDIT), counted=counted(shown.plan),
        unknown=known_until if shown.days and shown.days[-1].date.year > known_until else 0,
        clock=lambda at: local(at, zone).strftime("%H:%M"), today=local(visit.now, zone).date(),
        when=lambda text: said(lang, text, zone), noted=lambda note: held_back(lang, note),
        **values,
    )  # fmt: skip


def names_of(visit: Visit) -> Mapping[str, str]:
    """Personas by the names that members read."""
    cast = cast_of(visit)
    return {key: one.persona.name for key, one in cast.scripts.items()} if cast else {}


def counted(plan: Plan) -> Mapping[str, int]:
    """How many entries a draft adds, changes and takes out."""
    there = {entry.id for entry in plan.calendar.entry}
    new = plan.changed & there
    return {"added": len(new - plan.before), "changed": len(new & plan.before),
            "gone": len(plan.changed - there)}  # fmt: skip


async def mixes_of(
    visit: Visit, day: date, shown: Shown, persona: str | None = None
) -> Sequence[FeedMix]:  # fmt: skip
    """The mix of a day's week, with the calendar that is shown."""
    config, cast = visit.console.config, shown.cast
    mix, wanted = config.mix, Week.of(day, config.timezone)

    def read(tx: Tx) -> tuple[Any, Sequence[Sent]]:
        return setting_of(visit, tx), posts.sent(tx, *reach(mix, wanted, visit.now))

    setting, rows = await visit.read(read)
    if setting is None or cast is None:
        return ()
    return await asyncio.to_thread(mixes, replace(setting, cast=cast), rows, mix, wanted,
                                   persona)  # fmt: skip


def ideas(
    feeds: Sequence[FeedMix], shown: Shown, day: date | None = None
) -> Sequence[Idea]:  # fmt: skip
    """What could be added, the best of each feed first; on a day only what is valid then."""
    ranked = [(n, feed, one) for feed in feeds for n, one in enumerate(feed.suggested)]
    found = [(feed, one) for _, feed, one in sorted(ranked, key=lambda each: each[0])]
    return [idea for idea in found if day is None or _valid(shown, idea[1].template, day)]


def _valid(shown: Shown, name: str, day: date) -> bool:
    template = shown.cast.shelf.get(name) if shown.cast is not None else None
    return template is not None and template.valid_on(day)


def _picks(feeds: Sequence[FeedMix], shown: Shown) -> Mapping[date, Idea]:
    """For each bare day something that could be posted then, no template twice."""
    found: dict[date, Idea] = {}
    for day in shown.days:
        taken = {one.template for _, one in found.values()}
        fits = (idea for idea in ideas(feeds, shown, day.date) if idea[1].template not in taken)
        if day.gap and (idea := next(fits, None)):
            found[day.date] = idea
    return found


def waiting(tx: Tx, who: Account, now: int) -> int:
    """1 when a draft of the calendar waits for a look of this person."""
    return deciders.waiting(tx, who, CALENDAR)


SEE = Right.PLAN_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/plan", handler=month, needs=SEE),
        Route(method="GET", path="/plan/week", handler=week, needs=SEE),
    ),
    entry=Entry(path="/plan", name="plan.title", needs=SEE, order=36, key="n", count=waiting,
                topics=("library",)),
)  # fmt: skip
