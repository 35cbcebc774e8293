"""Badges: given by a rule for what somebody did, or by staff with a reason. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from bot.community.days import run_to, season_of
from bot.community.points import key_of
from bot.community.rules import Badge
from bot.core.event import Event, Happened

By = Literal["rule", "staff"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A badge that he has, or (``until``) had. ``cause``: the dedupe of the event that gave it;
    ``causes``: of all that it rests on, the oldest first."""

    badge: str
    at: int
    cause: str
    by: By
    why: str = ""
    actor: str = ""
    until: int | None = None
    causes: tuple[str, ...] = ()


# What makes two events of a rule different ones.
_KEYS: Mapping[str, Callable[[Badge, Event, date], str]] = {
    "first": lambda badge, event, day: key_of(badge.once_per, event, day),
    "count": lambda badge, event, day: key_of(badge.once_per, event, day),
    "streak": lambda badge, event, day: day.isoformat(),
    "season": lambda badge, event, day: season_of(day),
    "helped": lambda badge, event, day: event.other,
}


@dataclass(slots=True)
class Cabinet:
    """One person's badges in one circle, event by event. Events are counted from the first on, so
    that a badge of new rules knows what was done before."""

    held: dict[str, Held] = field(default_factory=dict)
    _seen: list[tuple[Event, date]] = field(default_factory=list)
    _causes: defaultdict[Badge, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _upto: dict[Badge, int] = field(default_factory=dict)

    def count(self, event: Event, day: date, badges: Sequence[Badge]) -> None:
        """Gives what an event that counts completes."""
        self._seen.append((event, day))
        for badge in badges:
            if badge.by == "rule" and badge.id not in self.held and badge.fits(event):
                self._catch_up(badge)
                causes = self._enough(badge, day)
                if causes:
                    self.held[badge.id] = Held(badge=badge.id, at=event.at, cause=event.dedupe,
                                               by="rule", causes=causes)  # fmt: skip

    def by_staff(self, event: Event) -> None:
        """Staff give a badge, or take one back; what they took, no rule gives again."""
        known, why = self.held.get(event.which), str(event.data.get("why", ""))
        actor = str(event.data.get("by", ""))
        if event.kind is Happened.UNHONOURED:
            old = known or Held(badge=event.which, at=event.at, cause=event.dedupe, by="staff")
            if old.until is None:
                self.held[event.which] = replace(old, until=event.at, why=why, actor=actor)
        elif known is None or known.until is not None:
            self.held[event.which] = Held(badge=event.which, at=event.at, cause=event.dedupe,
                                          by="staff", why=why, actor=actor,
                                          causes=(event.dedupe,))  # fmt: skip

    def _catch_up(self, badge: Badge) -> None:
        found = self._causes[badge]
        for event, day in self._seen[self._upto.get(badge, 0) :]:
            if badge.fits(event):
                found.setdefault(_KEYS[badge.rule](badge, event, day), event.dedupe)
        self._upto[badge] = len(self._seen)

    def _enough(self, badge: Badge, day: date) -> tuple[str, ...]:
        """What the badge rests on; empty: it is not enough yet."""
        found = self._causes[badge]
        if badge.rule == "streak":
            run = run_to(found, day)
            return tuple(found[one] for one in reversed(run)) if len(run) >= badge.n else ()
        return tuple(found.values()) if len(found) >= badge.n else ()
