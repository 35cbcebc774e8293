"""What the private domain is worth in a period: three factors, their product, and the members
behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Entry, Page, Route
from bot.console.pages.member_one import doors
from bot.console.pages.value_asked import (
    FILE_MAX,
    SHOWN,
    Asked,
    Sheet,
    asked,
    day,
    exact,
    money,
    person,
)
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.members.formula import Value, half_up
from bot.store import formula, people
from bot.store.engine import Tx
from bot.store.formula import Line, Part

PARTS: Mapping[str, Part] = {"": "", "stock": "stock", "own": "own", "invited": "invited"}
WORDS = ("who", "since", "part", "inviter")
CELLS = ("member", "name", "since", "part", "inviter", "code")
SUMS = ("paid", "refunded", "cost", "ltv")


@dataclass(frozen=True, slots=True)
class Tile:
    """A factor: its number, how it came about, and where its rows are."""

    name: str
    number: str
    told: str
    link: str


async def show(visit: Visit) -> web.Response:
    """The factors and their product."""
    form = await asked(visit)
    found = await visit.read(formula.of, form.chosen.scope, form.begins, form.ends)
    return await visit.page("value.html", form=form, found=found, tiles=tiles(visit, form, found),
                            tab="/value")  # fmt: skip


def coefficient(found: Value) -> Decimal:
    """With four places."""
    return Decimal(half_up(found.coefficient * 10_000)).scaleb(-4)


def tiles(visit: Visit, form: Asked, found: Value) -> list[Tile]:
    """The factors and their product, each with its rows."""
    rows, t = form.link("/value/rows"), visit.t
    return [
        Tile("members", f"{found.members:,}", t("value.members_told", stock=f"{found.stock:,}",
             own=f"{found.own:,}", invited=f"{found.invited:,}"), rows),
        Tile("ltv", money(half_up(found.ltv)), t("value.ltv_told", n=f"{found.members:,}",
             sum=money(found.contribution)), rows),
        Tile("coefficient", str(coefficient(found)), t("value.coefficient_told",
             invited=f"{found.invited:,}", hosts=f"{found.hosts:,}"),
             form.link("/value/rows", part="invited")),
        Tile("product", money(found.product), t("value.product_told", sum=money(found.contribution),
             factor=coefficient(found)), rows),
    ]  # fmt: skip


async def behind(visit: Visit) -> web.Response:
    """A page of the members behind the factors."""
    form, part = await asked(visit), PARTS.get(visit.query("part"), "")
    span = (form.chosen.scope, form.begins, form.ends)
    found = await visit.read(formula.of, *span)
    rows = await visit.read(formula.rows, *span, part, visit.query("after"), SHOWN + 1)
    shown = rows[:SHOWN]
    names = await visit.read(people.names_of, [one.inviter for one in shown if one.inviter])
    counts = {"": found.members, "stock": found.stock, "own": found.own, "invited": found.invited}
    more = form.link("/value/rows", part=part, after=shown[-1].member) if rows[SHOWN:] else ""
    told = _told(visit, found, part, counts)
    return await visit.page(
        "value_rows.html", form=form, tab="/value", title=visit.t("value.rows_title"), said=told,
        path="/value/rows", sheet=_sheet(visit, shown, names), more=more,
        file=form.link("/value/rows.csv", part=part), first=form.link("/value/rows", part=part),
        chips=[(visit.t(f"value.part_{key or 'all'}"), counts[key],
                form.link("/value/rows", part=key), key == part) for key in PARTS],
        back=(form.link("/value"), visit.t("value.title")),
    )  # fmt: skip


def _told(visit: Visit, found: Value, part: Part, counts: Mapping[str, int]) -> str:
    if part:
        return visit.t("value.rows_part", n=f"{counts[part]:,}", hosts=f"{found.hosts:,}")
    return visit.t("value.rows_sum", n=f"{found.members:,}", sum=money(found.contribution))


def _sheet(visit: Visit, rows: Sequence[Line], names: Mapping[str, str]) -> Sheet:
    zone, t = visit.console.config.timezone, visit.t
    cells = [[person(one.name, one.member), day(one.first_at, zone), t(f"value.part_{one.part}"),
              names.get(one.inviter, "") or one.inviter, *(money(n) for n in _numbers(one))]
             for one in rows]  # fmt: skip
    sums = [money(sum(column)) for column in zip(*map(_numbers, rows), strict=True)]
    return Sheet(head=[t(f"value.c_{name}") for name in (*WORDS, *SUMS)], rows=cells,
                 words=len(WORDS), foot=[t("value.page_sum"), "", "", "", *sums],
                 links=doors(visit, [one.member for one in rows]))  # fmt: skip


def _numbers(one: Line) -> tuple[int, ...]:
    return (one.paid, one.refunded, one.cost, one.ltv)


async def save(visit: Visit) -> web.Response:
    """The same members as a file, at most FILE_MAX of them."""
    form, part = await asked(visit), PARTS.get(visit.query("part"), "")
    t, zone = visit.t, visit.console.config.timezone

    def look(tx: Tx) -> list[Line]:
        every: Iterable[Line] = formula.every(tx, form.chosen.scope, form.begins, form.ends, part)
        return list(islice(every, FILE_MAX))

    head: list[object] = [t(f"value.c_{name}") for name in (*CELLS, *SUMS)]
    rows = ([one.member, one.name, day(one.first_at, zone), t(f"value.part_{one.part}"),
             one.inviter, one.code, *map(exact, _numbers(one))]
            for one in await visit.read(look))  # fmt: skip
    return visit.csv("value-members.csv", BOM + lines([head, *rows]))


SEE = Right.VALUE_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/value", handler=show, needs=SEE),
        Route(method="GET", path="/value/rows", handler=behind, needs=SEE),
        Route(method="GET", path="/value/rows.csv", handler=save, needs=SEE),
    ),
    entry=Entry(path="/value", name="value.title", needs=SEE, order=28, key="v"),
)
