"""What the pages of communities have in common: the circle that is asked for, and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.community.rules import Community
from bot.console.page import BASE
from bot.console.pages.circle_asked import titles
from bot.console.visit import Refused, Visit, whole
from bot.store.communitydesk import END, Place

TOPIC = "community"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The circle whose community is looked at. ``circles``: all that have rules, by their title."""

    rules: Community
    circles: Mapping[str, str]

    @property
    def id(self) -> str:
        """The circle."""
        return self.rules.circle

    @property
    def title(self) -> str:
        """What people call it."""
        return self.circles[self.id]


def communities_of(visit: Visit) -> Mapping[str, Community]:
    """The rules that serve, by circle."""
    return visit.cast.communities if visit.cast is not None else {}


def asked(visit: Visit, named: str = "") -> Asked | None:
    """The circle in the address, else the first; None where no circle has rules. Raises Refused."""
    rules, names = communities_of(visit), titles(visit)
    wanted = named or visit.query("c")
    if wanted and wanted not in rules:
        raise Refused(404, "communities.gone")
    if not rules:
        return None
    circles = {id: names.get(id, id) for id in sorted(rules)}
    return Asked(rules=rules[wanted or next(iter(circles))], circles=circles)


def must(visit: Visit, named: str = "") -> Asked:
    """The same where there has to be one."""
    found = asked(visit, named)
    if found is None:
        raise Refused(404, "communities.gone")
    return found


def at(page: str = "", **more: str) -> str:
    """The address of a page of communities."""
    query = urlencode({key: value for key, value in more.items() if value})
    return f"/community{page}{'?' if query else ''}{query}"


def link(page: str = "", **more: str) -> str:
    """The same, from outside."""
    return BASE + at(page, **more)


def activity_titles(visit: Visit) -> dict[str, str]:
    """What people call the activities."""
    rows = visit.cast.activities.items() if visit.cast is not None else ()
    return {id: one.title for id, one in rows}


def before(visit: Visit) -> Place:
    """The place before which a page begins."""
    moment, _, name = visit.request.query.get("before", "")[:500].partition("~")
    number = whole(moment)
    return Place(number, name) if number is not None else Place(END, "")
