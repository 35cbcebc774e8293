"""The forest of invitations, opened level by level: from a member up to the root, and down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.value_asked import SHOWN, asked, day, money
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.members.invites import REFUSALS
from bot.store import directory, people, persons, tree
from bot.store.engine import Row, Tx
from bot.store.tree import Branch, Inviter, Refused, Size, Step

FOUND, NAMED = 20, 20
_CURSOR = re.compile(r"([0-9]{1,16})-(.+)", re.S)
FIRST = (-1, "")
After = tuple[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A member in the forest. ``above``: from the root down to who invited him; ``refused``: codes
    that he named and that do not count; ``turned``: who named his and does not count."""

    member: str
    name: str
    above: Sequence[Step]
    size: Size
    below: Sequence[Branch]
    refused: Sequence[Row]
    turned: Sequence[Refused]


def _place(tx: Tx, member: str, after: After) -> Place | None:
    person = persons.person_of(tx, [member])[member]
    known = people.known(tx, person)
    if known is None:
        return None
    named = [row for row in tree.claims(tx, person, NAMED) if row["verdict"] in REFUSALS]
    return Place(member=person, name=known["name"], above=tree.above(tx, person)[::-1],
                 size=tree.size(tx, person), below=tree.below(tx, person, after, SHOWN + 1),
                 refused=named, turned=tree.refused_of(tx, person, NAMED))  # fmt: skip


def _after(visit: Visit) -> After:
    place = _CURSOR.fullmatch(visit.query("after"))
    return (int(place[1]), place[2]) if place else FIRST


def _cursor(found: Sequence[Branch]) -> str:
    """Where the next page of a level begins; empty behind the last."""
    return f"{found[SHOWN - 1].at}-{found[SHOWN - 1].member}" if len(found) > SHOWN else ""


async def show(visit: Visit) -> web.Response:
    """One member with the way up and whom he invited; without one, where to begin."""
    member, text = visit.query("m"), visit.query("q").replace("\0", "").strip()
    if not member:
        return await _begin(visit, text)
    found = await visit.read(_place, member, _after(visit))
    if found is None:
        return visit.go("/value/tree", "bad", "value.tree_gone")
    return await visit.page("value_tree.html", form=await asked(visit), tab="/value/invites",
                            it=found, rows=found.below[:SHOWN], after=_cursor(found.below),
                            later=bool(visit.query("after")), **_words(visit))  # fmt: skip


def _words(visit: Visit) -> dict[str, Any]:
    zone = visit.console.config.timezone
    return {"money": money, "day": lambda at: day(at, zone), "q": "",
            "sees": visit.may(Right.MEMBERS_SEE)}  # fmt: skip


async def _begin(visit: Visit, text: str) -> web.Response:
    """Whom a name finds, or a page of the roots."""
    form = await asked(visit)
    roots: list[Inviter] = []
    if text:
        people_found = await visit.read(directory.search, text, FOUND)
        hits = [(one.id, one.name) for one in people_found]
    else:
        hits = []
        roots = await visit.read(tree.roots, visit.query("after"), SHOWN + 1)
    more = form.link("/value/tree", after=roots[SHOWN - 1].member) if roots[SHOWN:] else ""
    first = form.link("/value/tree") if visit.query("after") else ""
    return await visit.page("value_trees.html", form=form, tab="/value/invites", q=text, hits=hits,
                            roots=roots[:SHOWN], more=more, first=first)  # fmt: skip


async def below(visit: Visit) -> web.Response:
    """A page of one level, for an open page to put in its place."""
    member, after = visit.query("m"), _after(visit)
    if not visit.by_htmx:
        return visit.go(f"/value/tree?{visit.request.query_string}" if member else "/value/tree")
    rows = await visit.read(tree.below, member, after, SHOWN + 1)
    return visit.part("value_branches.html", form=await asked(visit), member=member,
                      rows=rows[:SHOWN], after=_cursor(rows), **_words(visit))  # fmt: skip


SEE = Right.VALUE_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/value/tree", handler=show, needs=SEE),
    Route(method="GET", path="/value/tree/below", handler=below, needs=SEE),
))  # fmt: skip
