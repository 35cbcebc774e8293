"""Where a person was, from when until when: at accounts, in groups, in circles. Pure.

What counts is how things stand at the end of each millisecond: whoever joins and leaves within one
was not there, and whoever leaves and joins within one did not go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Literal

from bot.core.event import Event, Happened

Kind = Literal["account", "group", "circle"]
KINDS: tuple[Kind, ...] = ("account", "group", "circle")  # from the outer ring to the inner one
_RINGS = {kind: ring for ring, kind in enumerate(KINDS)}
Place = tuple[Kind, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """``since`` and ``until`` (None: still there) in UTC ms.

    ``how``: the kind of event that began it; ``source``: the code, or the rule, he came by;
    ``came``: where he was already, the nearest such kind of place, or empty; ``inviter``: who
    brought him, or the account that handed him over; ``ended``: by what.
    """

    kind: Kind
    place: str
    since: int
    until: int | None = None
    how: str = ""
    source: str = ""
    came: str = ""
    inviter: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One id of a person comes to a place, or goes."""

    event: Event
    place: Place
    comes: bool


def _at(event: Event) -> Place:
    return "account", event.account


def _group(event: Event) -> Place:
    return "group", event.place


def _circle(event: Event) -> Place:
    return "circle", event.place


_MOVES = {
    Happened.ADDED: (_at, True), Happened.PARTED: (_at, False),
    Happened.JOINED: (_group, True), Happened.LEFT: (_group, False),
    Happened.ENTERED: (_circle, True), Happened.WITHDREW: (_circle, False),
    Happened.HANDED: (_at, True),
}  # fmt: skip
MOVING = frozenset(_MOVES)
# Where a newcomer of each kind of place is looked for first.
_CAME: Mapping[Kind, tuple[Kind, ...]] = {
    "account": ("group", "circle", "account"),
    "group": ("account", "circle", "group"),
    "circle": ("group", "account", "circle"),
}


def moves(event: Event) -> Iterator[Move]:
    """What an event says about places; a friendship that is handed over is a coming and a going."""
    where, comes = _MOVES[event.kind]
    yield Move(event, where(event), comes)
    if event.kind is Happened.HANDED:
        yield Move(event, ("account", event.other), False)


@dataclass(slots=True)
class _Person:
    """Which of his ids are where, which of his stays are open, and those that are over."""

    inside: dict[Place, set[str]] = field(default_factory=dict)
    open: dict[Place, Stay] = field(default_factory=dict)
    over: list[Stay] = field(default_factory=list)


def fold(events: Iterable[Event]) -> Sequence[Stay]:
    """All stays of one person, by kind, place and beginning. ``events``: those of all his ids, of
    the kinds in ``MOVING``, in any order; he is in a place as long as one of his ids is."""
    person = _Person()
    ordered = sorted(events, key=lambda one: one.order)
    for at, batch in groupby(ordered, key=attrgetter("at")):
        _step(person, at, [move for event in batch for move in moves(event)])
    return sorted([*person.over, *person.open.values()],
                  key=lambda one: (one.kind, one.place, one.since))  # fmt: skip


def _step(person: _Person, at: int, batch: Sequence[Move]) -> None:
    """Everything of one millisecond. The platform tells whole seconds: who becomes a friend and
    joins a group in the same one came as a friend."""
    before = {place[0] for place in person.open}
    for move in batch:
        ids = person.inside.setdefault(move.place, set())
        (ids.add if move.comes else ids.discard)(move.event.member)
    for place in sorted({move.place for move in batch}, key=_ring):
        mine = [move for move in batch if move.place == place]
        if not person.inside[place]:
            _end(person, place, at, mine[-1].event)
        elif place not in person.open:
            first = next(move.event for move in mine if move.comes)
            outer = {kind for kind, _ in person.open if _RINGS[kind] < _RINGS[place[0]]}
            person.open[place] = _learn(_begin(place, at, first, before | outer), mine)
        else:
            person.open[place] = _learn(person.open[place], mine)


def _ring(place: Place) -> tuple[int, str]:
    return _RINGS[place[0]], place[1]


def _begin(place: Place, at: int, event: Event, before: set[Kind]) -> Stay:
    came = next((kind for kind in _CAME[place[0]] if kind in before), "")
    handed = event.kind is Happened.HANDED
    return Stay(kind=place[0], place=place[1], since=at, how=event.kind.value,
                source=event.which, came="account" if handed else came,
                inviter=event.other)  # fmt: skip


def _learn(stay: Stay, batch: Iterable[Move]) -> Stay:
    """Told again, by somebody who knows more: the first code and inviter that are named count."""
    came = [move.event for move in batch if move.comes]
    code = next((one.which for one in came if one.which), "")
    inviter = next((one.other for one in came if one.other), "")
    return replace(stay, source=stay.source or code, inviter=stay.inviter or inviter)


def _end(person: _Person, place: Place, at: int, event: Event) -> None:
    stay = person.open.pop(place, None)
    if stay is not None:
        ended = event.which if event.kind is not Happened.HANDED else ""
        person.over.append(replace(stay, until=at, ended=ended or event.kind.value))
