"""A circle's community: levels and badges with how many have them, the wall of honour, who has
most, code-names, rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console import deciders
from bot.console.cells import BOM, lines
from bot.console.communitied import badge_words, level_words, point_words, right_words
from bot.console.page import Entry, Page, Route
from bot.console.pages.activity_read import sheet
from bot.console.pages.activity_run import member_link
from bot.console.pages.community_read import (
    TOPIC,
    activity_titles,
    asked,
    before,
    link,
    must,
)
from bot.console.pages.value_asked import FILE_MAX
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.core.clock import DAY
from bot.store import communitydesk, honours
from bot.store.communitydesk import SHOWN
from bot.store.engine import Row, Tx
from bot.store.staff import Account

KIND = "community"
SPANS = ("7", "30", "90")  # days of the leaderboard; else all


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """How many have what."""

    levels: dict[str, int]
    badges: dict[str, int]
    earners: int
    named: int
    taken: dict[str, int]


def _over(tx: Tx, circle: str) -> Over:
    levels, badges = honours.counts(tx, circle)
    return Over(levels=levels, badges=badges, earners=communitydesk.earners(tx, circle),
                named=communitydesk.names_count(tx, circle),
                taken=communitydesk.taken(tx, circle))  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The overview: levels, badges, and the rules as they serve."""
    here = asked(visit)
    if here is None:
        return await visit.page("communities.html", here=None, tab="")
    lang, titles, rules = visit.lang, activity_titles(visit), here.rules
    return await visit.page(
        "communities.html", here=here, rules=rules, tab="", link=link,
        over=await visit.read(_over, here.id),
        points=[(one, point_words(lang, one, titles)) for one in rules.points.rules],
        level_words=lambda one: level_words(lang, one, titles),
        badge_words=lambda one: badge_words(lang, one, titles),
        acts=visit.may(Right.COMMUNITY_ACT), edits=visit.may(Right.CONTENT_EDIT),
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """Levels, badges and rights with how many have them, as a file."""
    here, t = must(visit), visit.t
    over = await visit.read(_over, here.id)
    rows: list[Sequence[object]] = [
        *((t("communities.level"), one.id, one.title, over.levels.get(one.id, 0))
          for one in here.rules.levels),
        *((t("communities.badge"), one.id, one.title, over.badges.get(one.id, 0))
          for one in here.rules.badges),
        *((t("communities.right"), one.id, one.title, over.taken.get(one.id, 0))
          for one in here.rules.rights),
    ]  # fmt: skip
    head = [t("activity_column.table"), t("activity_column.id"), t("communities.title_of"),
            t("activity_column.number")]  # fmt: skip
    return visit.csv("community.csv", BOM + lines([head, *rows]))


async def top(visit: Visit) -> web.Response:
    """Who has the most points, of all or of some days."""
    here = must(visit)
    days = visit.query("days") if visit.query("days") in SPANS else ""
    rows = await visit.read(_top, visit, here.id, days, SHOWN)
    return await visit.page("community_top.html", here=here, tab="/top", link=link, rows=rows,
                            days=days, spans=SPANS, person=member_link,
                            level_of=lambda id: _title(here.rules.level(id), id))  # fmt: skip


def _top(tx: Tx, visit: Visit, circle: str, days: str, n: int) -> list[Row]:
    return honours.top(tx, circle, n, visit.now - int(days) * DAY if days else None)


def _title(found: Any, id: str) -> str:
    return found.title if found is not None else id


async def save_top(visit: Visit) -> web.Response:
    """The same as a file."""
    here = must(visit)
    days = visit.query("days") if visit.query("days") in SPANS else ""
    rows = await visit.read(_top, visit, here.id, days, FILE_MAX)
    columns = ("place", "member", "name", "codename", "points", "level")
    return sheet(visit, "leaderboard.csv", columns, (
        [n, row["member"], row["name"] or "", row["codename"] or "", row["points"],
         _title(here.rules.level(row["level"]), row["level"])]
        for n, row in enumerate(rows, 1)))  # fmt: skip


async def wall(visit: Visit) -> web.Response:
    """The wall of honour, the latest first."""
    here = must(visit)
    rows = await visit.read(lambda tx: honours.wall(tx, here.rules, SHOWN))
    return await visit.page("community_wall.html", here=here, tab="/wall", link=link, rows=rows,
                            badges={one.id: one for one in here.rules.badges}, person=member_link,
                            honours=[one for one in here.rules.badges if one.honour])  # fmt: skip


async def save_wall(visit: Visit) -> web.Response:
    """The same as a file."""
    here, zone = must(visit), visit.console.config.timezone
    rows = await visit.read(lambda tx: honours.wall(tx, here.rules, FILE_MAX))
    columns = ("member", "name", "codename", "badge", "at", "by", "why")
    return sheet(visit, "wall.csv", columns, (
        [row["member"], row["name"] or "", row["codename"] or "",
         _title(here.rules.badge(row["badge"]), row["badge"]), stamp(row["at"], zone),
         visit.t(f"communities.given_{row['given']}"), row["why"]] for row in rows))  # fmt: skip


async def holders(visit: Visit) -> web.Response:
    """Who is at a level (``level``) or has a badge (``badge``)."""
    here, after = must(visit), visit.query("after")
    level, badge = visit.query("level"), visit.query("badge")
    found = here.rules.badge(badge) if badge else here.rules.level(level)
    rows = await visit.read(_holders, here.id, level, badge, after, SHOWN + 1)
    which = {"badge": badge} if badge else {"level": level}
    more = link("/holders", c=here.id, after=rows[SHOWN - 1]["member"], **which) \
        if len(rows) > SHOWN else ""  # fmt: skip
    return await visit.page(
        "community_holders.html", here=here, tab="", link=link, rows=rows[:SHOWN], more=more,
        title=_title(found, badge or level), badge=badge, person=member_link,
        first=link("/holders", c=here.id, **which) if after else "",
        file=link("/holders.csv", c=here.id, **which),
    )  # fmt: skip


def _holders(tx: Tx, circle: str, level: str, badge: str, after: str, n: int) -> list[Row]:
    if badge:
        return communitydesk.holders(tx, circle, badge, after, n)
    return communitydesk.at_level(tx, circle, level, after, n)


async def save_holders(visit: Visit) -> web.Response:
    """The same as a file."""
    here, zone = must(visit), visit.console.config.timezone
    rows = await visit.read(_holders, here.id, visit.query("level"), visit.query("badge"), "",
                            FILE_MAX)  # fmt: skip
    columns = ("member", "name", "codename", "at", "points", "by", "why")
    return sheet(visit, "holders.csv", columns, (
        [row["member"], row["name"] or "", row["codename"] or "",
         stamp(row["at"], zone) if row["at"] is not None else "", row.get("points", ""),
         visit.t(f"communities.given_{row['given']}") if "given" in row else "",
         row.get("why", "")] for row in rows))  # fmt: skip


async def names(visit: Visit) -> web.Response:
    """Code-names in their order."""
    here, after = must(visit), visit.query("after")
    rows = await visit.read(lambda tx: communitydesk.names(tx, here.id, after, SHOWN + 1))
    more = link("/names", c=here.id, after=rows[SHOWN - 1]["name"]) if len(rows) > SHOWN else ""
    return await visit.page("community_names.html", here=here, tab="/names", link=link,
                            rows=rows[:SHOWN], more=more, person=member_link,
                            first=link("/names", c=here.id) if after else "",
                            pool=here.rules.codenames.pool)  # fmt: skip


async def save_names(visit: Visit) -> web.Response:
    """The same as a file."""
    here, zone = must(visit), visit.console.config.timezone
    rows = await visit.read(lambda tx: communitydesk.names(tx, here.id, "", FILE_MAX))
    columns = ("codename", "member", "name", "at")
    return sheet(visit, "codenames.csv", columns, (
        [row["name"], row["member"], row["called"] or "", stamp(row["at"], zone)]
        for row in rows))  # fmt: skip


async def rights(visit: Visit) -> web.Response:
    """Rights with what is left of them, and who took which."""
    here, right = must(visit), visit.query("right")
    rows, taken = await visit.read(lambda tx: (
        communitydesk.claims(tx, here.id, right, before(visit), SHOWN + 1),
        communitydesk.taken(tx, here.id)))  # fmt: skip
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    lang, titles = visit.lang, activity_titles(visit)
    return await visit.page(
        "community_rights.html", here=here, tab="/rights", link=link, rows=rows[:SHOWN],
        taken=taken, right=right, person=member_link, acts=visit.may(Right.COMMUNITY_ACT),
        words=lambda one: right_words(lang, one, titles),
        called={one.id: one.title for one in here.rules.rights},
        more=link("/rights", c=here.id, right=right, before=f"{last['at']}~{last['event']}")
        if last else "",
        first=link("/rights", c=here.id, right=right) if visit.query("before") else "",
    )  # fmt: skip


async def save_rights(visit: Visit) -> web.Response:
    """Claims as a file."""
    here, zone = must(visit), visit.console.config.timezone
    rows = await visit.read(lambda tx: communitydesk.claims(tx, here.id, visit.query("right"),
                                                            n=FILE_MAX))  # fmt: skip
    columns = ("right", "member", "name", "at", "cost", "back")
    return sheet(visit, "rights.csv", columns, (
        [_title(here.rules.right(row["entitled"]), row["entitled"]), row["member"],
         row["name"] or "", stamp(row["at"], zone), row["cost"],
         stamp(row["until"], zone) if row["until"] is not None else ""]
        for row in rows))  # fmt: skip


def _waiting(tx: Tx, who: Account, now: int) -> int:
    return deciders.waiting(tx, who, KIND)


SEE = Right.MEMBERS_SEE
PAGE = Page(
    routes=tuple(Route(method="GET", path=f"/community{path}", handler=handler, needs=SEE)
                 for path, handler in (
        ("", show), (".csv", save), ("/top", top), ("/top.csv", save_top), ("/wall", wall),
        ("/wall.csv", save_wall), ("/holders", holders), ("/holders.csv", save_holders),
        ("/names", names), ("/names.csv", save_names), ("/rights", rights),
        ("/rights.csv", save_rights))),
    entry=Entry(path="/community", name="communities.title", needs=SEE, order=27, key="q",
                count=_waiting, topics=(TOPIC,)),
    topics={TOPIC: SEE},
)  # fmt: skip
