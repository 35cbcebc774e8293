"""Levels: reached with points, kept until points go. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.community.rules import Community, Level
from bot.core.event import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A level, by which event and with how many points; ``start``: how many it took then. ``until``
    it was another's turn; None: he has it."""

    level: str
    at: int
    cause: str
    points: int
    start: int
    until: int | None = None


@dataclass(slots=True)
class Ladder:
    """One person's levels in one circle, event by event."""

    reached: list[Reached] = field(default_factory=list)

    def climb(self, event: Event, rules: Community, points: int) -> None:
        """The level after an event. Rules that ask for more than before take none away."""
        held = self.reached[-1] if self.reached and self.reached[-1].until is None else None
        target = rules.level_at(points)
        if held is not None and not self._moves(held, target, rules, points):
            return
        if held is not None:
            self.reached[-1] = replace(held, until=event.at)
        if target is not None:
            self.reached.append(Reached(level=target.id, at=event.at, cause=event.dedupe,
                                        points=points, start=target.start))  # fmt: skip

    def _moves(self, held: Reached, target: Level | None, rules: Community, points: int) -> bool:
        if target is not None and target.id == held.level:
            return False
        now = rules.level(held.level)
        least = min(held.start, now.start) if now else held.start
        if points < least:
            return True
        return target is not None and target.start > (now.start if now else held.start)
