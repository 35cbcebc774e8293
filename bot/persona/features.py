"""What two wordings have in common is counted in these: characters, pairs of them, and ideas.

An idea stands for any of the words that mean it (取消, 退订, 关掉), so that two wordings meet in
it without sharing a character. What a word says through its idea, its characters need not say
again: they keep half of their weight. Weights were fitted on the development sets of
``tests/matching``; they sit on a plateau.
"""

from __future__ import annotations

import re
from itertools import pairwise

from bot.persona.synonyms import ideas

Grams = dict[str, float]

SINGLE, PAIR, IDEA = 1.5, 0.9, 1.5
EMPTY_WORD = 0.3  # question particles and pronouns count less than the rest
TOLD = 0.5  # characters whose word already counts as an idea
_TOKEN = re.compile(r"[a-z]+|[0-9]+|.")
_EMPTY = frozenset(
    "的了吗呢啊吧嘛呀么哦哈呗嘞哎唉我你您他她它们这那是有一个就都也还又和跟把被给想要"
)


def grams(text: str) -> Grams:
    """The grams of a normalised text with their weights; a Latin word or a number is one token."""
    made: Grams = {}
    told = bytearray(len(text))
    for start, end, meant in ideas(text):
        told[start:end] = b"\1" * (end - start)
        for idea, weight in meant:
            made[idea] = max(made.get(idea, 0.0), IDEA * weight)
    weighed = [
        (found[0], EMPTY_WORD if found[0] in _EMPTY else 1.0, told[found.start()])
        for found in _TOKEN.finditer(text)
    ]
    for token, weight, known in weighed:
        made[token] = SINGLE * weight * (TOLD if known else 1.0)
    for (token, weight, known), (after, other, also) in pairwise(weighed):
        made[token + after] = PAIR * (weight * other) ** 0.5 * (TOLD if known and also else 1.0)
    return made
