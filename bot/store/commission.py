"""A room: which orders count for whose code, and what KOCs earn by them
(``bot/members/commission.py``). It also gives a code to whoever becomes a KOC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.event import Event, Happened
from bot.members import commission
from bot.members.commission import KOC, ROLES, Credit, Order
from bot.members.invites import CLAIMING, Claim, Verdict
from bot.members.orders import KINDS as ORDERS
from bot.members.orders import Purchase
from bot.members.terms import Adopted
from bot.store import codes, history, purchases, terms
from bot.store.codes import Purpose
from bot.store.engine import Row, Tx
from bot.store.parts import listed, parts
from bot.store.persons import all_of, person_of

KINDS = CLAIMING | ORDERS | ROLES
TABLES = ("commission",)


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """New events of its kinds; see store/projections.py."""
    for event in events:
        if event.kind is Happened.ROLE and event.which == KOC and event.member:
            codes.make(tx, Purpose(owner=event.member, circle=event.place), event.at)
    if tx.row("code_any") is None:
        return
    orders = {event.place for event in events if event.kind in ORDERS}
    naming = {event.member for event in events if event.kind in CLAIMING}
    roles = {event.member for event in events if event.kind in ROLES}
    _derive(tx, orders | _bought(tx, _persons(tx, naming)) | _about(tx, _persons(tx, roles)))


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these ids anew; see store/projections.py."""
    ids = [member for member in members if member]
    stale = _about(tx, ids)
    for part in parts(stale):
        tx.run("commissions_drop", ids=part)
    paid = {row["commission"] for row in listed(tx, "commission_paid_to", "members", ids)}
    _derive(tx, stale | paid | _bought(tx, _persons(tx, ids)))


def clear(tx: Tx) -> None:
    """Empties its table; what staff settled stays."""
    tx.run("commissions_clear")


def _persons(tx: Tx, members: Iterable[str]) -> list[str]:
    return sorted(set(person_of(tx, [member for member in members if member]).values()))


def _bought(tx: Tx, persons: Sequence[str]) -> set[str]:
    """What those of these bought who named a code."""
    claiming = [row["member"] for row in listed(tx, "invite_claiming", "members", persons)]
    return {row["id"] for row in listed(tx, "commission_orders", "members", claiming)}


def _about(tx: Tx, members: Sequence[str]) -> set[str]:
    """Orders that count for these ids, or that they bought and that count for somebody."""
    return {row["id"] for row in listed(tx, "commissions_about", "members", members)}


def _derive(tx: Tx, ids: Iterable[str]) -> None:
    held = terms.adopted(tx)
    for part in parts(sorted(ids)):
        found = purchases.get(tx, part)
        tx.run("commissions_drop", ids=part)
        paid = _paid(tx, part)
        claims = _claims(tx, {one.member for one in found.values()})
        counts = list(_counts(found, claims, paid, held))
        roles = _roles(tx, {claim.inviter for _, claim in counts})
        tx.many("commission_put", [
            _row(commission.credit(_order(one), claim, roles.get(claim.inviter, ()), held))
            for one, claim in counts
        ])  # fmt: skip


def _paid(tx: Tx, ids: Sequence[str]) -> dict[str, Claim]:
    """For whom orders count that staff did something about: that stays as it was."""
    rows = tx.rows("commission_frozen", ids=list(ids))
    who = person_of(tx, [row["inviter"] for row in rows])
    return {row["commission"]: Claim(event=row["event"], at=0, via=Happened.INVITED,
                                     code=row["code"], inviter=who[row["inviter"]])
            for row in rows}  # fmt: skip


def _claims(tx: Tx, persons: Iterable[str]) -> Mapping[str, list[tuple[Claim, Verdict]]]:
    found: defaultdict[str, list[tuple[Claim, Verdict]]] = defaultdict(list)
    for row in listed(tx, "invite_claims", "members", sorted(persons)):
        claim = Claim(event=row["event"], at=row["at"], via=Happened(row["via"]),
                      code=row["code"], inviter=row["inviter"])  # fmt: skip
        found[row["member"]].append((claim, Verdict(row["verdict"])))
    return found


def _counts(
    found: Mapping[str, Purchase], claims: Mapping[str, list[tuple[Claim, Verdict]]],
    paid: Mapping[str, Claim], held: Adopted,
) -> Iterator[tuple[Purchase, Claim]]:  # fmt: skip
    """Orders with the claim by which they count for somebody."""
    for id, one in found.items():
        mine = claims.get(one.member, ())
        claim = paid.get(id) or commission.attributed(one.at, mine, held)
        if claim is not None and claim.inviter:
            yield one, claim


def _roles(tx: Tx, persons: Iterable[str]) -> dict[str, list[Event]]:
    ids = all_of(tx, sorted(persons))
    person = {member: stays for stays, mine in ids.items() for member in mine}
    found: dict[str, list[Event]] = {}
    for event in history.of(tx, list(person), ROLES):
        found.setdefault(person[event.member], []).append(event)
    return found


def _order(one: Purchase) -> Order:
    return Order(id=one.id, member=one.member, at=one.at, category=one.category,
                 amount=one.amount_cents, net=one.net_cents)  # fmt: skip


def _row(made: Credit) -> Row:
    order = made.order
    return {"id": order.id, "inviter": made.inviter, "member": order.member, "code": made.code,
            "event": made.event, "at": order.at, "category": order.category,
            "base_cents": order.net, "earned_cents": made.earned, "net_cents": made.net,
            "due_at": made.due_at}  # fmt: skip
