"""What the governor held back, summed up by reason, day, persona and plan. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.console.charts.bars import Chart, Point, bars
from bot.store.governor import Refused


@dataclass(frozen=True, slots=True)
class Sum:
    """So often the answer was no, or later, about what ``key`` names."""

    key: str
    no: int
    later: int

    @property
    def both(self) -> int:
        """Both answers."""
        return self.no + self.later


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """Which sums are wanted; empty: all."""

    persona: str = ""
    plan: str = ""
    code: str = ""

    def takes(self, one: Refused) -> bool:
        """True for a row of the choice."""
        return (self.persona in ("", one.persona) and self.plan in ("", one.origin)
                and self.code in ("", one.code))  # fmt: skip


def sums(rows: Iterable[Refused], by: Callable[[Refused], str]) -> list[Sum]:
    """Per key, the most first."""
    found: dict[str, dict[str, int]] = {}
    for one in rows:
        mine = found.setdefault(by(one), {})
        mine[one.answer] = mine.get(one.answer, 0) + one.n
    made = [Sum(key, n.get("no", 0), n.get("later", 0)) for key, n in found.items()]
    return sorted(made, key=lambda one: (-one.both, one.key))


def chart(rows: Sequence[Refused], since: date, until: date, words: Callable[[Sum], str]) -> Chart:
    """A bar for each day; the pale part is what was put off."""
    known: Mapping[str, Sum] = {one.key: one for one in sums(rows, lambda row: row.day)}
    days = [(since + timedelta(days=n)).isoformat() for n in range((until - since).days + 1)]
    found = [known.get(day, Sum(day, 0, 0)) for day in days]
    return bars([Point(one.key[5:], one.no, words(one), one.both) for one in found])
