"""What staff do about commissions: settle what is due, declare one void."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.value_asked import asked, money
from bot.console.pages.value_koc_one import at, standing
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.store import payouts, people, persons
from bot.store.engine import Tx
from bot.store.payouts import Line, Settled

REASON_MAX = 200


def _reason(visit: Visit) -> str:
    return visit.typed.get("reason", "").replace("\0", "").strip()[:REASON_MAX]


async def settle(visit: Visit) -> web.Response:
    """Exactly what the page showed is noted as paid, or nothing: of two who press, one does it."""
    member, seen = visit.typed.get("m", ""), visit.typed.get("seen", "")
    reason, who = _reason(visit), visit.who.login

    def work(tx: Tx) -> list[Settled]:
        if not member:
            return payouts.settle_all(tx, visit.now, who, reason, seen)
        person = persons.person_of(tx, [member])[member]
        made = payouts.settle(tx, person, visit.now, who, reason, seen)
        return [made] if made is not None else []

    made = await visit.write(work)
    back = at(member) if member else "/value/koc"
    if not made:
        return visit.go(back, "bad", "value.settle_moved")
    return visit.go(back, "good", "value.settle_done", n=sum(one.orders for one in made),
                    sum=money(sum(one.cents for one in made)))  # fmt: skip


def _line(tx: Tx, order: str) -> tuple[Line | None, dict[str, str]]:
    found = payouts.line(tx, order)
    return found, people.names_of(tx, [found.inviter, found.member]) if found else {}


async def ask(visit: Visit) -> web.Response:
    """What declaring an order void would do, in numbers."""
    form = await asked(visit)
    found, names = await visit.read(_line, visit.query("order"))
    if found is None or found.balance.voided:
        return visit.go(at(found.inviter) if found else "/value/koc", "bad", "value.void_gone")
    return await visit.page(
        "value_void.html", form=form, tab="/value/koc", it=found, names=names, money=money,
        stands=standing(visit, found).partition("\n")[0], most=REASON_MAX,
    )  # fmt: skip


async def void(visit: Visit) -> web.Response:
    """Nothing is earned by the order, for good."""
    order, reason = visit.typed.get("order", ""), _reason(visit)
    found, _ = await visit.read(_line, order)
    if found is None:
        return visit.go("/value/koc", "bad", "value.void_gone")
    if not reason:
        return visit.go(at(found.inviter), "bad", "value.void_needs", order=order)
    made = await visit.write(payouts.void, order, visit.now, visit.who.login, reason,
                             visit.typed.get("seen", ""))  # fmt: skip
    if made is None:
        return visit.go(at(found.inviter), "bad", "value.void_moved")
    owed = max(-made.balance.open, 0)
    key = "value.void_owed" if owed else "value.void_done"
    return visit.go(at(made.inviter), "good", key, order=order, sum=money(owed))


ACT = Right.VALUE_ACT
PAGE = Page(routes=(
    Route(method="POST", path="/value/koc/settle", handler=settle, needs=ACT),
    Route(method="GET", path="/value/koc/void", handler=ask, needs=ACT),
    Route(method="POST", path="/value/koc/void", handler=void, needs=ACT),
))  # fmt: skip
