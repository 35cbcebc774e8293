"""Counts one stretch of time from the rows themselves. docs/figures.md has the definitions."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.clock import MINUTE, SECOND
from bot.core.handoff import AUTOMATIC
from bot.store.conversations import ANSWERS
from bot.store.engine import Row, Tx
from bot.store.figures_talk import Counts, Key, Stretch, Talk, key_of

# Lengths of waits in ms, each 5 % longer than the one before; a wait has the first that it does not
# exceed. The last is a year.
STEPS = tuple(round(100 * 1.05**i) for i in range(404))
BACK = 40  # lines of each side in a conversation that are looked at from before the stretch
BITE = 500  # conversations asked about at once
HEARD, SAID = 0, 1  # at the same moment the member comes first
QUARTER = 15 * MINUTE  # in which a person answers: so long he worked


def count(tx: Tx, stretch: Stretch) -> Counts:
    """Everything that is counted in a stretch."""
    span = {"begins": stretch.begins, "ends": stretch.ends}
    heard, said = tx.rows("figure_heard", **span), tx.rows("figure_said", **span)
    counts: Counts = Counter()
    for row in heard:
        counts[key_of(row, "in")] += 1
    for row in said:
        counts[key_of(row, "out", row["operator"])] += 1
    for row in tx.rows("figure_events", **span):
        counts[key_of(row, row["what"], "", row["code"])] += row["n"]
    for talk in _talks(tx, stretch, heard, said):
        talk.tell(counts, step_of, by)
    counts.update(staffed(said, stretch.day))
    return counts


def staffed(said: Iterable[Row], day: int) -> Counts:
    """Working time in seconds: a quarter of an hour for each person and quarter of the day in which
    he answered, shared among personas and accounts by how much he said for each."""
    spoke: dict[tuple[str, int], Counter[Key]] = {}
    for row in said:
        if row["kind"] in ANSWERS and by(row["operator"]) == "staff":
            quarter = row["operator"], (row["at"] - day) // QUARTER
            spoke.setdefault(quarter, Counter())[key_of(row, "staffed", row["operator"])] += 1
    counts: Counts = Counter()
    for shares in spoke.values():
        left, whole = QUARTER // SECOND, shares.total()
        for key, n in sorted(shares.items()):
            part = left * n // whole
            counts[key] += part
            left, whole = left - part, whole - n
    return counts


def _talks(
    tx: Tx, stretch: Stretch, heard: Sequence[Row], said: Sequence[Row]
) -> Iterable[Talk]:  # fmt: skip
    """The conversations of a stretch with their lines, those of before too."""
    talks: dict[str, Talk] = {}
    lines = [(HEARD, row) for row in heard]
    lines += [(SAID, row) for row in said if row["kind"] in ANSWERS]
    for side, row in lines:
        talk = talks.setdefault(row["conversation"], Talk(stretch))
        talk.lines.append((row["at"], side, row))
    for query, side in (("figure_heard_before", HEARD), ("figure_said_before", SAID)):
        for row in _before(tx, query, list(talks), stretch.begins):
            who = row["operator"] if side == SAID else ""
            talks[row["conversation"]].before.append((row["at"], side, who))
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
