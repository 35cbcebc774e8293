"""One difference with its interval on a line that holds 0."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 360, 44, 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the line, and the number that stands there."""

    x: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Where 0, the difference and the ends of its interval stand."""

    zero: Mark
    low: Mark
    high: Mark
    point: Mark
    width: int = WIDTH
    height: int = HEIGHT


def interval(point: float, low: float, high: float) -> Interval:
    """Shares as they are (0.05 is five points); the numbers beside them are points."""
    least, most = min(low, 0.0), max(high, 0.0)
    span = (most - least) or 1.0

    def mark(value: float) -> Mark:
        place = EDGE + (value - least) / span * (WIDTH - 2 * EDGE)
        return Mark(round(place, 1), f"{value * 100:+.1f}" if value else "0")

    return Interval(zero=mark(0.0), low=mark(low), high=mark(high), point=mark(point))
