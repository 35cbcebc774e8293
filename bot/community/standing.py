"""What one person has in one circle, from his events: points, levels, badges, a code-name. Pure.

Events are taken in their own order, each judged by the rules that were in force when it happened.
So however they came in, and however often, the same comes out; an event that does not count after
all (refunded, rejected, struck out) is as if it had not been, with all that followed from it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.community.badges import Cabinet, Held
from bot.community.days import day_of
from bot.community.levels import Ladder, Reached
from bot.community.matching import concerns
from bot.community.points import Counter, Grant
from bot.community.rules import Community
from bot.community.verdicts import void
from bot.core.event import Event, Happened

Span = tuple[int, int | None]
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules of one circle since each moment, the earliest first; None: there are none from then
    on."""

    rows: Sequence[tuple[int, Community | None]] = ()

    def at(self, at: int) -> Community | None:
        """Those that were in force then."""
        n = bisect_right([since for since, _ in self.rows], at)
        return self.rows[n - 1][1] if n else None


@dataclass(frozen=True, slots=True)
class Claim:
    """A right that he took: the ``no``-th of it; ``event``: its dedupe."""

    right: str
    at: int
    cost: int
    event: str
    until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """``points`` is what levels go by; ``spent`` what rights cost. ``grants`` hold every reason for
    more or fewer points, those that gave none, too; ``levels`` every level, until it was another's
    turn; ``badges`` those that were taken back, too."""

    points: int = 0
    spent: int = 0
    earned_at: int | None = None
    faded_at: int | None = None
    grants: tuple[Grant, ...] = ()
    levels: tuple[Reached, ...] = ()
    badges: tuple[Held, ...] = ()
    claims: tuple[Claim, ...] = ()
    codename: str = ""
    named_at: int = 0

    @property
    def level(self) -> Reached | None:
        """The level that he has."""
        return next((one for one in self.levels if one.until is None), None)

    @property
    def balance(self) -> int:
        """Points that he may still spend."""
        return self.points - self.spent


@dataclass(slots=True)
class _Walk:
    circle: str
    void: Mapping[str, str]
    inside: Sequence[Span]
    taken: Mapping[str, int]
    counter: Counter = field(default_factory=Counter)
    ladder: Ladder = field(default_factory=Ladder)
    cabinet: Cabinet = field(default_factory=Cabinet)
    claims: list[Claim] = field(default_factory=list)
    name: tuple[str, int] = ("", 0)

    def take(self, event: Event, rules: Community) -> None:
        known = len(self.counter.grants)
        match event.kind:
            case Happened.POINTED:
                self.counter.correct(event)
            case Happened.FADED:
                self.counter.fade(event, rules.decay)
            case Happened.HONOURED | Happened.UNHONOURED:
                self.cabinet.by_staff(event)
            case Happened.NAMED:
                self.name = event.which, event.at
            case Happened.CLAIMED:
                self._claim(event)
            case Happened.GRANTED:
                self._reward(event)
            case _:
                self._earn(event, rules)
        if len(self.counter.grants) > known:
            self.ladder.climb(event, rules, self.counter.total)

    def _claim(self, event: Event) -> None:
        until = self.taken.get(event.dedupe)
        cost = event.amount if until is None else 0
        self.claims.append(Claim(event.which, event.at, cost, event.dedupe, until))

    def _reward(self, event: Event) -> None:
        """Points of a reward; of other rewards nothing counts here."""
        if event.data.get("how") == "points":
            void = self.void.get(event.dedupe, "") or "clawed" * (event.dedupe in self.taken)
            self.counter.reward(event, void)

    def _earn(self, event: Event, rules: Community) -> None:
        day, void = day_of(event, rules.zone), self._void(event, rules)
        self.counter.earn(event, day, rules.points, void)
        if not void:
            self.cabinet.count(event, day, rules.badges)

    def _void(self, event: Event, rules: Community) -> str:
        """Why an event does not count; empty: it does."""
        entry = event.place if event.kind is Happened.JUDGED else event.dedupe
        if why := self.void.get(event.dedupe) or self.void.get(entry):
            return why
        within = rules.counts == "everybody" or any(
            since <= event.at and (until is None or event.at <= until)
            for since, until in self.inside
        )
        return "" if within else OUTSIDE


def fold(
    events: Iterable[Event], circle: str, force: InForce, inside: Sequence[Span] = ()
) -> Standing:  # fmt: skip
    """One person's standing in a circle. ``events``: all of his that may concern it, under all his
    ids; an order is one event of what was paid and kept. ``inside``: when he was in the circle."""
    told = sorted({one.dedupe: one for one in events}.values(), key=lambda one: one.order)
    taken = {one.place: one.at for one in told if one.kind is Happened.CLAWED}
    walk = _Walk(circle, void(told), inside, taken)
    for event in told:
        rules = force.at(event.at) if concerns(event, circle) else None
        if rules is not None and event.kind not in _PASSIVE:
            walk.take(event, rules)
    counter = walk.counter
    return Standing(
        points=counter.total, spent=sum(one.cost for one in walk.claims),
        earned_at=counter.earned_at, faded_at=counter.faded_at, grants=tuple(counter.grants),
        levels=tuple(walk.ladder.reached), badges=tuple(walk.cabinet.held.values()),
        claims=tuple(walk.claims), codename=walk.name[0], named_at=walk.name[1],
    )  # fmt: skip


_PASSIVE = frozenset({Happened.STRUCK, Happened.CLAWED, Happened.WITHDREW})
