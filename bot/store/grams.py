"""What a line is found by: each two of its characters that stand side by side.

SQLite's trigram index silently finds nothing for words of two characters, and most Chinese words
have two. A block of lines has one row for each character that occurs in it, with what stands behind
that character and in which lines; so a block is a few hundred short rows that are written one after
the other. A posting is one character of a text, so that both engines keep it alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from bot.core.folding import searchable

BLOCK = 1024  # lines whose postings stand together
END = "\n"  # stands behind a character that is the last, or before a space
_FIRST = 0x100  # with BLOCK more, all of them take two bytes

Tails = dict[str, set[str]]


def mark(line: int) -> str:
    """The posting of a line within its block."""
    return chr(_FIRST + line % BLOCK)


def lines(marks: Iterable[str], block: int) -> list[int]:
    """The ids behind postings of a block, latest first."""
    return sorted((block * BLOCK + ord(m) - _FIRST for m in marks), reverse=True)


def grams(text: str) -> set[str]:
    """All that a text is found by, two characters each."""
    return {a + (b if b != " " else END) for a, b in pairwise(searchable(text) + END) if a != " "}


def wanted(words: str) -> list[str]:
    """What every line that contains the words (searchable) has: pairs, and a single character
    where a part of them has no more."""
    parts = words.split()
    pairs = {a + b for part in parts for a, b in pairwise(part)}
    return sorted(pairs | {part for part in parts if len(part) == 1})


def postings(texts: Mapping[int, str]) -> dict[str, Tails]:
    """The lines of one block, by a character and by what stands behind it."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line, text in texts.items():
        here = mark(line)
        for gram in grams(text):
            found[gram[0]][gram[1]].add(here)
    return {head: dict(tails) for head, tails in found.items()}


def pack(tails: Tails) -> str:
    """One text of them. No character of a line is a space, and no posting is one."""
    return " ".join(tail + "".join(sorted(marks)) for tail, marks in sorted(tails.items()) if marks)


def unpack(text: str) -> Tails:
    """What ``pack`` made."""
    return {part[0]: set(part[1:]) for part in text.split(" ") if part}


def marks_of(text: str, gram: str) -> set[str]:
    """The postings of a pair, or of a single character, in the packed row of its first one."""
    if len(gram) == 1:
        return set().union(*unpack(text).values())
    at = f" {text}".find(f" {gram[1]}")
    return set(text[at + 1 :].partition(" ")[0]) if at >= 0 else set()
