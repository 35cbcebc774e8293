"""What may be noticed in somebody's words: what worries him, what he wishes, what he thinks of a
product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NEEDS: Mapping[str, str] = {"worry": "担心", "wish": "心愿"}
KIND_OF: Mapping[str, str] = {word: kind for kind, said in NEEDS.items() for word in (kind, said)}
WORD_MAX = 32  # characters of a need, a theme or a product


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """What somebody says of a product, empty for the brand as a whole. ``mood``: -1, 0 or 1."""

    theme: str
    product: str = ""
    mood: int = 0


def need_of(text: str) -> tuple[str, str]:
    """``worry:睡不好`` or ``担心：睡不好`` as kind and word. Raises ValueError with a fix."""
    said, colon, word = text.replace("：", ":").partition(":")
    kind, word = KIND_OF.get(said.strip().lower(), ""), " ".join(word.split())
    if not (colon and kind and word) or len(word) > WORD_MAX:
        raise ValueError(f"{text!r} is no need; write worry:… or wish:… and at most {WORD_MAX} "
                         "characters")  # fmt: skip
    return kind, word
