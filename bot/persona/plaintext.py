"""A text without its disguises, and the way back to the original positions.

"最 好", "最*好", full-width digits, zero-width characters and look-alike letters must not slip
through the guard. Work grows with the length of the text, not faster.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.core.folding import fold

_FILLERS = frozenset(" \t　*·•_-~^|/\\'\"`+=.#&")
# Letters of other scripts that look like Latin ones.
_ALIKE = str.maketrans("аеорсхуіѕԁһјкмтвнοανρχικτ", "aeopcxuisdhjkmtbhoavpxikt")
# Rare and variant characters that stand for common ones.
_ALIKE |= str.maketrans("蕞髙徴讠囬氺亽仴伽辶➕✚﹢", "最高微言回水人月加之+++")
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
    return _joined("".join(letters), places)


# "w w w . c h a h a o . c n", "S B": letters set apart to be read together.
_APART = re.compile(
    r"(?:(?<=[a-z0-9]) (?=\.)|(?<=[a-z0-9]\.) (?=[a-z0-9]))"
    "|(?<![a-z0-9])(?:[a-z0-9.@](?: [a-z0-9.@]){2,}|[a-z] [a-z])(?![a-z0-9])"
)
# Syllables beside Chinese characters that stand for one of them: "zui正宗", "七五zhe".
_SYLLABLES = {
    "zui": "最", "zhe": "折", "dou": "抖", "wei": "微", "xin": "信", "du": "毒", "dai": "贷",
    "piao": "嫖", "duo": "多", "zhuan": "赚", "jian": "减", "fei": "肥", "shou": "瘦", "zhi": "治",
    "miao": "秒", "qian": "钱", "mai": "买", "song": "送", "quan": "券", "bao": "包", "he": "合",
}  # fmt: skip
_SPELT = re.compile(f"(?<![a-z])(?:{'|'.join(_SYLLABLES)})(?![a-z])")


def _joined(text: str, places: list[int]) -> Plain:
    """Letters that spaces set apart, together; spelt characters as what they stand for."""
    if " " in text:
        gone = {place for found in _APART.finditer(text) for place in range(*found.span())
                if text[place] == " "}  # fmt: skip
        if gone:
            places = [index for place, index in enumerate(places) if place not in gone]
            text = "".join(char for place, char in enumerate(text) if place not in gone)
    return Plain(*_respelt(text, places))


def _respelt(text: str, places: list[int]) -> tuple[str, tuple[int, ...]]:
    pieces: list[str] = []
    index: list[int] = []
    done = 0
    for found in _SPELT.finditer(text):
        start, end = found.span()
        if _chinese(text[start - 1 : start]) or _chinese(text[end : end + 1]):
            pieces += (text[done:start], _SYLLABLES[found[0]])
            index += (*places[done:start], places[end - 1])
            done = end
    if not done:
        return text, tuple(places)
    return "".join((*pieces, text[done:])), (*index, *places[done:])


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
