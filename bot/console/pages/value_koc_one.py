"""One KOC: her codes, the orders that count for her, what is settled; statements by month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
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
from bot.console.pages.value_koc import payable
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import day_begins, stamp
from bot.core.clock import local
from bot.members.commission import Standing
from bot.members.invites import Code
from bot.store import codes, payouts, people, persons
from bot.store.engine import Row, Tx
from bot.store.payouts import Account, Due, Line

HEAD = ("order", "when", "buyer", "category", "standing", "base", "net", "settled")
FILE = ("order", "when", "member", "code", "category", "base", "earned", "net", "settled",
        "standing", "due_at")  # fmt: skip
TOLD = ("when", "act", "order", "category", "base", "net", "settled", "batch", "actor", "reason")
MONTHS = 12
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_CURSOR = re.compile(r"([0-9]{1,16})-(.+)", re.S)


@dataclass(frozen=True, kw_only=True, slots=True)
class Koc:
    """Everything that her page shows."""

    id: str
    name: str
    account: Account
    codes: Sequence[Code]
    lines: Sequence[Line]
    buyers: dict[str, str]
    due: Due
    batches: Sequence[Row]


def _read(tx: Tx, member: str, now: int, before: tuple[int, str] | None) -> Koc | None:
    ids = persons.ids_of(tx, member)
    if people.known(tx, ids[0]) is None:
        return None
    found = payouts.lines(tx, ids[0], before, SHOWN + 1)
    names = people.names_of(tx, [ids[0], *(one.member for one in found)])
    return Koc(id=ids[0], name=names.get(ids[0], ""), account=payouts.account(tx, ids[0], now),
               codes=codes.of(tx, ids), lines=found, buyers=names, due=payouts.due(tx, ids[0], now),
               batches=payouts.settled(tx, ids, MONTHS))  # fmt: skip


def at(member: str) -> str:
    """The address of her page."""
    return f"/value/koc/one?{urlencode({'m': member})}"


async def show(visit: Visit) -> web.Response:
    """Her account, what may be settled, and a page of orders."""
    form = await asked(visit)
    place = _CURSOR.fullmatch(visit.query("after"))
    before = (int(place[1]), place[2]) if place else None
    found = await visit.read(_read, visit.query("m"), visit.now, before)
    if found is None:
        return visit.go("/value/koc", "bad", "value.koc_gone")
    shown, last = found.lines[:SHOWN], found.lines[:SHOWN][-1:]
    more = form.link("/value/koc/one", m=found.id, after=f"{last[0].at}-{last[0].id}") \
        if found.lines[SHOWN:] else ""  # fmt: skip
    return await visit.page(
        "value_koc_one.html", form=form, tab="/value/koc", it=found, more=more,
        sheet=_sheet(visit, form, shown, found.buyers), due=payable(visit, [found.due]),
        batches=_batches(visit, found.batches), money=money, months=_months(visit),
        first=form.link("/value/koc/one", m=found.id) if before else "",
        file=f"{BASE}/value/koc/one.csv?{urlencode({'m': found.id})}",
    )  # fmt: skip


def standing(visit: Visit, one: Line) -> str:
    """Where a commission stands, and until when it is held."""
    stands = one.balance.standing(visit.now)
    words = visit.t(f"standing.{stands.value}")
    if stands is not Standing.HELD or one.balance.due_at is None:
        return words
    until = day(one.balance.due_at, visit.console.config.timezone)
    return f"{words}\n{visit.t('value.held_until', at=until)}"


def _sheet(visit: Visit, form: Asked, rows: Sequence[Line], names: dict[str, str]) -> Sheet:
    t, zone = visit.t, visit.console.config.timezone
    voids = [visit.may(Right.VALUE_ACT) and one.balance.earned > 0 and not one.balance.voided
             for one in rows]  # fmt: skip
    cells = [[one.id, stamp(one.at, zone)[:16], person(names.get(one.member, ""), one.member),
              one.category or "–", standing(visit, one), money(one.base), money(one.balance.net),
              money(one.balance.settled), t("value.void") if may else ""]
             for one, may in zip(rows, voids, strict=True)]  # fmt: skip
    links = {(n, len(HEAD)): form.link("/value/koc/void", order=one.id)
             for n, (one, may) in enumerate(zip(rows, voids, strict=True)) if may}  # fmt: skip
    head = [*(t(f"value.c_{name}") for name in HEAD), t("value.c_do")]
    return Sheet(head=head, rows=cells, words=5, links=links)


def _batches(visit: Visit, rows: Sequence[Row]) -> Sheet:
    t, zone = visit.t, visit.console.config.timezone
    names = ("when", "actor", "reason", "orders", "settled")
    return Sheet(head=[t(f"value.c_{name}") for name in names], words=3, rows=[
        [stamp(row["at"], zone)[:16], row["actor"], row["reason"] or "–", str(row["orders"]),
         money(row["cents"])] for row in rows
    ])  # fmt: skip


def _months(visit: Visit) -> list[tuple[str, str]]:
    today = local(visit.now, visit.console.config.timezone).date()
    counted = (today.year * 12 + today.month - 1 - n for n in range(MONTHS))
    names = [f"{n // 12}-{n % 12 + 1:02d}" for n in counted]
    return [(name, name) for name in names]


async def save(visit: Visit) -> web.Response:
    """All orders that count for her as a file."""
    t, zone, now = visit.t, visit.console.config.timezone, visit.now

    def look(tx: Tx) -> list[Line]:
        person_id = persons.ids_of(tx, visit.query("m"))[0]
        return payouts.lines(tx, person_id, n=FILE_MAX)

    rows = [[one.id, stamp(one.at, zone), one.member, one.code, one.category, exact(one.base),
             exact(one.balance.earned), exact(one.balance.net), exact(one.balance.settled),
             t(f"standing.{one.balance.standing(now).value}"),
             day(one.balance.due_at, zone) if one.balance.due_at is not None else ""]
            for one in await visit.read(look)]  # fmt: skip
    head = [t(f"value.c_{name}") for name in FILE]
    return visit.csv("koc-orders.csv", BOM + lines([head, *rows]))


async def statement(visit: Visit) -> web.Response:
    """What one month came to: its orders, and what staff settled and declared void in it."""
    t, zone = visit.t, visit.console.config.timezone
    found = _MONTH.fullmatch(visit.query("month"))
    if found is None:
        raise Refused(404, "error.gone")
    first = date(int(found[1]), int(found[2]), 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    span = [day_begins(one.isoformat(), zone) for one in (first, after)]

    def look(tx: Tx) -> list[Row]:
        return payouts.statement(tx, persons.ids_of(tx, visit.query("m")), span[0], span[1])

    rows = await visit.read(look)
    cells = [_told(visit, row) for row in rows]
    sums = [exact(sum(row["cents"] for row in rows if (row["act"] == "order") is ours))
            for ours in (True, False)]  # fmt: skip
    foot: list[object] = [t("value.month_sum"), *[""] * 4, *sums, "", "", ""]
    head: list[object] = [t(f"value.c_{name}") for name in TOLD]
    name = f"koc-statement-{first:%Y-%m}.csv"
    return visit.csv(name, BOM + lines([head, *cells, foot]))


def _told(visit: Visit, row: Row) -> list[object]:
    ordered, zone = row["act"] == "order", visit.console.config.timezone
    back = row["act"] == "settle" and row["cents"] < 0
    return [stamp(row["at"], zone), visit.t(f"koc_act.{'back' if back else row['act']}"),
            row["commission"], row["category"], exact(row["base_cents"]) if ordered else "",
            exact(row["cents"]) if ordered else "", "" if ordered else exact(row["cents"]),
            row["batch"], row["actor"], row["reason"]]  # fmt: skip


SEE = Right.VALUE_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/value/koc/one", handler=show, needs=SEE),
    Route(method="GET", path="/value/koc/one.csv", handler=save, needs=SEE),
    Route(method="GET", path="/value/koc/statement.csv", handler=statement, needs=SEE),
))  # fmt: skip
