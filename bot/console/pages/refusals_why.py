"""May this member get that now: every message of a plan, and every rule that was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.campaigning import code_words
from bot.console.origins import titles_of
from bot.console.page import Page, Route
from bot.console.pages.campaign_read import names_of, setting_of
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.clock import local, to_ms
from bot.core.errors import BadInput
from bot.library.cast import Cast
from bot.store import people
from bot.store.engine import Tx
from scheduler import asking
from scheduler.asking import Asked

KINDS = ("campaign", "flow", "entry")
SOONEST, LATEST = 2000, 2100


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was found. ``fault`` is a key of the words; ``name``: what the member is called."""

    asked: Sequence[Asked] = ()
    name: str = ""
    fault: str = ""
    values: dict[str, object] = field(default_factory=dict)


def moment(text: str, zone: str) -> int | None:
    """What a browser writes for a local time; None for anything else."""
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    return to_ms(found) if SOONEST <= found.year < LATEST else None


def _answer(tx: Tx, visit: Visit, member: str, plan: str, now: int) -> Answer:
    row, setting = people.known(tx, member), setting_of(visit, tx)
    if row is None:
        return Answer(fault="refusals.stranger", values={"id": member})
    if setting is None:
        return Answer(fault="campaigns.nothing_serves")
    named = plan.removeprefix("campaign:")
    try:
        return Answer(asked=asking.why(tx, replace(setting, now=now), member, named),
                      name=row["name"])  # fmt: skip
    except BadInput:
        return Answer(fault="refusals.no_plan", values={"name": named})


def _labels(cast: Cast | None, plan: str) -> Mapping[str, str]:
    """What staff call each message of a plan: by its step in a flow, else by its template."""
    if cast is None:
        return {}
    titles = {name: one.title or name for name, one in cast.shelf.templates.items()}
    kind, _, name = plan.partition(":")
    flow = next((one for one in cast.flows if kind == "flow" and one.id == name), None)
    if flow is not None:
        return {step.id: titles.get(step.template, step.id) for step in flow.file.step}
    entry = cast.calendar.get(name) if kind == "entry" else None
    return titles if entry is None else {name: entry.title or name}


async def show(visit: Visit) -> web.Response:
    """The form, and the answer when it is filled in."""
    member, plan, zone = (
        visit.query("m").strip(),
        visit.query("plan"),
        visit.console.config.timezone,
    )
    now = moment(visit.query("at"), zone) if visit.query("at") else visit.now
    answer = Answer()
    if now is None:
        answer = Answer(fault="refusals.no_time")
    elif member and plan:
        answer = await visit.read(_answer, visit, member, plan, now)
    titles = titles_of(visit.cast)
    groups = [(kind, [(key, title) for key, title in titles.items()
                      if key.startswith(f"{kind}:")]) for kind in KINDS]  # fmt: skip
    return await visit.page(
        "refusals_why.html", member=member, plan=plan, at=visit.query("at"), answer=answer,
        groups=[one for one in groups if one[1]], names=names_of(visit.cast),
        labels=_labels(visit.cast, plan),
        why=lambda code: code_words(visit.lang, code), zone=zone,
        clock=lambda at: local(at, zone).strftime("%m-%d %H:%M"),
    )  # fmt: skip


PAGE = Page(routes=(
    Route(method="GET", path="/refusals/why", handler=show, needs=Right.PLAN_SEE),
))  # fmt: skip
