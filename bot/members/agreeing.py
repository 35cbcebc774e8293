"""Two sides change the same note about a friend: the product, and whoever uses the client."""

from __future__ import annotations

from typing import Literal

Fate = Literal["done", "send", "conflict"]


def fate(base: str, ours: str, theirs: str) -> Fate:
    """What becomes of our wish that what read ``base`` shall read ``ours``, when the platform shows
    ``theirs``. A tag is worn or not, so two sides that change it agree; of a text, each may have
    written another one, and then a person decides."""
    if theirs == ours:
        return "done"
    return "send" if theirs == base else "conflict"
