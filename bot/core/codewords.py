"""How invitation codes are spelled: six letters, of which the last one follows from the others."""

from __future__ import annotations

import re
from collections.abc import Sequence

LETTERS = "23456789ACDEFGHJKMNPQRTVWXY"
LENGTH = 6
# Prime to the number of letters, as are the differences of neighbours.
WEIGHTS = (1, 2, 4, 5, 7)
_SHAPE = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")


def check(body: Sequence[str]) -> str:
    """The last letter behind the first five."""
    total = sum(w * LETTERS.index(c) for w, c in zip(WEIGHTS, body, strict=True))
    return LETTERS[total % len(LETTERS)]


def spelled(word: str) -> bool:
    """True for what could be a code, written in its own letters."""
    return bool(_SHAPE.fullmatch(word)) and check(word[:-1]) == word[-1]
