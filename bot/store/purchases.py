"""Orders as they stand, what each person's add up to, and for whom one buys: derived from the log
(``store/projections.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from bot.core.event import Event
from bot.core.member import Bought
from bot.members import kin, orders
from bot.members.orders import Purchase
from bot.store import history, persons
from bot.store.engine import Row, Tx

KINDS = orders.KINDS | kin.KINDS
TABLES = ("purchase", "worth", "buys_for")
PAGE = 500
FEW = 5  # orders that a talk may be about


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Derives the orders and the people that these events speak of."""
    _orders(tx, {one.place for one in events if one.kind in orders.KINDS})
    _kin(tx, {one.member for one in events if one.kind in kin.KINDS})


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives everything that rests on events of these ids."""
    for part in _parts(members):
        tx.run("worth_drop", members=part)
        tx.run("buys_for_drop", members=part)
        found = tx.rows("orders_of_members", members=part, others=part, buyers=part, users=part)
        _orders(tx, {row["place"] for row in found})
        linked = tx.rows("events_with", members=part, kinds=[kind.value for kind in kin.KINDS])
        _kin(tx, {*part, *(row["member"] for row in linked)})


def clear(tx: Tx) -> None:
    """Empties the tables."""
    for query in ("purchases_clear", "worths_clear", "buys_for_clear"):
        tx.run(query)


def get(tx: Tx, ids: Sequence[str]) -> dict[str, Purchase]:
    """Orders by their ids, as far as they are known."""
    return {row["id"]: Purchase(**row) for part in _parts(ids)
            for row in tx.rows("purchases_get", ids=part)}  # fmt: skip


def _orders(tx: Tx, ids: Iterable[str]) -> None:
    for part in _parts(ids):
        known = get(tx, part)
        made = _folded(tx, part)
        tx.run("purchases_drop", ids=part)
        tx.many("purchase_put", [asdict(one) for one in made])
        _worth(tx, {one.member for one in (*known.values(), *made)})


def told(tx: Tx, ids: Sequence[str]) -> dict[str, list[Event]]:
    """All that was told of these orders, by order."""
    found: dict[str, list[Event]] = {}
    for part in _parts(ids):
        for row in tx.rows("order_events", orders=part):
            found.setdefault(row["place"], []).append(history.event_of(row))
    return found


def _folded(tx: Tx, ids: Sequence[str]) -> list[Purchase]:
    folded = (orders.fold(events) for events in told(tx, ids).values())
    made = [one for one in folded if one is not None]
    who = persons.person_of(tx, [id for one in made for id in (one.member, one.beneficiary) if id])
    return [_of_person(one, who) for one in made]


def _of_person(one: Purchase, who: dict[str, str]) -> Purchase:
    member = who[one.member]
    user = who.get(one.beneficiary, "")
    return replace(one, member=member, beneficiary=user if user != member else "")


def _worth(tx: Tx, members: Iterable[str]) -> None:
    for part in _parts(members):
        tx.run("worth_drop", members=part)
        tx.run("worth_put", members=part)


def _kin(tx: Tx, members: Iterable[str]) -> None:
    for person in sorted(set(persons.person_of(tx, [one for one in members if one]).values())):
        ids = persons.ids_of(tx, person)
        linked = history.of(tx, ids, kin.KINDS)
        who = persons.person_of(tx, [one.other for one in linked])
        tx.run("buys_for_part", member=person)
        tx.many("buys_for_put", [asdict(one) for one in kin.fold(linked, person, who)])


def _parts(ids: Iterable[str]) -> Iterable[list[str]]:
    found = sorted(set(ids))
    return (found[start : start + PAGE] for start in range(0, len(found), PAGE))


# -- reading -------------------------------------------------------------------------------------


def of(tx: Tx, member: str, before: tuple[int, str] | None = None, n: int = 50) -> list[Row]:
    """A page of what a person bought, the latest first, behind the order (at, id)."""
    person = persons.person_of(tx, [member])[member]
    at, id = before or (1 << 62, "")
    return tx.rows("purchases_of", member=person, at=at, id=id, n=n)


def everything(tx: Tx) -> Iterator[Purchase]:
    """Every order as it stands, by its id."""
    after = ""
    while page := [Purchase(**row) for row in tx.rows("purchases_page", after=after, n=PAGE)]:
        yield from page
        after = page[-1].id


def latest(tx: Tx, people: Sequence[str]) -> dict[str, tuple[Bought, ...]]:
    """The latest orders of persons who have any, the newest first, as they may be told of them."""
    found: dict[str, list[Bought]] = {}
    for row in tx.rows("purchases_latest", members=list(people)) if people else ():
        mine = found.setdefault(row.pop("member"), [])
        if len(mine) < FEW:
            mine.append(Bought(**row))
    return {member: tuple(mine) for member, mine in found.items()}


def used(tx: Tx, member: str, n: int = 50) -> list[Row]:
    """What others bought for a person, the latest first."""
    person = persons.person_of(tx, [member])[member]
    return tx.rows("purchases_used", member=person, n=n)


def kin_of(tx: Tx, member: str) -> tuple[list[Row], list[Row]]:
    """For whom a person buys, and who buys for him."""
    person = persons.person_of(tx, [member])[member]
    return tx.rows("buys_for_of", member=person), tx.rows("buys_for_by", member=person)


def earlier(tx: Tx, member: str, at: int) -> bool:
    """True when a person had bought, and kept, something before that time."""
    person = persons.person_of(tx, [member])[member]
    return tx.row("purchase_earlier", member=person, at=at) is not None
