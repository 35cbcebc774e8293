"""What a KOC earns by the orders that count for her. Pure.

An order counts for whose code its buyer named last before it, within the window. She earns when she
held the role then. What she earns follows what is left of the order: a refund takes its share away
and never more, and an order that is cancelled earns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.event import Event, Happened
from bot.members import roles
from bot.members.invites import Claim, Verdict
from bot.members.terms import Adopted

KOC = "koc"  # the role, as events of the kinds ROLE and UNROLE name it
ROLES = frozenset((Happened.ROLE, Happened.UNROLE))
# Claims with these verdicts name nobody for whom an order could count.
NOBODY = frozenset((Verdict.UNKNOWN, Verdict.EXPIRED, Verdict.SELF))


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """``amount`` was ordered, ``net`` of it is paid and not given back; cents."""

    id: str
    member: str
    at: int
    category: str
    amount: int
    net: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """An order with the claim by which it counts for ``inviter``. Cents; ``due_at``: when the time
    for returns is over, None: its owner was no KOC and earns nothing."""

    order: Order
    inviter: str
    code: str
    event: str
    earned: int = 0
    net: int = 0
    due_at: int | None = None


def attributed(at: int, claims: Iterable[tuple[Claim, Verdict]], terms: Adopted) -> Claim | None:
    """The last claim of a buyer before an order that says for whom it counts."""
    since = at - terms.at(at).window
    fits = [claim for claim, verdict in claims
            if since <= claim.at <= at and verdict not in NOBODY]  # fmt: skip
    return max(fits, key=lambda one: one.order, default=None)


def held(events: Iterable[Event], at: int) -> bool:
    """True when somebody with these ROLE and UNROLE events was a KOC then, in any circle."""
    then = roles.fold(event for event in events if event.at <= at)
    return any(one.role == KOC and one.until is None and (one.ends is None or at < one.ends)
               for one in then)  # fmt: skip


def credit(order: Order, claim: Claim, roles: Sequence[Event], terms: Adopted) -> Credit:
    """What the order is to whoever owns the code."""
    if not held(roles, order.at):
        return Credit(order=order, inviter=claim.inviter, code=claim.code, event=claim.event)
    then = terms.at(order.at)
    return Credit(order=order, inviter=claim.inviter, code=claim.code, event=claim.event,
                  earned=then.commission(order.category, order.amount),
                  net=then.commission(order.category, order.net),
                  due_at=order.at + then.hold)  # fmt: skip


class Standing(StrEnum):
    """Where the commission of an order stands."""

    NONE = "none"  # nothing was earned: its owner was no KOC, or the rate is nothing
    VOID = "void"  # refunded, cancelled, or declared void, and nothing is to be taken back
    HELD = "held"  # until the time for returns is over
    OPEN = "open"  # to be settled
    OWED = "owed"  # more was settled than is left; the next settlement takes it back
    SETTLED = "settled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """``earned`` on all of the order, ``net`` on what is left of it; ``settled``: paid out, less
    what was taken back; cents."""

    earned: int
    net: int
    settled: int
    voided: bool
    due_at: int | None

    @property
    def open(self) -> int:
        """What is still to be paid; below nothing: to be taken back."""
        return (0 if self.voided else self.net) - self.settled

    def standing(self, now: int) -> Standing:
        """Where it stands at a moment."""
        if self.open < 0:
            return Standing.OWED
        if self.open == 0:
            return self._done()
        held = self.due_at is not None and now < self.due_at
        return Standing.HELD if held else Standing.OPEN

    def _done(self) -> Standing:
        if self.settled:
            return Standing.SETTLED
        return Standing.VOID if self.earned else Standing.NONE


def payable(balances: Sequence[Balance], now: int) -> list[int]:
    """What a settlement pays on each of one KOC's balances. All zero when it would not come to
    anything: what she owes waits for what she earns."""
    counts = (Standing.OPEN, Standing.OWED)
    parts = [one.open if one.standing(now) in counts else 0 for one in balances]
    return parts if sum(parts) > 0 else [0] * len(parts)
