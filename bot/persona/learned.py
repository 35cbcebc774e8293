"""How likely a short text holds a wish, by weights that were fitted to wordings.

The weights (``wishes.txt``) are made by ``tools/teach_wishes.py``: a line of biases, then a
feature a line with one sign of ASCII for the weight of each wish. A score is the logarithm of the
odds as the fit saw them: 0 is even.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.persona.hints import hints
from bot.persona.typed import typed

PATH = Path(__file__).with_name("wishes.txt")
WISHES = ("robot", "opt_out", "human", "fewer", "opt_in")
# Classes of words of which a wish needs at least one: weights alone make no wish of 我不想活了.
_ANCHORS: Mapping[str, frozenset[str]] = {
    "robot": frozenset(f"k{name}" for name in "MmRrAH"),
    "opt_out": frozenset(f"k{name}" for name in "PpSDVETL"),
    "human": frozenset(f"k{name}" for name in "HCARrZM"),
    "fewer": frozenset(f"k{name}" for name in "FfPpSV"),
    "opt_in": frozenset(f"k{name}" for name in "PpSVTB"),
}
_STEP = 0.2
_NOUGHT, _REACH = ord("P"), 46  # signs from "!" (0x21 is 47 below "P") to "~"


def scores(text: str) -> dict[str, float]:
    """The score of each wish; minus infinity where no word of its kind stands."""
    bias, weights = _weights()
    found = hints(typed(text))
    anchored = [wish for wish in WISHES if not found.isdisjoint(_ANCHORS[wish])]
    if not anchored:
        return dict.fromkeys(WISHES, -math.inf)
    known = [row for feature in found if (row := weights.get(feature))]
    sums = map(sum, zip(*known, strict=True)) if known else (0 for _ in WISHES)
    scale = _STEP / math.sqrt(len(found))
    return {
        wish: low + total * scale if wish in anchored else -math.inf
        for wish, low, total in zip(WISHES, bias, sums, strict=True)
    }


def packed(weight: float) -> str:
    """A weight as one sign; what is larger than the scale is cut."""
    return chr(_NOUGHT + max(-_REACH, min(_REACH, round(weight / _STEP))))


@cache
def _weights() -> tuple[tuple[float, ...], Mapping[str, tuple[int, ...]]]:
    first, *lines = PATH.read_text(encoding="utf-8").splitlines()
    columns = len(WISHES)
    table = {line[:-columns]: tuple(ord(c) - _NOUGHT for c in line[-columns:]) for line in lines}
    return tuple(map(float, first.split())), table
