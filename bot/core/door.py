"""The way into a circle, as a persona may speak of it, and what a member does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# How a member stands to a circle that he asks for; no entry: none of these.
INSIDE, WAITING, FULL = "inside", "waiting", "full"


Do = Literal["enter", "apply", "leave"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """A circle as whoever asks for it may be told of it. ``questions``: what he is asked first;
    ``groups``: where its people talk; ``closed``: nobody is let in who asks. ``most``: with so many
    members it is full, 0: never."""

    id: str
    title: str
    about: str = ""
    groups: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    closed: bool = False
    most: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Knock:
    """What became of his wish: he is in, he waits with his ``answers`` by question, or is out."""

    circle: str
    do: Do
    answers: Mapping[str, str] = field(default_factory=dict)
