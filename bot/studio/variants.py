"""Two wordings of one thing: ``welcome/day0.b`` beside ``welcome/day0``, each for a part of the
members. Pure.

Only where one person is written to; a member reads the same wording every time.
"""

from __future__ import annotations

from collections.abc import Iterable

LETTERS = ("b", "c", "d")


def base_of(name: str) -> str:
    """The template that a name is a variant of; the name itself when it is none."""
    base, dot, letter = name.rpartition(".")
    return base if dot and letter in LETTERS else name


def family(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """A template and its variants, as far as they are known."""
    there, base = frozenset(known), base_of(name)
    wanted = (base, *(f"{base}.{letter}" for letter in LETTERS))
    return tuple(one for one in wanted if one in there)
