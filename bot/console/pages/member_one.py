"""One person: who he is, what is known of him and from whom, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.console import happened
from bot.console.naming import slug
from bot.console.page import BASE, Page, Route
from bot.console.pages import segment_read
from bot.console.pages.campaign_read import names_of, setting_of
from bot.console.pages.circle_asked import titles
from bot.console.pages.inbox_thread import window_of
from bot.console.rights import Right
from bot.console.touching import Care, care
from bot.console.unsent import unsent
from bot.console.visit import Refused, Visit
from bot.core import money
from bot.core.knowing import KNOWN
from bot.core.needs import NEEDS
from bot.store import contacts, honours, lookups, membership, people, persons
from bot.store.engine import Row, Tx
from bot.store.membership import GUESTS, LINES, ORDERS, Record
from scheduler.leeway import Leeway, leeways


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """All that one look finds. ``left``: what personas may still say to him unasked, by the id that
    they know him by; ``tags``: those of the company; ``kind``: words that sell nothing;
    ``community``: what he has in circles."""

    it: Record
    left: Sequence[tuple[str, Leeway]]
    tags: Sequence[Row]
    kind: Care
    community: Sequence[dict[str, Any]]


def at(member: str, path: str = "/members/one", **more: str) -> str:
    """The address of a person's page."""
    return f"{path}?{urlencode({'m': member, **more})}"


def doors(visit: Visit, members: Sequence[str]) -> Mapping[tuple[int, int], str]:
    """The page of each member behind his cell, for whoever may see members."""
    if not visit.may(Right.MEMBERS_SEE):
        return {}
    return {(n, 0): BASE + at(member) for n, member in enumerate(members)}


def person_of(tx: Tx, member: str) -> str:
    """The id of the person whom a form names. Raises Refused."""
    person = persons.person_of(tx, [member])[member] if member else ""
    if people.known(tx, person) is None:
        raise Refused(404, "members.gone")
    return person


async def show(visit: Visit) -> web.Response:
    """All of it, with the latest lines of the timeline."""
    found = await visit.write(_looked, visit, visit.query("m"))
    if found is None:
        raise Refused(404, "members.gone")
    it = found.it
    groups, within = await visit.read(segment_read.of_member, visit, it.id)
    older = at(it.id, BASE + "/members/timeline",
               before="-".join(map(str, it.lines[LINES - 1].mark))) \
        if len(it.lines) > LINES else ""  # fmt: skip
    may = {right.value.rpartition(".")[2]: visit.may(right)
           for right in (Right.MEMBERS_EDIT, Right.MEMBERS_COPY, Right.MEMBERS_ERASE)}  # fmt: skip
    return await visit.page(
        "member.html", it=it, older=older, left=found.left, tags=found.tags, kind=found.kind,
        community=found.community, circles=titles(visit),
        groups=groups, within=within, tag_names={row["id"]: row["name"] for row in found.tags},
        told_of=lambda note: unsent(visit.lang, note),
        lines=[happened.told(visit.lang, line, it.called) for line in it.lines[:LINES]],
        link=lambda id: BASE + at(id), amount=money.amount, slug=slug, names=_facts(it),
        orders=ORDERS, guests=GUESTS, edits=may["edit"], may=may,
        worths=visit.may(Right.VALUE_SEE), talks=visit.may(Right.INBOX_SEE),
        talk_of=membership.talk_of, line_at=line_at, personas=names_of(visit.cast),
        zone=visit.console.config.timezone, needs=list(NEEDS),
    )  # fmt: skip


def line_at(conversation: str, number: int) -> str:
    """Where a message of his stands in the inbox."""
    return f"{BASE}/inbox?c={quote(conversation, safe='')}&at=inbox-{number}"


def _facts(found: Record) -> list[str]:
    """What may be put right: what everybody means the same by, and what is known of him."""
    return sorted({*KNOWN, *(fact.name for fact in found.facts)})


def _looked(tx: Tx, visit: Visit, member: str) -> Found | None:
    """Reads it, and notes who did."""
    it = membership.read(tx, member, visit.now, window_of(visit)) if member else None
    if it is None:
        return None
    lookups.note(tx, visit.who.login, it.id, "member", visit.now, visit.console.config.timezone)
    setting = setting_of(visit, tx)
    left = [(id, one) for id in it.known["ids"] for one in leeways(tx, setting, id)] \
        if setting is not None else []  # fmt: skip
    tags = contacts.tags(tx) if it.friendships else []
    return Found(it=it, left=left, tags=tags, kind=care(tx, visit, it),
                 community=honours.of(tx, it.id))  # fmt: skip


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(Route(method="GET", path="/members/one", handler=show, needs=SEE),))
