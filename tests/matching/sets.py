"""Questions of nine trades, written for these tests: what a FAQ holds and what people then type.

A line of a set: question / other wordings | unseen ways to ask it. ``!`` starts a line that
nothing in the set answers. Weights are fitted on ``DEV``; only ``HELD`` is worth reporting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "sets"
DEV = ("bank", "telecom", "gov", "shop", "game")
HELD = ("insurance", "itdesk", "travel", "course")
NEAR_DEV, NEAR_HELD = ("near_dev",), ("near_held",)
SMALL_TALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a FAQ, and how people really ask for it."""

    id: str
    wordings: tuple[str, ...]
    asked: tuple[str, ...]


def questions(*names: str) -> list[Question]:
    """The questions of the named sets as one FAQ."""
    return [question for name in names for question in _questions(name)]


def strangers(*names: str) -> list[str]:
    """What the named sets do not answer."""
    return [line[1:].strip() for name in names for line in _lines(name) if line.startswith("!")]


def _questions(name: str) -> Iterator[Question]:
    for line in _lines(name):
        if not line.startswith("!"):
            known, asked = line.split("|")
            wordings = _parts(known)
            yield Question(f"{name}:{wordings[0]}", wordings, _parts(asked))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(" / "))


def _lines(name: str) -> Iterable[str]:
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return (line for line in lines if line.strip() and not line.startswith("#"))
