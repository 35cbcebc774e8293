"""What staff do about commissions, settle what is due and declare one void, and see of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.members.commission import KOC, Balance, Standing, payable
from bot.store import audit
from bot.store.engine import Row, Tx
from bot.store.parts import listed, parts
from bot.store.persons import person_of

PAGE = 200
LAST = (1 << 62, "")  # behind every order


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The commission of one order, as it stands; cents. ``base``: what is left of the order."""

    id: str
    inviter: str
    member: str
    code: str
    event: str
    at: int
    category: str
    base: int
    balance: Balance

    @property
    def stand(self) -> str:
        """What it comes to, as a form carries it."""
        return f"{self.inviter}/{self.balance.net}/{self.balance.settled}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A KOC's orders added up; cents. ``open``: to be settled now, less what she owes."""

    inviter: str
    invited: int = 0
    orders: int = 0
    base: int = 0
    earned: int = 0
    net: int = 0
    held: int = 0
    open: int = 0
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What one settlement paid to one KOC; cents; the orders it names."""

    inviter: str
    batch: str
    cents: int
    orders: int


@dataclass(frozen=True, slots=True)
class Due:
    """What a settlement would pay on each order; below nothing: is taken back. Cents."""

    inviter: str
    parts: tuple[tuple[Line, int], ...]

    @property
    def cents(self) -> int:
        """The sum."""
        return sum(cents for _, cents in self.parts)

    @property
    def back(self) -> int:
        """What of earlier settlements is taken back by it."""
        return -sum(cents for _, cents in self.parts if cents < 0)


def lines(
    tx: Tx, inviter: str, before: tuple[int, str] | None = None, n: int = PAGE
) -> list[Line]:  # fmt: skip
    """A page of the orders that count for a person, the latest first, behind (at, id)."""
    at, id = before or LAST
    rows = tx.rows("commissions_of", inviter=person_of(tx, [inviter])[inviter], at=at, id=id, n=n)
    return [_line(row) for row in rows]


def line(tx: Tx, order: str) -> Line | None:
    """The commission of one order; None when it counts for nobody."""
    row = tx.row("commission_get", id=order)
    return _line(row) if row is not None else None


def settled(tx: Tx, ids: Sequence[str], n: int = PAGE) -> list[Row]:
    """Settlements with a person of these ids (batch, at, actor, reason, cents, orders), the latest
    first."""
    return tx.rows("commission_batches", inviters=list(ids), n=n)


def statement(tx: Tx, ids: Sequence[str], since: int, until: int) -> list[Row]:
    """What came to pass with a person of these ids in a time, in order: the orders of that time
    (act "order"; cents: what they earn as they stand now), and what staff did in it."""
    return tx.rows("commission_statement", inviters=list(ids), since=since, until=until)


def kocs(tx: Tx) -> list[str]:
    """Persons who hold or held the role, or for whom orders count."""
    told = [row["member"] for row in tx.rows("koc_events", role=KOC)]
    return sorted({*person_of(tx, told).values(), *_inviters(tx)})


def account(tx: Tx, inviter: str, now: int) -> Account:
    """One person's orders added up."""
    found = list(_all(tx, inviter))
    balances = [one.balance for one in found]
    held = sum(one.open for one in balances if one.standing(now) is Standing.HELD)
    invited = next(iter(tx.rows("invited_by", members=[inviter])), {"n": 0})
    return Account(inviter=inviter, invited=invited["n"], orders=len(found),
                   base=sum(one.base for one in found), earned=sum(one.earned for one in balances),
                   net=sum(0 if one.voided else one.net for one in balances), held=held,
                   open=sum(one.open for one in balances) - held,
                   settled=sum(one.settled for one in balances))  # fmt: skip


def due(tx: Tx, inviter: str, now: int) -> Due:
    """What a settlement with her would come to now."""
    return next(iter(dues(tx, [inviter], now)), Due(inviter, ()))


def dues(tx: Tx, inviters: Sequence[str], now: int) -> list[Due]:
    """The same of many, by id; those with whom there is something to settle."""
    found: dict[str, list[Line]] = {}
    for row in listed(tx, "commissions_uneven", "inviters", inviters):
        found.setdefault(row["inviter"], []).append(_line(row))
    return [one for inviter in sorted(found) if (one := _due(inviter, found[inviter], now)).parts]


