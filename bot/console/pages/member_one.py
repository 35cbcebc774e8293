"""One person: who he is, what is known of him and from whom, and all that happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web

from bot.console import happened
from bot.console.happened import Told
from bot.console.naming import slug
from bot.console.page import BASE, Page, Route
from bot.console.pages import segment_read
from bot.console.pages.inbox_thread import window_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core import money
from bot.core.knowing import KNOWN
from bot.store import history, lookups, membership, people, persons
from bot.store.engine import Tx
from bot.store.history import Line
from bot.store.membership import GUESTS, LINES, ORDERS, Called, Record

PAGE_LINES = 50
_CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,16})")
Mark = tuple[int, int]


def at(member: str, path: str = "/members/one", **more: str) -> str:
    """The address of a person's page."""
    return f"{path}?{urlencode({'m': member, **more})}"


async def show(visit: Visit) -> web.Response:
    """All of it, with the latest lines of the timeline."""
    found = await visit.write(_looked, visit, visit.query("m"))
    if found is None:
        raise Refused(404, "members.gone")
    groups, within = await visit.read(segment_read.of_member, visit, found.id)
    older = at(found.id, BASE + "/members/timeline", before=_mark(found.lines[LINES - 1])) \
        if len(found.lines) > LINES else ""  # fmt: skip
    return await visit.page(
        "member.html", it=found, lines=_told(visit, found.lines[:LINES], found.called), older=older,
        link=lambda id: BASE + at(id), amount=money.amount, slug=slug, names=_facts(found),
        orders=ORDERS, guests=GUESTS, edits=visit.may(Right.MEMBERS_EDIT),
        talks=visit.may(Right.INBOX_SEE), talk_of=membership.talk_of, groups=groups, within=within,
    )  # fmt: skip


def _facts(found: Record) -> list[str]:
    """What may be put right: what everybody means the same by, and what is known of him."""
    return sorted({*KNOWN, *(fact.name for fact in found.facts)})


def _looked(tx: Tx, visit: Visit, member: str) -> Record | None:
    """Reads it, and notes who did."""
    found = membership.read(tx, member, visit.now, window_of(visit)) if member else None
    if found is not None:
        _note(tx, visit, found.id, "member")
    return found


def _note(tx: Tx, visit: Visit, person: str, page: str) -> None:
    lookups.note(tx, visit.who.login, person, page, visit.now, visit.console.config.timezone)


async def timeline(visit: Visit) -> web.Response:
    """A page of what happened, the latest first, behind a line."""
    place = _CURSOR.fullmatch(visit.query("before"))
    before = (int(place[1]), int(place[2])) if place else None
    found = await visit.write(_page, visit, visit.query("m"), before)
    if found is None:
        raise Refused(404, "members.gone")
    person, name, lines, called = found
    here = BASE + at(person, "/members/timeline")
    older = f"{here}&before={_mark(lines[PAGE_LINES - 1])}" if len(lines) > PAGE_LINES else ""
    return await visit.page(
        "member_timeline.html", person=person, name=name, older=older,
        lines=_told(visit, lines[:PAGE_LINES], called), link=lambda id: BASE + at(id),
        newest=here if before else "",
    )  # fmt: skip


def _page(
    tx: Tx, visit: Visit, member: str, before: Mark | None
) -> tuple[str, str, Sequence[Line], Called] | None:  # fmt: skip
    ids = persons.ids_of(tx, member)
    row = people.known(tx, ids[0])
    if row is None:
        return None
    _note(tx, visit, ids[0], "timeline")
    lines = history.timeline(tx, ids, before, PAGE_LINES + 1)
    return ids[0], row["name"], lines, membership.called(tx, lines)


def _mark(line: Line) -> str:
    return "-".join(map(str, line.mark))


def _told(visit: Visit, lines: Sequence[Line], called: Called) -> list[Told]:
    return [happened.told(visit.lang, line, called) for line in lines]


SEE = Right.MEMBERS_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/members/one", handler=show, needs=SEE),
        Route(method="GET", path="/members/timeline", handler=timeline, needs=SEE),
    )
)
