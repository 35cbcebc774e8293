"""What the matcher wants from sentence embeddings. Who computes them is not its business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Nearness(Protocol):
    """How near in meaning the rules of one persona are to a text."""

    def __call__(self, text: str) -> Mapping[str, float]:
        """Nearness by rule, in standard deviations of the persona's own unrelated wordings.

        Empty when the text has no vector (yet): the matcher then goes by characters and ideas.
        """
        ...


class Meaning(Protocol):
    """Makes such an index of (rule, wording) pairs."""

    def index(self, wordings: Sequence[tuple[str, str]]) -> Nearness:
        """Computes what is not cached; for 10,000 new wordings that takes minutes, once."""
        ...

    def learn(self, texts: Sequence[str]) -> None:
        """Computes what members wrote, before it is matched. Blocks; never raises."""
        ...
