"""Counts one stretch of time from the rows themselves. docs/figures.md has the definitions."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.handoff import AUTOMATIC
from bot.store.conversations import ANSWERS
from bot.store.engine import Row, Tx

# Lengths of waits in ms, each 5 % longer than the one before; a wait has the first that it does not
# exceed. The last is a year.
STEPS = tuple(round(100 * 1.05**i) for i in range(404))
BACK = 40  # lines of each side in a conversation that are looked at from before the stretch
BITE = 500  # conversations asked about at once
HEARD, SAID = 0, 1  # at the same moment the member comes first


class Key(NamedTuple):
    """What a count belongs to. ``person`` is an operator: bot, model, a login or a userid."""

    persona: str
    channel: str
    account: str
    person: str
    name: str
    code: str


Counts = Counter[Key]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begins`` until before ``ends``, within the local day that begins at ``day``."""

    begins: int
    ends: int
    day: int

    @property
    def length(self) -> int:
        """In ms."""
        return self.ends - self.begins


@dataclass(slots=True)
class _Talk:
    """A conversation as its lines go by; ``open`` is since when the member waits for an answer."""

    stretch: Stretch
    open: int | None = None
    turns: int = 0
    speaking: bool = False
    lines: list[tuple[int, int, Row | None]] = field(default_factory=list)

    def tell(self, counts: Counts) -> None:
        for at, side, row in sorted(self.lines, key=lambda line: line[:2]):
            (self._heard if side == HEARD else self._answered)(at, row, counts)

    def _heard(self, at: int, row: Row | None, counts: Counts) -> None:
        self.open = at if self.open is None else self.open
        if at < self.stretch.day or self.speaking:
            return
        self.speaking, self.turns = True, self.turns + 1
        if row is not None and self.turns <= 2:
            counts[_key(row, ("talk", "effective")[self.turns - 1])] += 1

    def _answered(self, at: int, row: Row | None, counts: Counts) -> None:
        if row is not None and self.open is not None:
            counts[_key(row, "first", row["operator"], str(step_of(at - self.open)))] += 1
        self.open, self.speaking = None, False


def _key(row: Row, name: str, person: str = "", code: str = "") -> Key:
    return Key(row["persona"], row["channel"], row["account"], person, name, code)


def count(tx: Tx, stretch: Stretch) -> Counts:
    """Everything that is counted in a stretch."""
    span = {"begins": stretch.begins, "ends": stretch.ends}
    heard, said = tx.rows("figure_heard", **span), tx.rows("figure_said", **span)
    counts: Counts = Counter()
    for row in heard:
        counts[_key(row, "in")] += 1
    for row in said:
        counts[_key(row, "out", row["operator"])] += 1
    for row in tx.rows("figure_events", **span):
        counts[_key(row, row["what"], "", row["code"])] += row["n"]
    for talk in _talks(tx, stretch, heard, said):
        talk.tell(counts)
    return counts


def _talks(
    tx: Tx, stretch: Stretch, heard: Sequence[Row], said: Sequence[Row]
) -> Iterable[_Talk]:  # fmt: skip
    """The conversations of a stretch with their lines, those of before too."""
    talks: dict[str, _Talk] = {}
    lines = [(HEARD, row) for row in heard]
    lines += [(SAID, row) for row in said if row["kind"] in ANSWERS]
    for side, row in lines:
        talk = talks.setdefault(row["conversation"], _Talk(stretch))
        talk.lines.append((row["at"], side, row))
    for query, side in (("figure_heard_before", HEARD), ("figure_said_before", SAID)):
        for row in _before(tx, query, list(talks), stretch.begins):
            talks[row["conversation"]].lines.append((row["at"], side, None))
    return talks.values()


def _before(tx: Tx, query: str, keys: Sequence[str], begins: int) -> Iterator[Row]:
    for first in range(0, len(keys), BITE):
        yield from tx.rows(query, ids=keys[first : first + BITE], begins=begins, n=BACK)


def step_of(wait: int) -> int:
    """The step (ms) that stands for a wait."""
    return STEPS[min(bisect_left(STEPS, wait), len(STEPS) - 1)]


def by(person: str) -> str:
    """Who that is: ``bot``, ``model`` or ``staff``."""
    return person if person in AUTOMATIC else "staff"


def percentile(waits: Mapping[int, int], share: float) -> int | None:
    """The shortest length (ms) that this share of the waits does not exceed; None of nothing."""
    rest = share * sum(waits.values())
    for length in sorted(waits):
        rest -= waits[length]
        if rest <= 1e-9:
            return length
    return None
