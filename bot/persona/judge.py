"""How likely a text is one that must not leave, by weights that were fitted to drafts.

It hears what no frame has words for yet, and it doubts frames that a harmless text happens to
fit. Features are runs of one to three characters of the ``neutral`` text and the classes of words
(frames/*.toml) that it holds. The weights (``judge.txt``) are made by ``tools/teach_guard.py``: a
line with the bias and the codes, then a feature a line with three signs of ASCII: its weight, the
code for which it speaks most, and how much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from operator import add
from pathlib import Path

PATH = Path(__file__).with_name("judge.txt")
CLASS = "<"  # stands before the name of a class; no neutral text holds it
STEP = 0.25
_NOUGHT, _REACH = ord("P"), 46  # signs from "!" to "~"
_FIRST_CODE = ord("A")
_PASSAGE = 100  # characters; a longer text is judged passage by passage
_ENDS = re.compile(r"(?<=[。！!？?；;\n])")
_CLAUSES = re.compile(r"[^，,。！!？?；;\n]+")
_LEAST = 4  # Chinese characters below which a text says too little to be judged
_CHINESE = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True)
class Weights:
    """``weights`` of features for "must not leave", ``codes`` for why: (number, weight)."""

    bias: float
    names: tuple[str, ...]
    weights: Mapping[str, int]
    codes: Mapping[str, tuple[int, int]]


def features(text: str, classes: Collection[str] = ()) -> set[str]:
    """The features of a neutral text that holds words of ``classes`` (with ``CLASS`` before)."""
    pairs = list(map(add, text, text[1:]))
    found = set(text)
    found.update(pairs)
    found.update(map(add, pairs, text[2:]))
    found.update(classes)
    return found


def score(found: Collection[str]) -> float:
    """The logarithm of the odds as the fit saw them: 0 is even, more is worse."""
    table = load()
    return table.bias + STEP * sum(map(table.weights.get, found, repeat(0))) / math.sqrt(
        len(found) or 1
    )


def reason(found: Collection[str], among: Collection[str]) -> str:
    """The likeliest code of ``among`` for a text that must not leave."""
    table = load()
    sums = dict.fromkeys(range(len(table.names)), 0)
    for number, weight in filter(None, map(table.codes.get, found)):
        sums[number] += weight
    numbers = [number for number in sums if table.names[number] in among]
    return table.names[max(numbers, key=sums.__getitem__)]


def says_enough(text: str) -> bool:
    """True for a text with words enough to be judged."""
    return len(_CHINESE.findall(text)) >= _LEAST


def passages(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the pieces that are judged: the whole, or runs of sentences of a long one."""
    start = end = 0
    for sentence in _ENDS.split(text) if len(text) > _PASSAGE else ():
        if end > start and end + len(sentence) - start > _PASSAGE:
            yield start, end
            start = end
        end += len(sentence)
    yield start, len(text)


def clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the clauses of a passage."""
    for found in _CLAUSES.finditer(text, start, end):
        yield found.span()


def packed(weight: float) -> str:
    """A weight as one sign; what is larger than the scale is cut."""
    return chr(_NOUGHT + max(-_REACH, min(_REACH, round(weight / STEP))))


@cache
def load() -> Weights:
    """The weights that ship with the product, read once."""
    first, *lines = PATH.read_text(encoding="utf-8").splitlines()
    bias, *names = first.split()
    weights = {line[:-3]: value for line in lines if (value := ord(line[-3]) - _NOUGHT)}
    codes = {
        line[:-3]: (ord(line[-2]) - _FIRST_CODE, value)
        for line in lines
        if (value := ord(line[-1]) - _NOUGHT)
    }
    return Weights(float(bias), tuple(names), weights, codes)


def line(feature: str, weight: float, code: int, speaks: float) -> str:
    """A line of the file."""
    return feature + packed(weight) + chr(_FIRST_CODE + code) + packed(speaks)
