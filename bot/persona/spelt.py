"""Words written half in pinyin or with a comma in between: 手慢wu, 最、佳."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.persona.sounds import pinyin

# Worth a closer look: letters beside a Chinese character, or a comma between two of them.
_SIGN = "[、,，.。·…]"
_HINT = re.compile("[a-z、·…]|(?<=[一-鿿])[.。](?=[一-鿿])")


class Spelt:
    """A list of Chinese words in any such writing; the plain one is left to others. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        ways = [
            (word, f"{_SIGN}?".join(map(_character, word)))
            for word in words if len(word) > 1 and all("一" <= char <= "鿿" for char in word)
        ]  # fmt: skip
        self._words = [word for word, _ in ways]
        self._pattern = re.compile("|".join(f"({way})" for _, way in ways) or "(?!)")

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(word, start, end) of every writing that is not the word itself."""
        if not _HINT.search(text):
            return
        for found in self._pattern.finditer(text):
            word = self._words[(found.lastindex or 1) - 1]
            # "最、佳" hides a word; "最，好吃" is what stands around a comma.
            if found[0] != word and (len(word) > 2 or "，" not in found[0]):
                yield word, found.start(), found.end()


def _character(char: str) -> str:
    spelt = pinyin(char)
    return f"(?:{char}|(?<![a-z]){spelt}(?![a-z]))" if spelt else char
