"""What guard and voice say about words of staff, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.library.speech import Setting
from bot.library.suggest import mended
from bot.persona.guard import Problem, blocking

WORDS = 40


def findings(
    problems: Sequence[Problem], text: str, setting: Setting, persona: str
) -> list[dict[str, Any]]:
    """One for each place of the text: of several about the same words that which stops them.
    ``put`` is what may stand there instead, if that is plain.

    Places are counted in UTF-16, as browsers count.
    """
    script = setting.cast.scripts.get(persona)
    address = script.persona.voice.address if script is not None else ""
    stopping = blocking(problems)
    made = [{"code": p.code, "message": p.message, "fix": p.fix, "stop": p in stopping,
             "start": units(text[: p.start]), "end": units(text[: p.end]),
             "words": text[p.start : p.end][:WORDS], "put": mended(p, text, address)}
            for p in problems]  # fmt: skip
    return _once(made)


def _once(made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The best for each place, in the order in which they were found. What is about no words in
    particular is told each."""
    best: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in made:
        place = (one["start"], one["end"])
        key = place if one["words"] else (*place, one["code"], one["message"])
        best[key] = _merged(best[key], one) if key in best else one
    return list(best.values())


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """That which stops the words, with what either knows to put in their place."""
    first, second = (other, one) if other["stop"] and not one["stop"] else (one, other)
    return first | {"put": second["put"] if first["put"] is None else first["put"]}


def units(text: str) -> int:
    """How long a text is to a browser."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
