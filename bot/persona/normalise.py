"""Texts as people type them, made comparable. For matching only: what is stored stays as typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.core.folding import fold

_EMOTE = re.compile(r"\[[一-鿿A-Za-z]{1,6}\]")  # WeChat sends [微笑] for its own emoji


# A dozen places read what a member wrote, one after the other.
@lru_cache(maxsize=256)
def normalise(text: str) -> str:
    """Only letters, digits and Chinese characters, folded, in lower case. Idempotent."""
    made = _once(_EMOTE.sub("", text))
    # Dropping a sign can bring two characters together that compose to one; twice is rare.
    for _ in range(4):
        again = _once(made)
        if again == made:
            break
        made = again
    return made


def _once(text: str) -> str:
    # NFKC undoes what lower() composes and the other way round, hence the fixed point above.
    return "".join(filter(str.isalnum, fold(fold(text).casefold())))


def only_emotes(text: str) -> bool:
    """True for a message of emoji and emoticons alone (punctuation does not count as one)."""
    rest = _EMOTE.sub("", text)
    has_emote = rest != text or any(unicodedata.category(char) == "So" for char in rest)
    return has_emote and not normalise(rest)
