"""What two wordings have in common is counted in these: characters and pairs of characters.

Weights were fitted by leaving one wording out of FAQs in colloquial Chinese: single characters
count more than pairs, question particles and pronouns less than the rest, and spellings of one
thing (怎么/咋/如何) are one thing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

from bot.persona.synonyms import canonical

Grams = dict[str, float]

SINGLE = 1.75
EMPTY_WORD = 0.3
_TOKEN = re.compile(r"[a-z]+|[0-9]+|.")
_EMPTY = frozenset("的了吗呢啊吧嘛呀么哦哈呗嘞哎唉我你您他她它们这那是有一个就都也还又和跟把被给")


def grams(text: str) -> Grams:
    """The grams of a normalised text with their sub-linear weights; a Latin word is one token."""
    tokens = _TOKEN.findall(canonical(text))
    made = {gram: SINGLE * _weight(gram, n) for gram, n in Counter(tokens).items()}
    pairs = Counter(a + b for a, b in pairwise(tokens))
    for gram, n in pairs.items():
        made[gram] = made.get(gram, 0.0) + _weight(gram, n)
    return made


def _weight(gram: str, count: int) -> float:
    empty = sum(char in _EMPTY for char in gram) / len(gram)
    return (1.0 + math.log(count)) * math.pow(EMPTY_WORD, empty)
