"""The tiles of the first page: each one screen's numbers in short, with the way to the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.console import refusing
from bot.console.campaigning import code_words
from bot.console.kept import Made
from bot.console.page import BASE
from bot.console.pages import (
    circle_flow,
    circle_ledger,
    figures_personas,
    figures_tables,
    group_health,
    value,
)
from bot.console.pages.circle_asked import at, carrier, span_of
from bot.console.pages.figures import asked as days_asked
from bot.console.pages.inbox_thread import setting_of
from bot.console.pages.refusals import asked as refusals_asked
from bot.console.pages.value_asked import asked as value_asked
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.clock import DAY, local
from bot.library.mixing import FeedMix, Week, mixes, reach
from bot.members.flowing import Cell
from bot.members.formula import Value
from bot.members.ledger import Part, summed
from bot.store import figures, flowing, formula, governor, grouphealth, ledger, views
from bot.store import mix as posts
from bot.store.engine import Tx

ROWS, REASONS = 4, 3
# What the first of the tiles begins with: no sale is among them.
SERVICE = ("staff_p50", "bot_p50", "two_way", "effective", "in_time", "rating", "handoff",
           "opt_out")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number that matters, and where its rows are; ``path`` may be empty."""

    words: str
    number: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line below the numbers. ``kind``: good, wait, bad or none."""

    words: str
    told: str
    path: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One of them; ``waits``: it is still being made, and comes when somebody asks again."""

    path: str
    numbers: Sequence[Number] = ()
    rows: Sequence[Row] = ()
    waits: bool = False


async def _service(visit: Visit) -> Tile:
    form = days_asked(visit)
    zone = visit.console.config.timezone
    report = await visit.read(figures.report, form.begins, form.ends, visit.now, zone, form.chosen)
    view = figures_tables.View(visit, report)
    path = form.link("/figures")
    return Tile(path=path, numbers=[Number(view.title(name), view.number(name), path)
                                    for name in SERVICE])  # fmt: skip


async def _personas(visit: Visit) -> Tile:
    form = days_asked(visit)
    found = await figures_personas.did(visit, form)
    rows = [Row(one.name, visit.t("tile.did_upset" if one.complaints else "tile.did",
                talk=f"{one.value('talk') or 0:,}", handoff=f"{one.value('handoff') or 0:,}",
                posts=one.posts, complaints=one.complaints),
                form.link("/figures", persona=one.id) if one.id else "",
                "bad" if one.complaints else "")
            for one in found[:ROWS]]  # fmt: skip
    return Tile(path=form.link("/figures/personas"), rows=rows)


async def _value(visit: Visit) -> Tile:
    form = await value_asked(visit)
    key = ("value", form.begins, form.ends)
    made: Made[Value] | None = await visit.console.kept.soon(
        key, lambda: visit.read(formula.of, form.chosen.scope, form.begins, form.ends)
    )
    if made is None:
        return Tile(path=form.link("/value"), waits=True)
    return Tile(path=form.link("/value"), numbers=[
        Number(visit.t(f"value.f_{one.name}"), one.number, one.link)
        for one in value.tiles(visit, form, made.value)])  # fmt: skip


async def _flow(visit: Visit) -> Tile:
    span = span_of(visit)
    path = span.link("/circles/ledger", kind="brand")

    def read(tx: Tx) -> tuple[Part, Sequence[Cell]]:
        brand = ledger.of_brand(tx, span.days)
        return summed(brand), flowing.matrix(tx, span.begins, span.ends,
                                             circle_flow.codes_of(visit))  # fmt: skip

    key = ("flow", span.begins, span.ends)
    made = await visit.console.kept.soon(key, lambda: visit.read(read))
    if made is None:
        return Tile(path=path, waits=True)
    part, cells = made.value
    numbers = [Number(visit.t(f"circles.c_{name}"), f"{getattr(part, name):,}",
                      span.link("/circles/rows", kind="brand", what=name))
               for name in circle_ledger.COLUMNS]  # fmt: skip
    best = sorted(cells, key=lambda one: (-one.n, one.source, one.target))[:ROWS]
    rows = [Row(visit.t("tile.way", source=carrier(visit, one.source),
                        target=carrier(visit, one.target)), f"{one.n:,}",
                span.link("/circles/flow/rows", dir=one.direction, source=one.source,
                          target=one.target)) for one in best]  # fmt: skip
    return Tile(path=path, numbers=numbers, rows=rows)


