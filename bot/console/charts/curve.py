"""A line of shares over a few steps, each with its number, on a scale that begins at nothing.
Across in percent, down in pixels, as ``bars``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.console.charts.bars import Note

WIDTH, HEIGHT = 100, 132
EDGE, TOP, FOOT = 8, 28, 24


@dataclass(frozen=True, slots=True)
class Dot:
    """One step; ``told``: what it says when somebody asks."""

    x: float
    y: float
    told: str


@dataclass(frozen=True, slots=True)
class Curve:
    """``lines``: from each dot to the next; ``told``: its sense in one line."""

    lines: tuple[tuple[Dot, Dot], ...]
    dots: tuple[Dot, ...]
    notes: tuple[Note, ...]
    told: str
    height: int = HEIGHT
    base: int = HEIGHT - FOOT


def curve(steps: Sequence[tuple[str, float | None, str]]) -> Curve:
    """Of each step its name, its share (None: not known yet) and the share in words. The steps
    stand equally far apart; the highest share reaches the top."""
    known = [(n, *step) for n, step in enumerate(steps) if step[1] is not None]
    most = max((share or 0 for _, _, share, _ in known), default=0) or 1
    apart = (WIDTH - 2 * EDGE) / max(len(steps) - 1, 1)
    room = HEIGHT - TOP - FOOT
    dots, notes = [], list[Note]()
    for n, name, share, words in known:
        x = round(EDGE + n * apart, 2)
        y = round(HEIGHT - FOOT - room * (share or 0) / most, 2)
        dots.append(Dot(x, y, f"{name} {words}"))
        notes.append(Note(x, round(y - 8, 2), words, "middle"))
    notes += [Note(round(EDGE + n * apart, 2), HEIGHT - 6, name, "middle")
              for n, (name, _, _) in enumerate(steps)]  # fmt: skip
    told = ", ".join(dot.told for dot in dots)
    return Curve(tuple(pairwise(dots)), tuple(dots), tuple(notes), told)
