"""How a circle is: what somebody should look at, the gravest first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.clock import DAY
from bot.members.circle import Circle, Metric

Kind = Literal["good", "wait", "bad"]
# An application that waits longer, the least percentage of members who wrote within 30 days, and
# from how many members on that says anything.
PATIENCE, LIVELY, ENOUGH = 3 * DAY, 20, 10


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look at; ``kind``: bad needs somebody, wait wants an eye."""

    code: str
    kind: Kind


def signs(
    circle: Circle, figures: Mapping[Metric, int], *, led: bool, oldest: int | None, joined: int,
    left: int, now: int,
) -> list[Sign]:  # fmt: skip
    """``led``: somebody leads who serves; ``oldest``: since when the first application waits, in
    UTC ms; ``joined`` and ``left``: of the last 30 days."""
    found = _signs(circle, figures, led, oldest, joined, left, now)
    return sorted(found, key=lambda one: one.kind != "bad")


def whole(found: list[Sign]) -> Kind:
    """The circle in one word."""
    return min((one.kind for one in found), key=("bad", "wait", "good").index, default="good")


def _signs(
    circle: Circle, figures: Mapping[Metric, int], led: bool, oldest: int | None, joined: int,
    left: int, now: int,
) -> Iterator[Sign]:  # fmt: skip
    if circle.unanswered:
        yield Sign("position", "bad")
    if not led:
        yield Sign("leader", "bad")
    if oldest is not None and now - oldest > PATIENCE:
        yield Sign("queue", "bad")
    if left > joined:
        yield Sign("shrinks", "wait")
    if figures["members"] >= ENOUGH and figures["active"] < LIVELY:
        yield Sign("quiet", "wait")
    if not circle.goal.target:
        yield Sign("no_goal", "wait")
    elif figures[circle.goal.metric] < circle.goal.target:
        yield Sign("below", "wait")
