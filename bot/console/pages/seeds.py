"""Seed users of circles: what it takes, the lists that were made, who is one now; a new list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.community.rules import Community
from bot.community.seeding import ACCEPTED
from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages.circle_asked import at, titles
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.clock import DAY, local
from bot.core.span import parse_span
from bot.store import missiondesk, seedlists, seeds
from bot.store.engine import Row, Tx
from bot.store.seedlists import Looked, SeedRefused
from bot.store.staff import Account

TOPIC = "seeds"


@dataclass(frozen=True, slots=True)
class Told:
    """One circle. ``answers``: by list, how those who were asked stand; ``now``: who is a seed user
    now, with the state and its end."""

    lists: Sequence[Row]
    answers: Mapping[str, Counter[str]]
    now: Sequence[Row]


async def show(visit: Visit) -> web.Response:
    """The lists of one circle, the latest first."""
    circles = with_seeds(visit)
    rules = circles.get(visit.query("c")) or next(iter(circles.values()), None)
    found = await visit.read(_read, rules.circle, visit.now) if rules is not None else None
    today = local(visit.now, rules.zone if rules else visit.console.config.timezone).date()
    return await visit.page(
        "seeds.html", circles=circles, titles=titles(visit), rules=rules, found=found, tab="/seeds",
        today=today.isoformat(), acts=visit.may(Right.COMMUNITY_ACT), chip=_chip, list_at=list_at,
        span_of=lambda text: visit.t("seeds.n_days", n=parse_span(text) // DAY),
        link=member_link,
    )  # fmt: skip


def _read(tx: Tx, circle: str, now: int) -> Told:
    answers: dict[str, Counter[str]] = {}
    here: list[Row] = []
    for row in seeds.rounds(tx, circle):
        state = seeds.round_of(row).at(now)
        answers.setdefault(row["list"], Counter())[state] += 1
        if state == ACCEPTED:
            here.append(row)
    return Told(seedlists.of(tx, circle), answers, here)


async def make(visit: Visit) -> web.Response:
    """The list of a day; one that stands is opened."""
    rules = rules_named(visit, visit.typed.get("c", ""))
    try:
        day = date.fromisoformat(visit.typed.get("day", ""))
    except ValueError:
        return visit.go(at("/seeds", c=rules.circle), "bad", "seeds.odd_day")

    def look(tx: Tx) -> Looked:
        return seedlists.look(tx, rules, day, visit.now)

    try:
        found = await visit.read(look)
    except SeedRefused:
        return visit.go(at("/seeds", c=rules.circle), "bad", "seeds.odd_day")
    made = await visit.write(seedlists.keep, found, visit.now, visit.who.login)
    rung(visit)
    key = "seeds.made" if made else "seeds.stood"
    return visit.go(at("/seeds/one", l=found.id), "good", key, n=found.fits, of=found.looked)


# -- what the pages of seed users share ------------------------------------------------------------


def with_seeds(visit: Visit) -> dict[str, Community]:
    """The circles whose files have conditions."""
    served = visit.cast.communities if visit.cast is not None else {}
    return {id: one for id, one in served.items() if one.seeds is not None}


def rules_named(visit: Visit, circle: str) -> Community:
    """The conditions of a circle. Raises Refused."""
    found = with_seeds(visit).get(circle)
    if found is None:
        raise Refused(404, "seeds.no_rules")
    return found


def list_at(id: str, page: str = "one") -> str:
    """The address of a page of a list."""
    return BASE + at(f"/seeds/{page}", l=id)


def member_link(id: str) -> str:
    """The address of a member's page."""
    return BASE + at("/members/one", m=id)


def _chip(circle: str) -> str:
    return BASE + at("/seeds", c=circle)


def rung(visit: Visit) -> None:
    """Open pages look again, and what follows from it happens now."""
    visit.console.bells.ring(TOPIC)
    visit.console.bells.ring("due")


def _waiting(tx: Tx, who: Account, now: int) -> int:
    return missiondesk.waiting(tx)


SEE, ACT = Right.MEMBERS_SEE, Right.COMMUNITY_ACT
PAGE = Page(
    routes=(
        Route(method="GET", path="/seeds", handler=show, needs=SEE),
        Route(method="POST", path="/seeds/make", handler=make, needs=ACT),
    ),
    entry=Entry(path="/seeds", name="seeds.nav", needs=SEE, order=33, key="1", count=_waiting,
                topics=(TOPIC,), waits="/missions", also=("/missions",)),
    topics={TOPIC: SEE},
)  # fmt: skip
