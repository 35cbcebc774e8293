"""Service beyond the sale: what was said to members that is no promotion, by topic, and how much of
it led to no goods."""

from __future__ import annotations

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.naming import anybodys
from bot.console.page import Page, Route
from bot.console.pages.figures import MOST, SPANS, Asked, asked
from bot.console.pages.inbox_thread import setting_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.library.servicing import Report, Topic, report
from bot.store import servicing
from bot.store.engine import Tx

SHOWN = 200
COLUMNS = ("topic", "kind", "order", "goods", "n", "members")


async def _report(visit: Visit, form: Asked) -> Report:
    return await visit.read(_read, visit, form.begins, form.ends)


def _read(tx: Tx, visit: Visit, begins: int, ends: int) -> Report:
    setting = setting_of(visit, tx)
    if setting is None:
        raise Refused(503, "segments.not_published")
    said = servicing.said(tx, begins, ends)
    return report(setting.cast, setting.short, said, servicing.words(tx, begins, ends))


def _cells(visit: Visit, one: Topic) -> list[object]:
    t = visit.t
    named = anybodys(visit.lang, visit.cast, one.content) if visit.cast and one.content else ""
    topic = " · ".join(filter(None, (one.flow, named)))
    return [topic or t("served.staff_words"), t(f"served.kind_{one.kind}"),
            t("served.order_yes" if one.order else "served.order_no"),
            t("served.goods_yes" if one.goods else "served.goods_no"), one.n,
            one.members]  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The days in the address, or the last seven."""
    form = asked(visit)
    found = await _report(visit, form)
    return await visit.page(
        "figures_service.html", form=form, spans=SPANS, found=found, shown=SHOWN,
        rows=[_cells(visit, one) for one in found.topics[:SHOWN]], columns=COLUMNS,
        fault=visit.t(form.fault, n=MOST) if form.fault else "",
        share=round(100 * found.plain / found.whole) if found.whole else 0,
        free=sum(one.n for one in found.topics if not one.order and not one.goods),
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file, all of it."""
    found = await _report(visit, asked(visit))
    head: list[object] = [visit.t(f"served.c_{name}") for name in COLUMNS]
    rows = [_cells(visit, one) for one in found.topics]
    return visit.csv("service.csv", BOM + lines([head, *rows]))


PAGE = Page(routes=(
    Route(method="GET", path="/figures/service", handler=show, needs=Right.FIGURES_SEE),
    Route(method="GET", path="/figures/service.csv", handler=save, needs=Right.FIGURES_SEE),
))  # fmt: skip
