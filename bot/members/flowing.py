"""The flow between carriers: who came from where to where, and who went back out. Pure.

Forward: from a public carrier to a friend, to a group, to a circle. Reverse: from a private one,
where a link of ours is read, to what the link leads to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.members.carriers import TARGETS, source_of

Direction = Literal["forward", "reverse"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many comings (forward) or clicks (reverse) there were from one carrier to another, and
    how many persons they were, as far as it is known who clicked."""

    direction: Direction
    source: str
    target: str
    n: int
    persons: int


@dataclass(frozen=True, slots=True)
class Coming:
    """So many began to be in a place of a kind by one code; ``way``: the platform's number for how
    friends were added."""

    kind: str
    code: str
    came: str
    way: int
    n: int


@dataclass(frozen=True, slots=True)
class Clicked:
    """What one link of ours did: where it is read, where it leads, clicks, and persons known."""

    posted: str
    carrier: str
    n: int
    persons: int


def forward(
    comings: Iterable[Coming], codes: Mapping[str, str], links: Mapping[str, str]
) -> list[Cell]:
    """Cells by source and target; a coming is one person in one place."""
    counts = Counter[tuple[str, str]]()
    for one in comings:
        source = source_of(one.code, one.came, one.way, codes, links)
        counts[source, TARGETS[one.kind]] += one.n
    return [Cell("forward", source, target, n, n)
            for (source, target), n in sorted(counts.items())]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Led:
    """How many came to one kind of place under one leader: the persona of an account, of a group's
    owner, or whoever leads a circle; empty where nobody does."""

    leader: str
    target: str
    n: int


def by_leader(
    comings: Iterable[tuple[str, str, str, int]], personas: Mapping[str, str],
    leaders: Mapping[str, str],
) -> list[Led]:  # fmt: skip
    """The comings of the matrix seen by who leads; for each target they add up to as many.

    ``comings``: (kind, place, the group's owner, how many); ``personas``: by staff account;
    ``leaders``: by circle.
    """
    counts = Counter[tuple[str, str]]()
    for kind, place, owner, n in comings:
        found = {"account": personas.get(place), "group": personas.get(owner),
                 "circle": leaders.get(place)}[kind]  # fmt: skip
        counts[found or "", TARGETS[kind]] += n
    return [Led(leader, target, n) for (leader, target), n in sorted(counts.items())]


def reverse(clicks: Iterable[Clicked]) -> list[Cell]:
    """Cells by where the links are read and where they lead."""
    counts, known = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in clicks:
        counts[one.posted, one.carrier] += one.n
        known[one.posted, one.carrier] += one.persons
    return [Cell("reverse", source, target, n, known[source, target])
            for (source, target), n in sorted(counts.items())]  # fmt: skip
