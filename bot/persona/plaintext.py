"""A text without its disguises, and the way back to the original positions.

"最 好", "最*好", full-width digits, zero-width characters and look-alike letters must not slip
through the guard. Work grows with the length of the text, not faster.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.core.folding import fold

_FILLERS = frozenset(" \t　*·•_-~^|/\\'\"`+=.#&")
# Letters of other scripts that look like Latin ones.
_ALIKE = str.maketrans("аеорсхуіѕԁһјкмтвнοανρχικτ", "aeopcxuisdhjkmtbhoavpxikt")
# Marks that compose, controls, surrogates and selectors hide words and say nothing.
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` as the guard reads it; ``index[i]`` is where its character i stood originally."""

    text: str
    index: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The original positions of a found piece (end exclusive)."""
        return self.index[start], self.index[end - 1] + 1


def undisguise(original: str) -> Plain:
    """Folds width, case, look-alikes and traditional characters, drops what only hides words."""
    letters: list[str] = []
    places: list[int] = []
    run = 0  # fillers at the end of ``letters`` that stand behind a Chinese character
    for position, char in enumerate(original):
        for part in _seen(char):
            if _chinese(part):
                if run:
                    del letters[-run:], places[-run:]
                run = 0
            elif (run or (letters and _chinese(letters[-1]))) and _fills(part):
                run += 1
            else:
                run = 0
            letters.append(part)
            places.append(position)
    return Plain("".join(letters), tuple(places))


@lru_cache(maxsize=32_768)
def _seen(char: str) -> str:
    """What one character says: nothing, itself, or several plain ones."""
    if char == "\n":
        return char
    if unicodedata.category(char) in _UNSEEN:
        return " " if char in "\t\r\x0b\x0c" else ""
    plain = fold(char).casefold().translate(_ALIKE)
    return "".join(c for c in plain if unicodedata.category(c) not in _UNSEEN)


@lru_cache(maxsize=32_768)
def _fills(char: str) -> bool:
    return char in _FILLERS or unicodedata.category(char) == "So"


def _chinese(char: str) -> bool:
    return "一" <= char <= "鿿"
