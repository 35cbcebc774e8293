"""The people of a scope as buyers: cohorts, groups, buying again, how far they come with each
category; and who stands behind each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
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
from bot.console.pages.value_groups import squares
from bot.console.pages.value_tables import (
    TABLES,
    Buyers,
    back_curve,
    bought_again,
    charts,
)
from bot.console.reckoned import Reckoning
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.clock import DAY
from bot.core.rfm import GROUPS
from bot.members.lives import CURVE, Life, chosen
from bot.store import journeys, lives, people
from bot.store.engine import Tx

# What may be asked of the rows behind a number.
WANTED = ("month", "group", "buyers", "within", "ripe")
NUMBERS: Mapping[str, Sequence[str]] = {
    "buyers": ("1", "2"), "within": tuple(map(str, CURVE)), "ripe": tuple(map(str, CURVE)),
}  # fmt: skip
HEAD = ("member", "name", "since", "orders", "paid", "refunded", "cost", "ltv")


async def show(visit: Visit) -> web.Response:
    """All tables of a scope as it is now."""
    form = await asked(visit)
    made = await visit.console.reckoned.soon(form.chosen.audience)
    if made is None:
        return await visit.page("value_buyers_wait.html", form=form, tab="/value/buyers")
    found = await _with(visit, made)
    sheets = [(name, make(visit, form, found), form.link("/value/buyers.csv", table=name))
              for name, (make, _) in TABLES.items()]  # fmt: skip
    return await visit.page("value_buyers.html", form=form, tab="/value/buyers", at=found.at,
                            found=found.people,
                            sheets=[one for one in sheets if one[1].rows],
                            tiles=bought_again(visit, form, found.people),
                            squares=squares(visit, form, found.people),
                            back=back_curve(visit, found.people),
                            charts=charts(visit, found.funnel), limits=_limits(visit))  # fmt: skip


def _limits(visit: Visit) -> dict[str, object]:
    """The thresholds of the groups, for a sentence."""
    limits = visit.console.config.orders.rfm.thresholds
    return {"days": limits.recent // DAY, "often": limits.often, "much": money(limits.much)}


async def _found(visit: Visit, form: Asked) -> Buyers:
    return await _with(visit, await visit.console.reckoned.of(form.chosen.audience))


async def _with(visit: Visit, made: Reckoning) -> Buyers:
    return Buyers(made.together, await visit.read(journeys.funnel), made.at,
                  await visit.read(journeys.backs))  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """One table as a file."""
    name, form = visit.query("table"), await asked(visit)
    if name not in TABLES:
        raise Refused(404, "error.gone")
    rows = TABLES[name][1](visit, await _found(visit, form))
    return visit.csv(f"value-{name}.csv", BOM + lines(rows))


def _wanted(visit: Visit) -> dict[str, str]:
    found = {name: visit.query(name) for name in WANTED if visit.query(name)}
    if any(found.get(name, known[0]) not in known for name, known in NUMBERS.items()):
        raise Refused(404, "error.gone")
    return found


async def behind(visit: Visit) -> web.Response:
    """A page of those who stand behind a number."""
    form, wanted, config = await asked(visit), _wanted(visit), visit.console.config
    limits = config.orders.rfm.thresholds
    rows = await visit.read(lives.behind, form.chosen.audience, wanted, visit.now, config.timezone,
                            limits, visit.query("after"), SHOWN + 1)  # fmt: skip
    shown = rows[:SHOWN]
    names = await visit.read(people.names_of, [one.member for one in shown])
    path, t = "/value/buyers/rows", visit.t
    told = t("value.c_sep").join(t(f"value.want_{name}", what=_said(visit, name, text))
                                 for name, text in wanted.items())  # fmt: skip
    more = form.link(path, **wanted, after=shown[-1].place) if rows[SHOWN:] else ""
    return await visit.page(
        "value_rows.html", form=form, tab="/value/buyers", title=t("value.buyers_rows"), chips=(),
        said=told or t("value.want_all"), path=path, sheet=_sheet(visit, shown, names), more=more,
        first=form.link(path, **wanted), file=form.link(f"{path}.csv", **wanted),
        back=(form.link("/value/buyers"), t("value.buyers_title")),
    )  # fmt: skip


def _said(visit: Visit, name: str, text: str) -> str:
    return visit.t(f"rfm.{text}") if name == "group" and text in GROUPS else text


def _cells(one: Life, names: Mapping[str, str], zone: str) -> list[str]:
    return [one.member, names.get(one.member, ""), day(one.came_at, zone)]


def _numbers(one: Life) -> tuple[int, ...]:
    return (one.paid_cents, one.refunded_cents, one.cost_cents, one.ltv_cents)


def _sheet(visit: Visit, rows: Sequence[Life], names: Mapping[str, str]) -> Sheet:
    zone, t = visit.console.config.timezone, visit.t
    cells = [[person(names.get(one.member, ""), one.member), day(one.came_at, zone),
              str(len(one.orders)), *map(money, _numbers(one))] for one in rows]  # fmt: skip
    sums = [money(sum(column)) for column in zip(*map(_numbers, rows), strict=True)]
    orders = str(sum(len(one.orders) for one in rows))
    return Sheet(head=[t(f"value.c_{name}") for name in ("who", *HEAD[2:])], rows=cells, words=2,
                 foot=[t("value.page_sum"), "", orders, *sums],
                 links=doors(visit, [one.member for one in rows]))  # fmt: skip


async def save_rows(visit: Visit) -> web.Response:
    """All who stand behind a number as a file, at most FILE_MAX."""
    form, wanted, config = await asked(visit), _wanted(visit), visit.console.config
    zone, limits = config.timezone, config.orders.rfm.thresholds

    def look(tx: Tx) -> list[tuple[Life, str]]:
        every = (life for life in lives.each(tx, form.chosen.audience, visit.now)
                 if chosen(life, wanted, visit.now, zone, limits))  # fmt: skip
        found = list(islice(every, FILE_MAX))
        names = people.names_of(tx, [one.member for one in found])
        return [(one, names.get(one.member, "")) for one in found]

    rows = ([*_cells(one, {one.member: name}, zone), len(one.orders), *map(exact, _numbers(one))]
            for one, name in await visit.read(look))  # fmt: skip
    head = [visit.t(f"value.c_{name}") for name in HEAD]
    return visit.csv("value-buyers.csv", BOM + lines([head, *rows]))


SEE = Right.VALUE_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/value/buyers", handler=show, needs=SEE),
    Route(method="GET", path="/value/buyers.csv", handler=save, needs=SEE),
    Route(method="GET", path="/value/buyers/rows", handler=behind, needs=SEE),
    Route(method="GET", path="/value/buyers/rows.csv", handler=save_rows, needs=SEE),
))  # fmt: skip
