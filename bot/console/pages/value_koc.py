"""What KOCs brought and earn, and what would be settled with all of them now."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages.value_asked import FILE_MAX, SHOWN, Asked, Sheet, asked, exact, money, person
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.store import payouts, people
from bot.store.engine import Tx
from bot.store.payouts import Account, Due

MONEY = ("base", "earned", "held", "open", "settled")
KOC = ("member", "name", "invited", "orders", *MONEY)


def _accounts(tx: Tx, now: int, after: str, n: int) -> list[tuple[Account, str]]:
    found = [one for one in payouts.kocs(tx) if one > after][:n]
    names = people.names_of(tx, found)
    return [(payouts.account(tx, one, now), names.get(one, "")) for one in found]


def _sums(one: Account) -> list[int]:
    return [getattr(one, name) for name in MONEY]


def payable(visit: Visit, found: Sequence[Due]) -> dict[str, object]:
    """What a settlement would come to, in words, and the mark by which it is known again."""
    cents, back = sum(one.cents for one in found), sum(one.back for one in found)
    orders = sum(len(one.parts) for one in found)
    return {"cents": cents, "n": orders, "mark": payouts.mark(found), "people": len(found),
            "back": money(back) if back else "", "sum": money(cents),
            "acts": visit.may(Right.VALUE_ACT)}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """KOCs by id, with what is held, open and settled."""
    form: Asked = await asked(visit)
    found = await visit.read(_accounts, visit.now, visit.query("after"), SHOWN + 1)
    shown = found[:SHOWN]
    rows = [[person(name, one.inviter), f"{one.invited:,}", f"{one.orders:,}",
             *map(money, _sums(one))] for one, name in shown]  # fmt: skip
    sums = [money(sum(column)) for column in zip(*(_sums(one) for one, _ in shown), strict=True)]
    counts = [f"{sum(getattr(one, name) for one, _ in shown):,}" for name in ("invited", "orders")]
    links = {(n, 0): form.link("/value/koc/one", m=one.inviter)
             for n, (one, _) in enumerate(shown)}  # fmt: skip
    sheet = Sheet(head=[visit.t(f"value.c_{name}") for name in ("who", *KOC[2:])], rows=rows,
                  foot=[visit.t("value.page_sum"), *counts, *sums], links=links)  # fmt: skip
    more = form.link("/value/koc", after=shown[-1][0].inviter) if found[SHOWN:] else ""
    due = payable(visit, await visit.read(payouts.every_due, visit.now))
    return await visit.page("value_koc.html", form=form, tab="/value/koc", sheet=sheet, more=more,
                            first=form.link("/value/koc") if visit.query("after") else "", due=due,
                            file=form.link("/value/koc.csv"))  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """All of them as a file."""
    found = await visit.read(_accounts, visit.now, "", FILE_MAX)
    rows = ([one.inviter, name, one.invited, one.orders, *map(exact, _sums(one))]
            for one, name in found)  # fmt: skip
    head = [visit.t(f"value.c_{name}") for name in KOC]
    return visit.csv("value-koc.csv", BOM + lines([head, *rows]))


SEE = Right.VALUE_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/value/koc", handler=show, needs=SEE),
    Route(method="GET", path="/value/koc.csv", handler=save, needs=SEE),
))  # fmt: skip
