"""Everybody whom the brand knows: looked up by name, or listed by the words of an audience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console import reached
from bot.console.page import BASE, Entry, Page, Route
from bot.console.rights import Right
from bot.console.told import told
from bot.console.visit import Visit
from bot.core import money
from bot.core.audience import Audience, Everybody
from bot.core.errors import BadInput
from bot.library import segments
from bot.store import audience, directory
from bot.store.directory import SHOWN
from bot.store.directory import Entry as Person
from bot.store.engine import Tx
from scheduler.audience import parse_audience


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A page of persons. ``total``: how many belong, None where a name was looked up; ``more``:
    the id behind which the next page begins, or empty."""

    people: Sequence[Person] = ()
    total: int | None = None
    more: str = ""
    full: bool = False


async def show(visit: Visit) -> web.Response:
    """The two ways to ask, and what was found."""
    text, words = (visit.query(name).replace("\0", "").strip() for name in ("q", "a"))
    found, fault, status = Listing(), "", 200
    if text:
        people = await visit.read(directory.search, text, SHOWN)
        found = Listing(people=people, full=len(people) == SHOWN)
    else:
        try:
            found = await visit.read(_listed, visit, words, visit.query("after"))
        except BadInput as exc:
            fault, status = _told(visit, exc), 422
    older = f"{BASE}/members?{urlencode({'a': words, 'after': found.more})}" if found.more else ""
    return await visit.page("members.html", status=status, q=text, words=words,
                            found=found, fault=fault, older=older, most=SHOWN,
                            later=bool(visit.query("after")), amount=money.amount,
                            worths=visit.may(Right.VALUE_SEE))  # fmt: skip


async def reach(visit: Visit) -> web.Response:
    """How many can be reached now: of a million members that takes a second the first time, so a
    page asks for it when it stands, and again while it is being counted."""
    made = await visit.console.kept.soon(("reach", visit.lang),
                                         lambda: visit.read(reached.ways, visit))  # fmt: skip
    return visit.part("members_reach.html", found=made.value if made is not None else None)


def _wanted(tx: Tx, visit: Visit, words: str) -> Audience:
    """What the words say; none mean everybody. Raises BadInput."""
    if not words:
        return Everybody()
    if visit.cast is None:
        return parse_audience(words, {}, visit.console.config.timezone,
                              thresholds=visit.console.config.orders.rfm.thresholds)  # fmt: skip
    return segments.meaning(tx, visit.cast, words)


def _listed(tx: Tx, visit: Visit, words: str, after: str) -> Listing:
    wanted, now, sets = _wanted(tx, visit, words), visit.now, visit.console.sets
    ids = audience.page(tx, wanted, now, after, SHOWN + 1, sets)
    total = audience.count(tx, wanted, now, sets)
    return Listing(people=directory.listed(tx, ids[:SHOWN]), total=total,
                   more=ids[SHOWN - 1] if len(ids) > SHOWN else "")  # fmt: skip


def _told(visit: Visit, exc: BadInput) -> str:
    return " · ".join(told(visit.lang, said) for said in (exc.message, exc.fix) if said)


SEE = Right.MEMBERS_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/members", handler=show, needs=SEE),
        Route(method="GET", path="/members/reach", handler=reach, needs=SEE),
    ),
    entry=Entry(path="/members", name="members.title", needs=SEE, order=24, key="u"),
)
