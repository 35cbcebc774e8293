"""Rows of two bars each, planned above sent, that begin at zero; a row may have a cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LABEL, NUMBERS = 360, 64, 64
ROW, BAR = 28, 9


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: its name, how much was planned and sent, and both in words."""

    label: str
    planned: float
    sent: float
    words: str


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; ``pale`` for what is planned."""

    x: float
    y: float
    width: float
    height: float
    pale: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its two bars, and where its words stand."""

    pair: Pair
    rects: tuple[Rect, Rect]
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it. ``cap``: where a line stands across, or None. ``told`` is its sense in words."""

    lines: tuple[Line, ...]
    height: int
    cap: float | None
    told: str
    width: int = WIDTH


def pairs(rows: Sequence[Pair], most: float = 0, cap: float | None = None) -> Picture:
    """``most`` is the value of a whole bar; 0: the largest there is."""
    most = most or max((max(row.planned, row.sent) for row in rows), default=0) or 1
    lines = tuple(_line(row, n * ROW, most) for n, row in enumerate(rows))
    told = ", ".join(f"{row.label} {row.words}" for row in rows)
    return Picture(lines, ROW * len(rows), None if cap is None else _x(cap, most), told)


def _line(row: Pair, y: float, most: float) -> Line:
    planned = Rect(LABEL, y + 4, round(_x(row.planned, most) - LABEL, 2), BAR, True)
    sent = Rect(LABEL, y + 5 + BAR, round(_x(row.sent, most) - LABEL, 2), BAR, False)
    return Line(row, (planned, sent), y + ROW / 2 + 5)


def _x(value: float, most: float) -> float:
    return round(LABEL + (WIDTH - LABEL - NUMBERS) * min(value / most, 1), 2)
