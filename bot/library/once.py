"""A taboo word that lint and guard both find is told once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.findings import Finding
from bot.persona.plaintext import undisguise

# Lint speaks for the guard: it knows the place in the file. What is taboo is a superlative as often
# as not, and then these are the same words.
_LINT = frozenset({"template.taboo", "persona.taboo"})
_GUARD = frozenset({"guard.taboo", "guard.superlative"})
_WORD = re.compile(r"[“'\"]([^”'\"]+)[”'\"][^”'\"]*$")


def told_once(found: Iterable[Finding]) -> list[Finding]:
    """``found`` in its order, each once; of several about one taboo word in one line, one."""
    every = list(dict.fromkeys(found))
    told: dict[tuple[str, int], list[str]] = {}
    for one in every:
        if one.rule in _LINT:
            told.setdefault((one.file, one.line), []).append(_word(one))
    return [one for one in every if one.rule not in _GUARD or not any(
        _same(word, _word(one)) for word in told.get((one.file, one.line), ()))]  # fmt: skip


def _word(one: Finding) -> str:
    word = _WORD.search(one.message)
    return undisguise(word[1]).text if word else ""


def _same(word: str, other: str) -> bool:
    return bool(word and other) and (word in other or other in word)
