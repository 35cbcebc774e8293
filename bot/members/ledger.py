"""The daily ledger of a place: opening + joined - left = closing. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.clock import to_ms

DAYS_MAX = 3_660


@dataclass(frozen=True, slots=True)
class Line:
    """One day of one place, in persons. ``place`` is empty for what has none: the brand."""

    place: str
    day: date
    opening: int
    joined: int
    left: int

    @property
    def closing(self) -> int:
        """How many are there when the day is over."""
        return self.opening + self.joined - self.left


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days of one zone; ``edges``: where each begins and the last one ends, in ms."""

    first: date
    edges: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.edges) - 1

    def index(self, at: int) -> int:
        """Which of the days a moment falls on: below 0 before the first, ``len`` or more behind
        the last."""
        return bisect_right(self.edges, at) - 1


def days(first: date, n: int, zone: str) -> Days:
    """``n`` days from ``first`` on; one of them may have 23 or 25 hours. Raises ValueError."""
    if not 0 < n <= DAYS_MAX:
        raise ValueError(f"between 1 and {DAYS_MAX} days")
    dates = (first + timedelta(days=i) for i in range(n + 1))
    return Days(first, tuple(to_ms(datetime.combine(d, time(), ZoneInfo(zone))) for d in dates))


def lines(
    span: Days, opening: Mapping[str, int], joined: Mapping[str, Sequence[int]],
    left: Mapping[str, Sequence[int]],
) -> list[Line]:  # fmt: skip
    """A line for each place and day, by place. The counts of a place are one a day."""
    made, nobody = list[Line](), [0] * len(span)
    for place in sorted({*opening, *joined, *left}):
        stock = opening.get(place, 0)
        for i, (came, went) in enumerate(zip(joined.get(place, nobody), left.get(place, nobody),
                                             strict=True)):  # fmt: skip
            line = Line(place, span.first + timedelta(days=i), stock, came, went)
            stock = line.closing
            made.append(line)
    return made


class Part(NamedTuple):
    """Several days of one place as one line; ``until``: the last of them."""

    since: date
    until: date
    opening: int
    joined: int
    left: int
    closing: int


def parts(found: Sequence[Line], *, monthly: bool = False) -> list[Part]:
    """The days of one place, in their order, each by itself or those of a month together."""
    by = (lambda line: (line.day.year, line.day.month)) if monthly else (lambda line: line.day)
    return [summed(list(some)) for _, some in groupby(found, key=by)]


def summed(found: Sequence[Line]) -> Part:
    """All of these consecutive days as one."""
    return Part(found[0].day, found[-1].day, found[0].opening, sum(one.joined for one in found),
                sum(one.left for one in found), found[-1].closing)  # fmt: skip


class Step(NamedTuple):
    """One coming or going as the log has it; sorted as events are."""

    at: int
    dedupe: str
    place: str
    person: str
    id: str
    comes: bool


def reckon(span: Days, steps: Iterable[Step]) -> list[Line]:
    """The same ledger from the log alone, for a check: everybody's steps in the order of time, and
    who is where after each millisecond. It knows nothing of stays."""
    inside: dict[str, dict[str, set[str]]] = {}
    opening, joined, left = Counter[str](), dict[str, list[int]](), dict[str, list[int]]()
    for at, batch in groupby(sorted(steps), key=itemgetter(0)):
        for place, change in _changes(inside, batch):
            day = span.index(at)
            if day < 0:
                opening[place] += change
            elif day < len(span):
                counts = (joined if change > 0 else left).setdefault(place, [0] * len(span))
                counts[day] += 1
    return lines(span, opening, joined, left)


def _changes(
    inside: dict[str, dict[str, set[str]]], batch: Iterable[Step]
) -> list[tuple[str, int]]:  # fmt: skip
    """(place, +1 or -1) for everybody who is there now and was not, or the other way round."""
    before: dict[tuple[str, str], bool] = {}
    for step in batch:
        here = inside.setdefault(step.place, {})
        before.setdefault((step.place, step.person), step.person in here)
        ids = here.setdefault(step.person, set())
        (ids.add if step.comes else ids.discard)(step.id)
        if not ids:
            del here[step.person]
    now = {key: key[1] in inside[key[0]] for key in before}
    return [(place, 1 if now[place, person] else -1)
            for (place, person), was in before.items() if now[place, person] != was]  # fmt: skip