def _due(inviter: str, found: Sequence[Line], now: int) -> Due:
    paid = payable([one.balance for one in found], now)
    return Due(inviter, tuple((one, cents) for one, cents in zip(found, paid, strict=True)
                              if cents))  # fmt: skip


def mark(found: Iterable[Due]) -> str:
    """Names exactly these sums of these orders."""
    told = (f"{due.inviter}/{one.id}={cents}" for due in found for one, cents in due.parts)
    return sha256("\n".join(sorted(told)).encode()).hexdigest()[:32]


def settle(
    tx: Tx, inviter: str, now: int, actor: str, reason: str = "", seen: str | None = None
) -> Settled | None:  # fmt: skip
    """Notes that everything that is due was paid, less what she owes; None when that comes to
    nothing, or not to what ``seen`` marks. Each order that it concerns is named once."""
    tx.rows("commission_hold", inviter=inviter)
    owed = due(tx, inviter, now)
    if not owed.parts or seen not in (None, mark([owed])):
        return None
    batch = f"{inviter}/{now}"
    tx.many("commission_act_add", [
        _act(one, "settle", now, actor, reason) | {"cents": cents, "batch": batch}
        for one, cents in owed.parts
    ])  # fmt: skip
    made = Settled(inviter, batch, owed.cents, len(owed.parts))
    audit.record(tx, [audit.note("koc", inviter, "settle", at=now, actor=actor, reason=reason,
                                 after=f"{made.cents} / {made.orders}")])  # fmt: skip
    return made


def settle_all(
    tx: Tx, now: int, actor: str, reason: str = "", seen: str | None = None
) -> list[Settled]:  # fmt: skip
    """The same with everybody; nothing where it is not what ``seen`` marks."""
    who = [one.inviter for one in every_due(tx, now)]
    for inviter in who:
        tx.rows("commission_hold", inviter=inviter)
    if seen not in (None, mark(dues(tx, who, now))):
        return []
    made = (settle(tx, inviter, now, actor, reason) for inviter in who)
    return [one for one in made if one is not None]


def every_due(tx: Tx, now: int) -> list[Due]:
    """What would be settled with everybody, by id."""
    return [one for part in parts(_inviters(tx)) for one in dues(tx, part, now)]


def void(
    tx: Tx, order: str, now: int, actor: str, reason: str, seen: str | None = None
) -> Line | None:  # fmt: skip
    """Nothing is earned by this order, for good; what was settled is taken back with the next
    settlement. None when the order counts for nobody, is void already, or stands no more as
    ``seen`` (``Line.stand``) has it."""
    found = line(tx, order)
    if found is None:
        return None
    tx.rows("commission_hold", inviter=found.inviter)
    found = line(tx, order)
    if found is None or found.balance.voided or seen not in (None, found.stand):
        return None
    tx.many("commission_act_add", [_act(found, "void", now, actor, reason)])
    audit.record(tx, [audit.note("commission", order, "void", at=now, actor=actor, reason=reason,
                                 before=str(found.balance.net))])  # fmt: skip
    return line(tx, order)


def _act(one: Line, act: str, now: int, actor: str, reason: str) -> Row:
    return {"commission": one.id, "act": act, "inviter": one.inviter, "code": one.code,
            "event": one.event, "cents": 0, "batch": "", "at": now, "actor": actor,
            "reason": reason}  # fmt: skip


def _all(tx: Tx, inviter: str) -> Iterator[Line]:
    before = LAST
    while page := lines(tx, inviter, before):
        yield from page
        before = (page[-1].at, page[-1].id)


def _inviters(tx: Tx) -> Iterator[str]:
    after = ""
    while rows := tx.rows("commission_inviters", after=after, n=PAGE):
        yield from (row["inviter"] for row in rows)
        after = rows[-1]["inviter"]


def _line(row: Row) -> Line:
    balance = Balance(earned=row["earned_cents"], net=row["net_cents"], settled=int(row["settled"]),
                      voided=bool(row["voided"]), due_at=row["due_at"])  # fmt: skip
    return Line(base=row["base_cents"], balance=balance,
                **{name: row[name] for name in _SAME})  # fmt: skip


_SAME = ("id", "inviter", "member", "code", "event", "at", "category")