async def _health(visit: Visit) -> Tile:
    """The first groups, as their page has them; the worst of them first."""
    path = f"{BASE}/group-health"
    if visit.cast is None:
        return Tile(path=path)

    def read(tx: Tx) -> list[group_health.Group]:
        rows = grouphealth.chats(tx, "", group_health.SHOWN)
        return group_health.groups(tx, visit, rows)

    made = await visit.console.kept.soon("health", lambda: visit.read(read))
    if made is None:
        return Tile(path=path, waits=True)
    found: list[group_health.Group] = made.value
    numbers = [Number(visit.t(f"tile.groups_{kind or 'none'}"),
                      f"{sum(one.kind == kind for one in found):,}", path)
               for kind in ("good", "wait", "bad", "")]  # fmt: skip
    weak = sorted((one for one in found if one.kind in ("bad", "wait")),
                  key=lambda one: (one.health.score or 0, one.row["id"]))[:REASONS]  # fmt: skip
    rows = [Row(one.row["name"] or one.row["id"], str(one.health.score),
                BASE + at("/group-health/one", g=one.row["id"]), one.kind)
            for one in weak]  # fmt: skip
    return Tile(path=path, numbers=numbers if found else (), rows=rows)


async def _mix(visit: Visit) -> Tile:
    """This week's feeds: how many posts, how much of it sells, against the cap."""
    config, zone = visit.console.config, visit.console.config.timezone
    week = Week.of(local(visit.now, zone).date(), zone)
    setting, rows = await visit.read(lambda tx: (
        setting_of(visit, tx), posts.sent(tx, *reach(config.mix, week, visit.now))))  # fmt: skip
    if setting is None:
        return Tile(path=f"{BASE}/mix")
    found = await asyncio.to_thread(mixes, setting, rows, config.mix, week, None)
    names = {key: script.persona.name for key, script in setting.cast.scripts.items()}
    return Tile(path=f"{BASE}/mix", rows=[_feed(visit, one, names) for one in found])


def _feed(visit: Visit, one: FeedMix, names: Mapping[str, str]) -> Row:
    cap = visit.console.config.mix.cap(one.persona, one.feed)
    share = sum(post.sells for post in one.planned) / len(one.planned) if one.planned else 0.0
    told = visit.t("tile.mix", n=len(one.planned), sells=round(100 * share), cap=round(100 * cap))
    feed = visit.t(f"mix.feed_{one.feed}")
    return Row(visit.t("tile.feed", name=names.get(one.persona, one.persona), feed=feed), told,
               f"{BASE}/mix?p={one.persona}", "bad" if share > cap else "")  # fmt: skip


async def _delivery(visit: Visit) -> Tile:
    """Where messages stand, and why the governor held others back."""
    form = refusals_asked(visit)

    def read(tx: Tx) -> tuple[views.Delivery, list[governor.Refused]]:
        rows = governor.refusals(tx, form.since.isoformat(), form.until.isoformat())
        return views.delivery(tx, visit.now - 7 * DAY), list(rows)

    now, refused = await visit.read(read)
    tasks = f"{BASE}/tasks" if visit.may(Right.TASKS_SEE) else ""
    given_up = f"{BASE}/given-up" if visit.may(Right.INBOX_SEE) else ""
    unsure = f"{given_up}?s=unsure" if given_up else tasks
    numbers = [Number(visit.t(f"tile.{name}"), _most(getattr(now, name)), path)
               for name, path in (("ready", ""), ("taps", tasks), ("unsure", unsure),
                                  ("failed", given_up))]  # fmt: skip
    rows = [Row(code_words(visit.lang, one.key), visit.t("tile.held", no=one.no, later=one.later),
                form.link(code=one.key))
            for one in refusing.sums(refused, lambda each: each.code)[:REASONS]]  # fmt: skip
    return Tile(path=form.link(), numbers=numbers, rows=rows)


def _most(n: int) -> str:
    return f"{n:,}" if n < views.MOST else f"{views.MOST - 1}+"


Make = Callable[[Visit], Awaitable[Tile]]
TILES: Mapping[str, tuple[Right, Make]] = {
    "service": (Right.FIGURES_SEE, _service), "personas": (Right.FIGURES_SEE, _personas),
    "value": (Right.VALUE_SEE, _value), "flow": (Right.MEMBERS_SEE, _flow),
    "health": (Right.MEMBERS_SEE, _health), "mix": (Right.CONTENT_SEE, _mix),
    "delivery": (Right.PLAN_SEE, _delivery),
}  # fmt: skip
FIRST: Mapping[str, Sequence[str]] = {"content": ("mix", "delivery"), "brand": ("mix", "value")}


def shown(visit: Visit) -> list[str]:
    """The names of those that somebody may see, his own first."""
    first = FIRST.get(visit.who.role, ())
    names = dict.fromkeys((*first, *TILES))
    return [name for name in names if visit.may(TILES[name][0])]
