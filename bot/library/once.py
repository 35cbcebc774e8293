"""A taboo word that lint and guard both find is told once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.findings import Finding
from bot.persona.plaintext import undisguise

# Lint speaks for the guard: it knows the place in the file.
_LINT, _GUARD = frozenset({"template.taboo", "persona.taboo"}), "guard.taboo"
_WORD = re.compile(r"[“'\"]([^”'\"]+)[”'\"][^”'\"]*$")


def told_once(found: Iterable[Finding]) -> list[Finding]:
    """``found`` in its order, each once; of several about one taboo word in one line, one."""
    every = list(dict.fromkeys(found))
    told = {_key(one) for one in every if one.rule in _LINT}
    return [one for one in every if one.rule != _GUARD or _key(one) not in told]


def _key(one: Finding) -> tuple[str, int, str]:
    word = _WORD.search(one.message)
    return one.file, one.line, undisguise(word[1]).text if word else ""
