"""What a text must hold for a pattern to match at all, read off the pattern.

Only what every match goes through counts: plain words, and groups of plain words, that stand
outside any other group and are not optional. A wrong guess would lose matches, so whatever is
not understood is left out, and the pattern is simply tried more often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SET = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")
_INNERMOST = re.compile(r"\([^()]*\)")
_GROUP = re.compile(r"\(\?:([^()\[\]{}?*+.\\^$<>~…#]+)\)(?![?*{])")
_WORD = re.compile(r"[一-鿿]+(?![?*{])")
_HOLE = "\0"


def gates(source: str) -> Iterator[tuple[str, ...]]:
    """Lists of words; a text that holds no word of one of them cannot match."""
    flat = _flat(source)
    if "|" in flat:
        yield from _words_only(source)
        return
    for found in _GROUP.finditer(source):
        if "(" not in _flat(source[: found.start()]) and all(found[1].split("|")):
            yield tuple(sorted(set(found[1].split("|"))))
    if runs := _WORD.findall(flat):
        yield (max(runs, key=len),)


def branches(source: str) -> Iterator[str]:
    """The alternatives of a pattern; those that are plain words together, as one."""
    plain: list[str] = []
    for branch in _split(source):
        if re.fullmatch("[一-鿿a-z]+", branch):
            plain.append(branch)
        else:
            yield branch
    if plain:
        yield "|".join(plain)


def _words_only(source: str) -> Iterator[tuple[str, ...]]:
    words = source.split("|")
    if all(re.fullmatch("[一-鿿a-z]+", word) for word in words):
        yield tuple(sorted(set(words)))


def _split(source: str) -> Iterator[str]:
    """Cuts at the bars that stand in no group and no set."""
    done = depth = 0
    masked = _SET.sub(lambda found: _HOLE * len(found[0]), source)
    for place, char in enumerate(masked):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and depth == 0:
            yield source[done:place]
            done = place + 1
    yield source[done:]


def _flat(source: str) -> str:
    """The pattern with every group and set as one hole; an unclosed "(" is left."""
    flat = _SET.sub(_HOLE, source)
    while (less := _INNERMOST.sub(_HOLE, flat)) != flat:
        flat = less
    return flat
