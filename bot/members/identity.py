"""What files say of a person: folded from the rows about all of his ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.event import Event, Happened

KINDS = frozenset({Happened.IMPORTED, Happened.MERGED, Happened.UNMERGED})


@dataclass(frozen=True, slots=True)
class Told:
    """``tags`` without doubles, in order; ``cost`` in hundredths, None: nobody said."""

    tags: tuple[str, ...] = ()
    cost: int | None = None


def told(events: Iterable[Event]) -> Told:
    """What holds of one person, of all whose ids these are the events.

    A row speaks of the person that its id was when the row came, and replaces all that rows said of
    this person before. What was said of two persons, who were then found to be one, adds up:
    whoever came twice wears the tags of both, and cost what both did.
    """
    ordered = sorted(events, key=lambda one: one.order)
    costs = [int(cost) for cost in _standing(ordered, "acquisition_cost")]
    tags = {tag for said in _standing(ordered, "tags") for tag in said}
    return Told(tuple(sorted(tags)), sum(costs) if costs else None)


def told_once(event: Event) -> Told:
    """The same where this is all that was ever said."""
    return Told(tuple(event.data.get("tags", ())), event.data.get("acquisition_cost"))


def _standing(events: Sequence[Event], column: str) -> Iterator[Any]:
    who = _Persons()
    said: dict[str, Any] = {}
    for one in events:
        if one.kind is not Happened.IMPORTED:
            who.follow(one)
        elif column in one.data:
            person = who.of(one.member)
            said = {id: value for id, value in said.items() if who.of(id) != person}
            said[person] = one.data[column]
    yield from said.values()


@dataclass(slots=True)
class _Persons:
    """Which ids were one person at a time."""

    parent: dict[str, str] = field(default_factory=dict)

    def follow(self, event: Event) -> None:
        if event.kind is Happened.MERGED:
            self.parent[event.member] = event.other
        else:
            self.parent.pop(event.member, None)

    def of(self, id: str) -> str:
        while id in self.parent:
            id = self.parent[id]
        return id


def last(events: Iterable[Event]) -> dict[str, Any]:
    """By column what a row said last, whichever id it named."""
    found: dict[str, Any] = {}
    for one in sorted(events, key=lambda one: one.order):
        if one.kind is Happened.IMPORTED:
            found |= one.data
    return found
