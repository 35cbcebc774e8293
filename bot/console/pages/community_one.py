"""One person in a circle's community: what he has, which events gave it, what he may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.community.points import FADE, STAFF
from bot.community.rules import Community
from bot.console import happened
from bot.console.page import Page, Route
from bot.console.pages.activity_read import sheet
from bot.console.pages.activity_run import member_link
from bot.console.pages.campaign_read import setting_of
from bot.console.pages.circle_asked import titles
from bot.console.pages.community_read import (
    Asked,
    activity_titles,
    asked,
    before,
    communities_of,
    link,
    must,
)
from bot.console.pages.value_asked import FILE_MAX
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.core.event import Event
from bot.store import claiming, communitydesk, honours, lookups, people, persons
from bot.store.communitydesk import SHOWN, Earned
from bot.store.engine import Row, Tx
from bot.store.history import Line
from bot.store.honours import Because
from bot.store.membership import Called
from scheduler import entitling


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """``all``: what he has in each circle, ``mine``: in this; ``points`` may have one more than is
    shown; ``because``: the events of the badge or level that is asked for."""

    person: str
    name: str
    all: Sequence[dict[str, Any]]
    mine: dict[str, Any]
    points: Sequence[Earned]
    levels: Sequence[Row]
    badges: Sequence[Row]
    offers: Sequence[claiming.Offer]
    claims: Sequence[Row]
    because: Sequence[Because]


def circle_of(visit: Visit, tx: Tx, member: str) -> Asked:
    """The circle in the address, else the one in which he has most. Raises Refused."""
    if not visit.query("c"):
        mine = [one["circle"] for one in honours.of(tx, member)
                if one["circle"] in communities_of(visit)]  # fmt: skip
        if mine:
            return must(visit, mine[0])
    return must(visit)


def read(tx: Tx, visit: Visit, member: str) -> tuple[Asked, Found]:
    """All of it, and notes who looked. Raises Refused."""
    person = persons.person_of(tx, [member])[member] if member else ""
    if not person or people.known(tx, person) is None:
        raise Refused(404, "members.gone")
    here = circle_of(visit, tx, person)
    lookups.note(tx, visit.who.login, person, "community", visit.now,
                 visit.console.config.timezone)  # fmt: skip
    setting, all_ = setting_of(visit, tx), honours.of(tx, person)
    offers = entitling.offers(tx, setting, person) if setting is not None else []
    return here, Found(
        person=person, name=people.names_of(tx, [person]).get(person, ""), all=all_,
        mine=next((one for one in all_ if one["circle"] == here.id), {}),
        points=communitydesk.points(tx, person, here.id, before(visit), SHOWN + 1),
        levels=communitydesk.levels(tx, person, here.id),
        badges=communitydesk.badges(tx, person, here.id),
        offers=[one for one in offers if one.circle == here.id],
        claims=communitydesk.rights(tx, person, here.id),
        because=_because(tx, visit, here.rules, person),
    )  # fmt: skip


def _because(tx: Tx, visit: Visit, rules: Community, person: str) -> Sequence[Because]:
    """The events that the badge or level in the address rests on."""
    what = visit.query("why")
    if rules.badge(what) is not None:
        return honours.why_badge(tx, person, rules.circle, what)[1]
    return honours.why_level(tx, person, rules.circle, what) if rules.level(what) else ()


async def show(visit: Visit) -> web.Response:
    """The page; ``why`` asks for what a badge or level rests on."""
    if asked(visit) is None:
        raise Refused(404, "communities.gone")
    here, found = await visit.write(read, visit, visit.query("m"))
    rules, last = here.rules, found.points[SHOWN - 1] if len(found.points) > SHOWN else None
    own = {"c": here.id, "m": found.person}
    held = {row["badge"] for row in found.badges if row["until"] is None}
    said = _Said(visit, rules)
    return await visit.page(
        "community_one.html", here=here, rules=rules, it=found, tab="", link=link, own=own,
        why=visit.query("why"), said=said, person=member_link, held=held,
        older=link("/one", **own, before=f"{last.row['at']}~{last.row['cause']}") if last else "",
        newest=link("/one", **own) if visit.query("before") else "",
        points=found.points[:SHOWN], acts=visit.may(Right.COMMUNITY_ACT),
        may_give=[one for one in rules.badges if one.id not in held],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """What the template asks for, in words."""

    visit: Visit
    rules: Community

    def event(self, event: Event | None) -> str:
        """What happened."""
        if event is None:
            return self.visit.t("communities.forgotten")
        places = titles(self.visit) | {event.place: self._place(event.place)}
        names = Called(people={}, places=places, tags={})
        return happened.told(self.visit.lang, Line(0, event), names).text

    def _place(self, place: str) -> str:
        activity, at, key = place.partition("@")
        title = activity_titles(self.visit).get(activity, "")
        return f"{title} {key}" if at and title else titles(self.visit).get(place, place)

    def rule(self, id: str) -> str:
        """By which rule."""
        if id in (STAFF, FADE):
            return self.visit.t(f"communities.rule_{id}")
        return next((one.title for one in self.rules.points.rules if one.id == id), id)

    def less(self, why: str) -> str:
        """Why there are fewer points than the rule says."""
        return self.visit.t(f"points_why.{why}") if why else ""

    def badge(self, id: str) -> str:
        """What a badge is called, with its picture."""
        found = self.rules.badge(id)
        return found.title if found is not None else id

    def level(self, id: str) -> str:
        """What a level is called."""
        found = self.rules.level(id)
        return found.title if found is not None else id


async def save(visit: Visit) -> web.Response:
    """His points with what they come from, as a file."""
    member, zone = visit.query("m"), visit.console.config.timezone
    here = must(visit)
    rows = await visit.read(lambda tx: communitydesk.points(tx, member, here.id, n=FILE_MAX))
    said = _Said(visit, here.rules)
    columns = ("at", "what", "rule", "points", "why", "event")
    return sheet(visit, "points.csv", columns, (
        [stamp(one.row["at"], zone), said.event(one.event), said.rule(one.row["rule"]),
         one.row["amount"], said.less(one.row["why"]), one.row["cause"]]
        for one in rows))  # fmt: skip


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/community/one", handler=show, needs=SEE),
    Route(method="GET", path="/community/points.csv", handler=save, needs=SEE),
))  # fmt: skip
