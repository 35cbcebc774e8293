"""All that happened with one person: by kind, account and days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console import happened
from bot.console.happened import Told
from bot.console.page import BASE, Page, Route
from bot.console.pages.member_one import at
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import day_begins
from bot.core.clock import DAY
from bot.core.event import Happened as H
from bot.store import history, lookups, membership, people, persons
from bot.store.engine import Tx
from bot.store.history import Line, Which
from bot.store.membership import Called

PAGE_LINES = 50
_CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,16})")
Mark = tuple[int, int]
# What staff choose from; every kind of event stands in one of them.
KINDS: Mapping[str, tuple[H, ...]] = {
    "words": (H.INBOUND, H.OUTBOUND),
    "orders": (H.ORDERED, H.REFUNDED, H.CALLED_OFF, H.LINKED, H.UNLINKED),
    "friends": (H.ADDED, H.PARTED, H.JOINED, H.LEFT, H.HANDED),
    "circles": (H.ENTERED, H.WITHDREW, H.APPLIED, H.REJECTED, H.LED, H.ROLE, H.UNROLE),
    "doings": (H.LIKED, H.COMMENTED, H.CLICKED, H.READ, H.LEARNED, H.INVITED, H.SHARED),
    "known": (H.FACT, H.UNFACT, H.NEED, H.FEEDBACK, H.UNNOTED, H.TAGGED, H.UNTAGGED, H.IMPORTED,
              H.MERGED, H.UNMERGED),
    "consents": (H.CONSENTED, H.REFUSED),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The filter as it was filled in. ``fault``: the day that is none."""

    person: str
    kind: str = ""
    account: str = ""
    since: str = ""
    until: str = ""
    fault: str = ""

    def link(self, **more: str) -> str:
        """An address with the same filter."""
        own = {name: getattr(self, name) for name in ("kind", "account", "since", "until")}
        query = {key: value for key, value in ({"m": self.person} | own | more).items() if value}
        return f"{BASE}/members/timeline?{urlencode(query)}"

    @property
    def filters(self) -> bool:
        """Whether anything is left out."""
        return bool(self.kind or self.account or self.since or self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lived:
    """A page of it: one line more than is shown."""

    person: str
    name: str
    accounts: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    called: Called


def mark(line: Line) -> str:
    """Where the next page begins, as addresses have it."""
    return "-".join(map(str, line.mark))


def told(visit: Visit, lines: Sequence[Line], called: Called) -> list[Told]:
    """Lines as sentences."""
    return [happened.told(visit.lang, line, called) for line in lines]


def _asked(visit: Visit) -> tuple[Asked, Which]:
    values = {name: visit.query(name).strip() for name in ("kind", "account", "since", "until")}
    zone, fault, since, until = visit.console.config.timezone, "", 0, history.END
    try:
        since = day_begins(values["since"], zone) if values["since"] else 0
        until = day_begins(values["until"], zone) + DAY if values["until"] else history.END
    except (ValueError, OverflowError):
        fault = visit.t("audit.no_day")
    which = Which(kinds=KINDS.get(values["kind"], tuple(H)), account=values["account"] or None,
                  since=since, until=until)  # fmt: skip
    return Asked(person=visit.query("m"), fault=fault, **values), which


async def show(visit: Visit) -> web.Response:
    """A page of what happened, the latest first, behind a line."""
    place = _CURSOR.fullmatch(visit.query("before"))
    before = (int(place[1]), int(place[2])) if place else None
    asked, which = _asked(visit)
    found = await visit.write(_page, visit, asked.person, before, which)
    if found is None:
        raise Refused(404, "members.gone")
    more = len(found.lines) > PAGE_LINES
    return await visit.page(
        "member_timeline.html", it=found, asked=asked, kinds=list(KINDS),
        older=asked.link(before=mark(found.lines[PAGE_LINES - 1])) if more else "",
        lines=told(visit, found.lines[:PAGE_LINES], found.called),
        link=lambda id: BASE + at(id), newest=asked.link() if before else "",
    )  # fmt: skip


def _page(tx: Tx, visit: Visit, member: str, before: Mark | None, which: Which) -> Lived | None:
    ids = persons.ids_of(tx, member)
    row = people.known(tx, ids[0])
    if row is None:
        return None
    lookups.note(tx, visit.who.login, ids[0], "timeline", visit.now,
                 visit.console.config.timezone)  # fmt: skip
    lines = history.timeline(tx, ids, before, PAGE_LINES + 1, which)
    return Lived(person=ids[0], name=row["name"], lines=lines, accounts=history.accounts(tx, ids),
                 called=membership.called(tx, lines))  # fmt: skip


PAGE = Page(routes=(
    Route(method="GET", path="/members/timeline", handler=show, needs=Right.MEMBERS_SEE),
))  # fmt: skip
