"""Rights that members take: each as often as the rules say, and never more than there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.community.rules import Community, Right
from bot.core.clock import local
from bot.core.event import Event, Happened
from bot.store import audit, events, people, persons, projections
from bot.store.engine import Tx
from bot.store.honouring import CommunityRefused

State = Literal["open", "taken", "early", "over", "level", "badge", "audience", "points", "gone"]
# Why a right cannot be taken now, for staff.
SAID = {
    "taken": "he has it already", "early": "it has not begun", "over": "it is over",
    "level": "his level is not enough", "badge": "he does not have the badge",
    "audience": "it is not for him", "points": "he has too few points", "gone": "none is left",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A right as it is for one person: whether he may take it now, and how many he took; ``left``:
    how many there are, None where there is no limit."""

    circle: str
    right: Right
    state: State
    taken: int
    left: int | None


def offers(tx: Tx, rules: Community, member: str, now: int, fits: frozenset[str]) -> list[Offer]:
    """Every right of a circle, as it is for him. ``fits``: rights whose audience he is of."""
    person = persons.person_of(tx, [member])[member]
    mine = _Mine(tx, rules, person)
    return [_offer(mine, right, now, right.id in fits) for right in rules.rights]


def claim(
    tx: Tx, rules: Community, right: str, member: str, now: int, *, fits: bool, actor: str = ""
) -> Event:  # fmt: skip
    """He takes one. Raises CommunityRefused.

    The person is held, so that two doors do not spend the same points; the stock counts in the same
    transaction, so that what is rolled back was not taken.
    """
    wanted = rules.right(right)
    if wanted is None:
        raise CommunityRefused(f"{rules.circle} has no right {right!r}")
    people.ensure_member(tx, member, now)
    projections.hold(tx, [member])
    person = persons.person_of(tx, [member])[member]
    mine = _Mine(tx, rules, person)
    found = _offer(mine, wanted, now, fits)
    if found.state == "open" and not tx.rows("right_take", circle=rules.circle, entitled=right,
                                             stock=wanted.stock):  # fmt: skip
        raise CommunityRefused(SAID["gone"])
    if found.state != "open":
        raise CommunityRefused(SAID[found.state])
    n = len(mine.ever(right)) + 1
    made = Event(kind=Happened.CLAIMED, at=now, member=person, place=rules.circle, which=right,
                 dedupe=f"claimed/{rules.circle}/{right}/{person}/{n}", amount=wanted.cost,
                 data={"by": actor} if actor else {})  # fmt: skip
    if not events.record(tx, [made], now):
        raise CommunityRefused(SAID["taken"])
    return made


def take_back(tx: Tx, event: str, now: int, *, why: str, actor: str) -> None:
    """A claim is undone: he may take it again, and so may another. Raises CommunityRefused."""
    row = tx.row("entitlement_get", event=event)
    if row is None or row["until"] is not None:
        raise CommunityRefused(f"there is no right that was taken by {event!r}")
    events.record(tx, [Event(kind=Happened.CLAWED, at=now, dedupe=f"clawed/{event}",
                             member=row["member"], place=event,
                             data={"why": why, "by": actor})], now)  # fmt: skip
    tx.run("right_give_back", circle=row["circle"], entitled=row["entitled"])
    audit.record(tx, [audit.note("member", row["member"], "take_back", at=now, actor=actor,
                                 reason=why, before=row["entitled"])])  # fmt: skip


class _Mine:
    """What one person has in a circle, as far as rights ask for it."""

    def __init__(self, tx: Tx, rules: Community, person: str) -> None:
        self.rules = rules
        row = tx.row("standing_get", member=person, circle=rules.circle)
        self.balance = row["points"] - row["spent"] if row else 0
        self.level = rules.level(row["level"]) if row else None
        held = tx.rows("badges_held", members=[person])
        self.badges = {one["badge"] for one in held
                       if one["circle"] == rules.circle and one["until"] is None}  # fmt: skip
        self._taken = [one for one in tx.rows("entitlements_of", members=[person])
                       if one["circle"] == rules.circle]  # fmt: skip
        self.stock = {one["entitled"]: one["taken"]
                      for one in tx.rows("rights_taken", circle=rules.circle)}  # fmt: skip

    def ever(self, right: str) -> list[str]:
        """All that he took of it, those that were taken back, too."""
        return [one["event"] for one in self._taken if one["entitled"] == right]

    def has(self, right: str) -> int:
        """How many he has."""
        return sum(one["entitled"] == right and one["until"] is None for one in self._taken)


def _offer(mine: _Mine, right: Right, now: int, fits: bool) -> Offer:
    left = max(right.stock - mine.stock.get(right.id, 0), 0) if right.stock else None
    state: State = next(_against(mine, right, now, fits, left), "open")
    return Offer(circle=mine.rules.circle, right=right, state=state, taken=mine.has(right.id),
                 left=left)  # fmt: skip


def _against(mine: _Mine, right: Right, now: int, fits: bool, left: int | None) -> Iterator[State]:
    today = local(now, mine.rules.zone).date()
    wanted = mine.rules.level(right.level) if right.level else None
    if mine.has(right.id) >= right.each:
        yield "taken"
    if right.start and today < right.start:
        yield "early"
    if right.until and today > right.until:
        yield "over"
    if wanted and (mine.level is None or mine.level.start < wanted.start):
        yield "level"
    if right.badge and right.badge not in mine.badges:
        yield "badge"
    if not fits:
        yield "audience"
    if left == 0:
        yield "gone"
    if mine.balance < right.cost:
        yield "points"
