"""Rehearsals that staff start: what is asked for, what became of it, and the promise that
``bot.app`` keeps to the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

# How a rehearsal ended. ``lost``: the process that looked after it ended first.
End = Literal["done", "failed", "stopped", "slow", "lost"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is rehearsed: ``start`` is a local day, ``by`` the login of whoever asked."""

    start: str
    days: int
    members: int
    seed: int
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One that is over. ``id`` is the UTC ms at which it began; ``report`` the document of
    ``onevoice rehearse --json`` when it is done, else ``why`` says what went wrong."""

    id: int
    wish: Wish
    end: End
    ended_at: int
    why: str = ""
    report: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnderWay:
    """The one that runs now. ``day`` counts the days that have begun."""

    id: int
    wish: Wish
    day: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything there is: what runs, and what is kept, the newest first."""

    now: UnderWay | None
    kept: Sequence[Run]


class Rehearsals(Protocol):
    """At most one at a time, over all processes with the same data folder."""

    async def look(self) -> Seen:
        """What runs and what is kept."""
        ...

    async def start(self, wish: Wish) -> int | None:
        """Starts one and returns its id; None when another runs."""
        ...

    async def stop(self) -> bool:
        """Asks for the end of the one that runs; False when none does."""
        ...

    async def page(self, id: int) -> bytes | None:
        """The report for people, as HTML; None when it is not kept."""
        ...
