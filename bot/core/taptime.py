"""When something is to be done about a task that nobody has tapped yet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.clock import local, to_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Lengths of time in ms, counted from when a task was made; ``escalate`` 0: never."""

    deadline: int
    reminders: Sequence[int] = ()
    escalate: int = 0

    def deadline_at(self, since: int, expires_at: int | None) -> int:
        """When it is called off; what says of itself that it ends sooner, ends then."""
        own = since + self.deadline
        return own if expires_at is None else min(own, expires_at)

    def due_reminders(self, since: int, now: int) -> int:
        """How many of the reminders have come due."""
        return sum(since + after <= now for after in self.reminders)

    def escalates(self, since: int, now: int) -> bool:
        """True once the lead is to be told."""
        return bool(self.escalate) and since + self.escalate <= now

    def next_at(self, since: int, deadline: int, reminded: int, told: bool) -> int:
        """The earliest moment at which something is to be done."""
        times = [since + after for after in self.reminders[reminded:][:1]]
        if self.escalate and not told:
            times.append(since + self.escalate)
        return min([deadline, *times])


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """Quiet hours in minutes of the local day; equal ones: there are none."""

    zone: str
    begins: int
    ends: int

    def over_at(self, now: int) -> int | None:
        """When the night ends in which ``now`` lies; None by day."""
        there = local(now, self.zone)
        minute = there.hour * 60 + there.minute
        if not self._holds(minute):
            return None
        return self._at(now, self.ends, int(minute >= self.ends))

    def next_at(self, now: int) -> int | None:
        """When the next night begins; None when there are none."""
        if self.begins == self.ends:
            return None
        times = [self._at(now, self.begins, days) for days in (0, 1, 2)]
        return min(at for at in times if at > now)

    def _holds(self, minute: int) -> bool:
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return self.begins != self.ends and not self.ends <= minute < self.begins

    def _at(self, now: int, minute: int, days: int) -> int:
        there = local(now, self.zone)
        day = there.date() + timedelta(days=days)
        hour, rest = divmod(minute, 60)
        return to_ms(there.replace(year=day.year, month=day.month, day=day.day, hour=hour,
                                   minute=rest, second=0, microsecond=0, fold=0))  # fmt: skip
