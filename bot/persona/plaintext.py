"""A text without its disguises, and the way back to the original positions.

"最 好", "最*好", full-width digits and zero-width characters must not slip through the guard.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bot.persona.normalise import fold

_FILLERS = frozenset(" \t　*·•_-~^|/\\'\"`+=")


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` as the guard reads it; ``index[i]`` is where its character i stood originally."""

    text: str
    index: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The original positions of a found piece (end exclusive)."""
        return self.index[start], self.index[end - 1] + 1


def undisguise(original: str) -> Plain:
    """Folds width, case and traditional characters, drops what only hides words."""
    kept: list[tuple[str, int]] = []
    for position, char in enumerate(original):
        if unicodedata.category(char) not in ("Cf", "Mn", "Cc") or char == "\n":
            kept += [(part, position) for part in fold(char).casefold()]
    clear = [pair for i, pair in enumerate(kept) if not _hides(kept, i)]
    return Plain("".join(char for char, _ in clear), tuple(position for _, position in clear))


def _hides(kept: list[tuple[str, int]], i: int) -> bool:
    """True for a filler between two Chinese characters."""
    if kept[i][0] not in _FILLERS:
        return False
    before = next((c for c, _ in reversed(kept[:i][-4:]) if c not in _FILLERS), "")
    after = next((c for c, _ in kept[i + 1 : i + 5] if c not in _FILLERS), "")
    return _chinese(before) and _chinese(after)


def _chinese(char: str) -> bool:
    return "一" <= char <= "鿿"
