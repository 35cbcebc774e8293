"""What the matcher wants from sentence embeddings. Who computes them is not its business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Near:
    """A text among the wordings of a persona, in standard deviations of unrelated wordings.

    ``rules``: around the mean of all wordings, which tells rules apart. ``known``: the nearest
    wording before that is taken away, which tells this persona's subjects from others.
    """

    rules: Mapping[str, float] = field(default_factory=dict)
    known: float = 0.0


class Nearness(Protocol):
    """How near in meaning the rules of one persona are to a text."""

    def __call__(self, text: str) -> Near:
        """Without rules when the text has no vector (yet): characters and ideas then decide."""
        ...


class Meaning(Protocol):
    """Makes such an index of (rule, wording) pairs."""

    def index(self, wordings: Sequence[tuple[str, str]]) -> Nearness:
        """Computes what is not cached; for 10,000 new wordings that takes minutes, once."""
        ...

    def learn(self, texts: Sequence[str]) -> None:
        """Computes what members wrote, before it is matched. Blocks; never raises."""
        ...
