"""The content mix of a week: what is planned and what went out, what is wrong, what to add."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.console.charts.pairs import Pair, Picture, pairs
from bot.console.page import Entry, Page, Route
from bot.console.pages.content import at
from bot.console.pages.inbox_thread import setting_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.words import said_or
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.library.mixing import FeedMix, Week, mixes, reach
from bot.library.speech import Setting
from bot.store import mix as posts
from bot.store.engine import Tx
from bot.store.mix import Sent
from bot.studio.mix import Post, Share
from bot.studio.template import GENRES


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A feed with its pictures: genres, origins, and what sells against its cap. ``missing``:
    genres of which the week has nothing."""

    mix: FeedMix
    name: str
    genres: Picture
    origins: Picture
    selling: Picture
    cap: float
    missing: Sequence[str]
    days: Sequence[tuple[int, Sequence[Post]]]


async def show(visit: Visit) -> web.Response:
    """The week in the address, or this one; ``p`` names one persona."""
    zone, config = visit.console.config.timezone, visit.console.config
    try:
        asked = visit.query("week")
        week = Week.parse(asked, zone) if asked else Week.of(local(visit.now, zone).date(), zone)
    except BadInput:
        raise Refused(404, "mix.no_week") from None

    def read(tx: Tx) -> tuple[Setting | None, Sequence[Sent]]:
        return setting_of(visit, tx), posts.sent(tx, *reach(config.mix, week, visit.now))

    setting, rows = await visit.read(read)
    cast, asked = visit.cast, visit.query("p")
    names = {key: script.persona.name for key, script in cast.scripts.items()} if cast else {}
    persona = asked if asked in names else None
    found: Sequence[FeedMix] = ()
    if setting is not None:
        found = await asyncio.to_thread(mixes, setting, rows, config.mix, week, persona)
    monday = local(week.start, zone).date()
    beside = [Week.of(monday + timedelta(days=days), zone).name for days in (-7, 7)]
    feeds = [_shown(visit, one, names) for one in found]
    return await visit.page(
        "mix.html", week=week, beside=beside, names=names, persona=persona or "", feeds=feeds,
        monday=monday, clock=lambda at: local(at, zone).strftime("%m-%d %H:%M"), at=at,
        dates=[(monday + timedelta(days=day)).strftime("%m-%d") for day in range(7)],
    )  # fmt: skip


def _shown(visit: Visit, one: FeedMix, names: dict[str, str]) -> Shown:
    cap = visit.console.config.mix.cap(one.persona, one.feed)
    selling = [_selling(one.planned), _selling(one.sent)]
    told = "{:.0%} / {:.0%}".format(*selling)
    row = Pair(visit.t("mix.sells"), selling[0], selling[1], told)
    there = {share.name for share in (*one.genres(), *one.genres(sent=True))}
    return Shown(
        missing=[genre for genre in GENRES if there and genre not in there], mix=one,
        name=names.get(one.persona, one.persona), cap=cap,
        genres=_picture(visit, "content_genre", one.genres(), one.genres(sent=True)),
        origins=_picture(visit, "mix_origin", one.origins(), one.origins(sent=True)),
        selling=pairs([row], 1.0, cap), days=_days(visit, one),
    )  # fmt: skip


def _selling(found: Sequence[Post]) -> float:
    return sum(post.sells for post in found) / len(found) if found else 0.0


def _picture(visit: Visit, noun: str, plan: Sequence[Share], sent: Sequence[Share]) -> Picture:
    planned = {one.name: one.number for one in plan}
    went = {one.name: one.number for one in sent}
    return pairs([Pair(said_or(visit.lang, f"{noun}.{name}", name), planned.get(name, 0),
                       went.get(name, 0), f"{planned.get(name, 0)} / {went.get(name, 0)}")
                  for name in dict.fromkeys((*planned, *went))])  # fmt: skip


def _days(visit: Visit, one: FeedMix) -> Sequence[tuple[int, Sequence[Post]]]:
    """What is planned, and what went out without a plan, by weekday."""
    zone = visit.console.config.timezone
    sent = [post for post in one.sent if not post.entry]
    every = sorted((*one.planned, *sent), key=lambda post: post.at)
    return [(day, [post for post in every if local(post.at, zone).weekday() == day])
            for day in range(7)]  # fmt: skip


SEE = Right.CONTENT_SEE
PAGE = Page(
    routes=(Route(method="GET", path="/mix", handler=show, needs=SEE),),
    entry=Entry(path="/mix", name="mix.title", needs=SEE, order=50, key="x"),
)
