"""Breaking the circle (破圈): newcomers of one circle whom somebody of another brought. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Seat(NamedTuple):
    """One person's time in a circle; ``until`` None: he is still there."""

    circle: str
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who came into a circle, when, and who brought him (a person, or nobody known: empty)."""

    member: str
    circle: str
    at: int
    inviter: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A newcomer, his inviter, and a circle in which the inviter sat then."""

    member: str
    circle: str
    at: int
    inviter: str
    of: str


def brought(
    newcomers: Iterable[Newcomer], seats: Mapping[str, Sequence[Seat]]
) -> list[Brought]:  # fmt: skip
    """Those whose inviter sat in another circle, and not in this one, when they came. An inviter of
    several circles counts for the one in which he had sat longest. ``seats``: by inviter."""
    found = []
    for one in newcomers:
        then = [seat for seat in seats.get(one.inviter, ()) if _sat(seat, one.at)]
        if one.inviter == one.member or any(seat.circle == one.circle for seat in then):
            continue
        if then:
            first = min(then, key=lambda seat: (seat.since, seat.circle))
            found.append(Brought(one.member, one.circle, one.at, one.inviter, first.circle))
    return found


def _sat(seat: Seat, at: int) -> bool:
    return seat.since <= at and (seat.until is None or seat.until > at)
