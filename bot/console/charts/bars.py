"""Bars that stand on zero, with the numbers that matter beside them instead of an axis.

Across, a place is a share of the picture in percent; down, it is a pixel. So a picture is as wide
as there is room, and its words are as large as the page's in a narrow card and in a wide one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 100, 112
TOP, FOOT = 24, 20  # room for a number above the highest bar, and for days below
GAP = 0.2  # of a bar's place


@dataclass(frozen=True, slots=True)
class Point:
    """One bar: a day, its value (None: there is none), and the value in words. ``pale`` is a second
    value behind the first, never shorter than it."""

    label: str
    value: float | None
    words: str
    pale: float | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; ``x`` and ``width`` in percent. ``told``: what it says when somebody asks."""

    x: float
    y: float
    width: float
    height: float
    told: str
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A number or a day that stands in the picture, ``x`` in percent; ``anchor`` as SVG has it."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole picture. ``told`` is its sense in one line, for who cannot see it."""

    bars: tuple[Bar, ...]
    notes: tuple[Note, ...]
    told: str
    height: int = HEIGHT
    base: int = HEIGHT - FOOT


def bars(points: Sequence[Point]) -> Chart:
    """A bar a point, the highest with its number; first and last day below."""
    most = max((p.pale or p.value or 0 for p in points), default=0)
    step = WIDTH / max(len(points), 1)
    made = [bar for i, p in enumerate(points) for bar in _bars(p, i * step, step, most)]
    top = max(range(len(points)), key=lambda i: points[i].pale or points[i].value or 0, default=0)
    last = len(points) - 1
    # two numbers at one bar are long, and the last one stands beside the highest only with room
    paired = any(p.pale is not None for p in points)
    told_at = {top} if paired or last - top < len(points) / 3 else {top, last}
    notes = [_note(points, i, step, most) for i in sorted(told_at)
             if points and points[i].value is not None]  # fmt: skip
    told = ", ".join(f"{p.label} {p.words}" for p in points if p.value is not None)
    return Chart(tuple(made), (*notes, *_ends(points)), told[:400])


def _bars(point: Point, x: float, step: float, most: float) -> list[Bar]:
    told = f"{point.label} {point.words}"
    room = HEIGHT - TOP - FOOT
    found = []
    for value, pale in ((point.pale, True), (point.value, False)):
        if value is None or most <= 0:
            continue
        high = round(room * value / most, 2)
        found.append(Bar(round(x + step * GAP / 2, 2), round(HEIGHT - FOOT - high, 2),
                         round(step * (1 - GAP), 2), high, told, pale))  # fmt: skip
    return found


def _note(points: Sequence[Point], i: int, step: float, most: float) -> Note:
    point = points[i]
    high = (HEIGHT - TOP - FOOT) * ((point.pale or point.value or 0) / most if most else 0)
    x, anchor = _within((i + 0.5) * step)
    return Note(x, round(HEIGHT - FOOT - high - 6, 2), point.words, anchor)


def _within(x: float) -> tuple[float, str]:
    """A place for words that must not leave the picture."""
    if x < WIDTH / 4:
        return 0, "start"
    return (WIDTH, "end") if x > WIDTH * 3 / 4 else (round(x, 2), "middle")


def _ends(points: Sequence[Point]) -> tuple[Note, ...]:
    if not points:
        return ()
    first = Note(0, HEIGHT - 5, points[0].label, "start")
    last = Note(WIDTH, HEIGHT - 5, points[-1].label, "end")
    return (first, last) if len(points) > 1 else (first,)
