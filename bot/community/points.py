"""Points: who earns how many by which rule, and what caps leave of it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.community.days import run_to, week_of
from bot.community.rules import Decay, PointRule, Points
from bot.core.event import Event, Happened

STAFF, FADE, REWARD = "staff", "fade", "reward"  # in the place of a rule
ONCE, RULE_DAY, RULE_WEEK, DAY = "once", "per_day", "per_week", "day"  # why there are fewer
BELOW = "below"  # nobody has less than nothing

_KEYS: Mapping[str, Callable[[Event, date], str]] = {
    "event": lambda event, day: _itself(event), "place": lambda event, day: event.place,
    "other": lambda event, day: event.other, "which": lambda event, day: event.which,
    "day": lambda event, day: day.isoformat(), "ever": lambda event, day: "",
}  # fmt: skip


def _itself(event: Event) -> str:
    """An entry is accepted once, however often somebody looked at it."""
    return event.place if event.kind is Happened.JUDGED else event.dedupe


def key_of(once: str, event: Event, day: date) -> str:
    """What an event shares with those that count only once with it."""
    return _KEYS[once](event, day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Points that an event gave by a rule, or took. ``wanted``: by the rule alone; ``why``: what
    left fewer of them, empty where nothing did."""

    rule: str
    cause: str
    at: int
    day: str
    amount: int
    wanted: int
    why: str = ""


@dataclass(slots=True)
class Counter:
    """One person's points in one circle, event by event."""

    total: int = 0
    earned_at: int | None = None
    faded_at: int | None = None
    grants: list[Grant] = field(default_factory=list)
    _once: set[tuple[str, str]] = field(default_factory=set)
    _spent: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _days: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def earn(self, event: Event, day: date, rules: Points, void: str) -> None:
        """What the rules give for an event that somebody caused. ``void``: why it does not count;
        empty: it does."""
        for rule in rules.rules:
            if rule.fits(event):
                self._rule(rule, event, day, rules.per_day, void)

    def _rule(self, rule: PointRule, event: Event, day: date, most: int, void: str) -> None:
        wanted = rule.points * (event.amount // rule.per) if rule.per else rule.points
        if rule.streak:
            if void:
                return
            known, mark = self._days[rule.id], day.isoformat()
            fresh = mark not in known
            known.add(mark)
            if not fresh or len(run_to(known, day)) % rule.streak:
                return
        if wanted <= 0:
            return
        amount, why = (0, void) if void else self._within(rule, event, day, wanted, most)
        self._add(Grant(rule=rule.id, cause=event.dedupe, at=event.at, day=day.isoformat(),
                        amount=amount, wanted=wanted, why=why))  # fmt: skip
        if amount:
            self.earned_at = event.at

    def _within(
        self, rule: PointRule, event: Event, day: date, wanted: int, most: int
    ) -> tuple[int, str]:
        """What is left of them, and what took the rest."""
        mark = (rule.id, key_of(rule.once_per, event, day))
        if mark in self._once:
            return 0, ONCE
        self._once.add(mark)
        caps = [((f"{rule.id}/day", day.isoformat()), rule.per_day, RULE_DAY),
                ((f"{rule.id}/week", week_of(day)), rule.per_week, RULE_WEEK)]  # fmt: skip
        if not rule.per:  # what is paid for is no reward for being busy
            caps.append((("/day", day.isoformat()), most, DAY))
        amount, why = wanted, ""
        for key, cap, name in caps:
            if cap and cap - self._spent[key] < amount:
                amount, why = max(cap - self._spent[key], 0), name
        for key, _, _ in caps:
            self._spent[key] += amount
        return amount, why

    def correct(self, event: Event) -> None:
        """Staff give or take points."""
        amount = max(event.amount, -self.total)
        why = "" if amount == event.amount else BELOW
        self._add(Grant(rule=STAFF, cause=event.dedupe, at=event.at, day="", amount=amount,
                        wanted=event.amount, why=why))  # fmt: skip

    def reward(self, event: Event, void: str) -> None:
        """A reward of an activity; no cap stands against it. ``void``: why it does not count."""
        self._add(Grant(rule=REWARD, cause=event.dedupe, at=event.at,
                        day=str(event.data.get("day", "")), amount=0 if void else event.amount,
                        wanted=event.amount, why=void))  # fmt: skip
        if not void:
            self.earned_at = event.at

    def fade(self, event: Event, decay: Decay | None) -> None:
        """Time has gone by; what it takes from who has earned nothing for long."""
        if decay is None or self.earned_at is None or self.total <= decay.floor:
            return
        early = self.faded_at is not None and event.at - self.faded_at < decay.every_ms
        if event.at - self.earned_at < decay.idle_ms or early:
            return
        amount = min(max(self.total * decay.percent // 100, 1), self.total - decay.floor)
        self.faded_at = event.at
        self._add(Grant(rule=FADE, cause=event.dedupe, at=event.at, day=event.which,
                        amount=-amount, wanted=-amount))  # fmt: skip

    def _add(self, grant: Grant) -> None:
        self.total += grant.amount
        self.grants.append(grant)
