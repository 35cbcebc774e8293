"""Orders: what a report says of one, and what all that was told of it comes to.

A shop tells the state of an order, again and again: paid, sent off, given back. What is new in a
report becomes events; an order is what its events come to, in whatever order they are read:

* The latest ORDERED holds: the one with the greatest ``data["said"]``, the time of its report.
* What was given back is the sum of its REFUNDED, each of which is a difference.
* A CALLED_OFF that is not older than the latest ORDERED cancels it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.core.event import Event, Happened

KINDS = frozenset({Happened.ORDERED, Happened.REFUNDED, Happened.CALLED_OFF})
PAID, SHIPPED, DELIVERED = "paid", "shipped", "delivered"
REFUNDED, CANCELLED = "refunded", "cancelled"
ENDED = frozenset({REFUNDED, CANCELLED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What somebody says of an order. ``amount`` and ``refunded``: cents. None: nothing is said,
    so it stays as it was. ``said_at``: of what time the report is; None: of when it arrives."""

    order: str
    member: str
    at: int
    amount: int
    category: str
    state: str = PAID
    beneficiary: str | None = None
    refunded: int | None = None
    tracking: str | None = None
    code: str | None = None
    said_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """One order as it stands. ``beneficiary``: who uses it, empty where nobody else is named.
    ``code``: the invitation code that came with it.
    ``said_at``: of what time the latest report is."""

    id: str
    member: str
    beneficiary: str = ""
    at: int
    category: str = ""
    amount_cents: int = 0
    paid_cents: int = 0
    refunded_cents: int = 0
    state: str = PAID
    tracking: str = ""
    code: str = ""
    source: str = ""
    said_at: int = 0

    @property
    def net_cents(self) -> int:
        """What it is worth."""
        return self.paid_cents - self.refunded_cents

    @property
    def counts(self) -> bool:
        """True when something of it was bought and kept."""
        return self.state not in ENDED


def said(event: Event) -> int:
    """Of what time the report is that an event comes from."""
    return int(event.data.get("said", event.at))


def fold(events: Iterable[Event]) -> Purchase | None:
    """The order that these events of one order come to; None before it was told of at all."""
    told = sorted(events, key=lambda one: (said(one), one.dedupe))
    ordered = [one for one in told if one.kind is Happened.ORDERED]
    if not ordered:
        return None
    last = ordered[-1]
    off = any(one.kind is Happened.CALLED_OFF and said(one) >= said(last) for one in told)
    back = sum(one.amount for one in told if one.kind is Happened.REFUNDED)
    paid = 0 if off else last.amount
    refunded = max(0, min(back, paid))
    gone = CANCELLED if off else REFUNDED if 0 < paid == refunded else ""
    return Purchase(
        id=last.place, member=last.member, at=last.at, category=last.which,
        beneficiary=last.other if last.other != last.member else "",
        amount_cents=last.amount, paid_cents=paid, refunded_cents=refunded,
        state=gone or str(last.data.get("status", PAID)),
        tracking=str(last.data.get("tracking", "")), code=str(last.data.get("code", "")),
        source=str(last.data.get("source", "")),
        said_at=max(said(one) for one in told),
    )  # fmt: skip


def news(report: Report, known: Purchase | None, source: str, now: int,
         person: Mapping[str, str] | None = None) -> list[Event]:  # fmt: skip
    """The events that make of ``known`` what the report says; none when it says nothing new, or
    is older than what is known. ``person``: who an id is by now, where he is not himself."""
    if known is not None and report.said_at is not None and report.said_at < known.said_at:
        return []
    if report.state not in ENDED and 0 < report.amount <= (report.refunded or 0):
        report = replace(report, state=REFUNDED)
    at = now if report.said_at is None else report.said_at
    time = at if known is None else max(at, known.said_at + 1)
    ordered = _ordered(report, known, source, time, person or {})
    back = _given_back(report, known, time)
    off = report.state == CANCELLED and (ordered or (known and known.state != CANCELLED))
    return [*ordered, *back, *([_called_off(report, known, time)] if off else [])]


def _ordered(report: Report, known: Purchase | None, source: str, time: int,
             person: Mapping[str, str]) -> list[Event]:  # fmt: skip
    if known is not None and not _differs(report, known, person):
        return []
    had = known or Purchase(id=report.order, member=report.member, at=report.at)
    status = PAID if report.state in ENDED else report.state
    kept = {
        "tracking": had.tracking if report.tracking is None else report.tracking,
        "code": had.code if report.code is None else report.code,
    }
    other = had.beneficiary if report.beneficiary is None else report.beneficiary
    data = {"said": time, "status": status, "source": source}
    data |= {name: value for name, value in kept.items() if value}
    return [Event(
        kind=Happened.ORDERED, at=report.at, dedupe=f"ordered/{report.order}/{time}",
        member=report.member, place=report.order, which=report.category, amount=report.amount,
        other=other, data=data,
    )]  # fmt: skip


def _differs(report: Report, known: Purchase, person: Mapping[str, str]) -> bool:
    """True when more is new than that it was given back or called off."""
    buyer = person.get(report.member, report.member)
    user = None if report.beneficiary is None else person.get(report.beneficiary,
                                                              report.beneficiary)  # fmt: skip
    return (
        (buyer, report.at, report.amount, report.category)
        != (known.member, known.at, known.amount_cents, known.category)
        or (user is not None and (user if user != buyer else "") != known.beneficiary)
        or report.tracking not in (None, known.tracking)
        or report.code not in (None, known.code)
        or (report.state != known.state and report.state not in ENDED)
        or (report.state == REFUNDED and known.state == CANCELLED)
    )


def _given_back(report: Report, known: Purchase | None, time: int) -> list[Event]:
    had = known.refunded_cents if known else 0
    wanted = _refunded(report, known)
    if wanted == had:
        return []
    return [Event(
        kind=Happened.REFUNDED, at=_when(report, known, time), member=report.member,
        dedupe=f"refunded/{report.order}/{time}", place=report.order, which=report.category,
        amount=wanted - had, data={"said": time},
    )]  # fmt: skip


def _refunded(report: Report, known: Purchase | None) -> int:
    """How much is given back in all, by what the report says."""
    if report.state in ENDED:
        return report.amount if report.state == REFUNDED else 0
    if report.refunded is not None:
        return min(report.refunded, report.amount)
    had = known.refunded_cents if known and known.counts else 0
    # a sum that is not above what was given back belongs to another amount
    return had if had < report.amount else 0


def _called_off(report: Report, known: Purchase | None, time: int) -> Event:
    return Event(
        kind=Happened.CALLED_OFF, at=_when(report, known, time), member=report.member,
        dedupe=f"called_off/{report.order}/{time}", place=report.order, which=report.category,
        data={"said": time},
    )  # fmt: skip


def _when(report: Report, known: Purchase | None, time: int) -> int:
    """When an order was given back or called off. Of one that is told of for the first time, and
    is of no known time, nobody knows: then with the order itself."""
    later = time if known or report.said_at is not None else report.at
    return max(later, report.at)
