"""What a condition about a portrait asks for: ``taste=绿茶``, ``taste``, ``睡不好``, ``担心``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.core.errors import BadInput
from bot.core.knowing import key_of, written
from bot.core.needs import KIND_OF


def _fact(said: str) -> tuple[str, tuple[str]]:
    """A fact with this value; without one, that it is known, whatever it is."""
    name, _, value = said.replace("＝", "=").partition("=")
    fact = key_of(name)
    if not value:
        return "knows", (fact,)
    kept = written(fact, value)
    if not kept:
        raise BadInput(
            f"{value!r} is no {name}", fix="write it like 生日=03-05, 性别=女, 城市=杭州"
        )
    return "fact", (f"{fact}={kept}",)


def _need(said: str) -> tuple[str, tuple[str]]:
    """A word, or all needs of a kind."""
    kind = KIND_OF.get(said.lower())
    return ("need_kind", (kind,)) if kind else ("need", (said,))


# By the field that is written: the field that is meant, and the words that are looked for.
ASKED: Mapping[str, Callable[[str], tuple[str, tuple[str]]]] = {"fact": _fact, "need": _need}
