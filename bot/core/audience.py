"""A description of members as a value: conditions, and how they are combined.

The words that people write become such a tree (``scheduler.audience``); it is judged over one
member's facts there, and over all members in the database (``bot.store.audience``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

# What is known about one member, by field: words, a time in UTC ms (None: never), or a number.
Facts = Mapping[str, frozenset[str] | int | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: UTC ms, or so many ms before now."""

    at: int = 0
    ago: int | None = None

    def ms(self, now: int) -> int:
        """UTC milliseconds."""
        return self.at if self.ago is None else now - self.ago


@dataclass(frozen=True, slots=True)
class Is:
    """One of ``values`` is among the words of the field. ``said``: as somebody wrote it."""

    field: str
    values: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """The field's time lies at the moment or later (``since``), or earlier (``before``).

    What never happened is not ``since`` anything; whether it is ``before`` the field decides.
    """

    field: str
    side: Literal["since", "before"]
    moment: Moment
    said: str = ""


@dataclass(frozen=True, slots=True)
class Much:
    """The field's number is at least ``amount`` (``from``), or less (``below``). Money in cents.

    Of whom nothing is known it is 0.
    """

    field: str
    side: Literal["from", "below"]
    amount: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Everybody:
    """Holds for each member."""

    said: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where ``part`` does not."""

    part: Audience


@dataclass(frozen=True, slots=True)
class And:
    """Holds where all of ``parts`` hold; there are at least two."""

    parts: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where one of ``parts`` holds; there are at least two."""

    parts: tuple[Audience, ...]


Leaf = Is | When | Much | Everybody
Audience = Leaf | Not | And | Or
# Who never wrote is as silent as one can be; who never joined did not join early.
NEVER_IS_BEFORE = frozenset({"active", "kf"})


def leaves(audience: Audience) -> Iterator[Leaf]:
    """The conditions of an audience."""
    match audience:
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield audience


def circle_of(audience: Audience) -> str:
    """The one circle that everybody in it is asked to be in, as it was written; else empty."""
    parts = audience.parts if isinstance(audience, And) else (audience,)
    named = {value for part in parts if isinstance(part, Is) and part.field == "circle"
             and len(part.values) == 1 for value in part.values}  # fmt: skip
    return named.pop() if len(named) == 1 else ""


def fields_of(audience: Audience) -> frozenset[str]:
    """Names of the facts that it looks at."""
    return frozenset(one.field for one in leaves(audience) if not isinstance(one, Everybody))
