"""What a line is found by: each of its characters, and each two that stand side by side.

SQLite's trigram index silently finds nothing for words of two characters, and most Chinese words
have two. A posting is one character of a text, so that both engines hold, cut and join lists of
postings in the same way: two bytes each, and no type of their own.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.core.folding import searchable

BLOCK = 512  # lines whose postings stand together
_FIRST = 0x100  # with BLOCK more, all of them take two bytes


def mark(line: int) -> str:
    """The posting of a line within its block."""
    return chr(_FIRST + line % BLOCK)


def lines(marks: Iterable[str], block: int) -> list[int]:
    """The ids behind postings of a block, latest first."""
    return sorted((block * BLOCK + ord(m) - _FIRST for m in marks), reverse=True)


def grams(text: str) -> set[str]:
    """All that a text is found by. White space joins nothing."""
    folded = searchable(text)
    found = {a + b for a, b in itertools.pairwise(folded) if a != " " != b}
    found.update(folded)
    found.discard(" ")
    return found


def wanted(words: str) -> list[str]:
    """What every line that contains the words (searchable) has: pairs, and single characters only
    where no pair covers them."""
    parts = words.split()
    pairs = {a + b for part in parts for a, b in itertools.pairwise(part)}
    return sorted(pairs | {part for part in parts if len(part) == 1})


def postings(texts: Mapping[int, str]) -> dict[str, str]:
    """The lists of one block: what is found, and in which of its lines, in their order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line, text in sorted(texts.items()):
        here = mark(line)
        for gram in grams(text):
            found[gram].append(here)
    return {gram: "".join(marks) for gram, marks in found.items()}
