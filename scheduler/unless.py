"""What may have come between a flow and its next step: he answered, he bought, he does not want it.
Pure.

    unless = ["replied", "tag:不打扰"]     the step is left out when one of them holds
    goal = "bought"                        the flow is over when it holds
    answer = "苦|涩"                        the step is for those who wrote one of these words

Everything counts from the beginning of the flow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.decode import nearest
from bot.core.folding import searchable

WORDS_MAX = 16
_WRITTEN = re.compile(r"(?P<name>[a-z_]+)(?::(?P<which>\S.*))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """What is known of a member since his flow began. ``said``: his words, the latest first."""

    said: tuple[str, ...] = ()
    replied: bool = False
    bought: bool = False
    opted_out: bool = False
    promo: bool = False
    dear: bool = False
    tags: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as a flow names it; ``which`` is the word behind the colon."""

    name: str
    which: str = ""

    def holds(self, since: Since) -> bool:
        """True when it came to pass."""
        return CONDITIONS[self.name].holds(since, self.which)

    def __str__(self) -> str:
        return f"{self.name}:{self.which}" if self.which else self.name


@dataclass(frozen=True, slots=True)
class _Kind:
    holds: Callable[[Since, str], bool]
    wants: bool
    means: str


def _wrote(since: Since, which: str) -> bool:
    words = [searchable(word) for word in which.split("|") if word]
    return any(word in searchable(text) for text in since.said for word in words)


CONDITIONS: Mapping[str, _Kind] = {
    "replied": _Kind(lambda s, _: s.replied, False, "he wrote to an account of the persona"),
    "bought": _Kind(lambda s, _: s.bought, False, "an order of his was paid"),
    "dear": _Kind(
        lambda s, _: s.dear,
        False,
        "he considers something dear or bought seldom, and has not bought it",
    ),
    "opted_out": _Kind(lambda s, _: s.opted_out, False, "he wants no promotion"),
    "promo": _Kind(lambda s, _: s.promo, False, "a promotion of the persona was sent to him"),
    "tag": _Kind(lambda s, w: w in s.tags, True, "a friendship of his wears this tag"),
    "joined": _Kind(lambda s, w: w in s.groups, True, "he sits in the customer group of this name"),
    "wrote": _Kind(_wrote, True, "he wrote one of these words, separated by |"),
}


def parse_condition(text: str) -> Condition:
    """Reads one condition. Raises ValueError with a fix."""
    found = _WRITTEN.fullmatch(text.strip())
    name, which = (found["name"], found["which"] or "") if found else (text, "")
    kind = CONDITIONS.get(name)
    if kind is None:
        raise ValueError(f"there is no condition {text!r}; {nearest(name, CONDITIONS)}")
    if kind.wants and not which:
        raise ValueError(f"{name} wants a word behind a colon: {kind.means}")
    if which and not kind.wants:
        raise ValueError(f"{name} takes no word behind a colon")
    if name == "wrote":
        _words(which)
    return Condition(name, which)


def _words(which: str) -> None:
    words = which.split("|")
    if not all(word.strip() for word in words) or len(words) > WORDS_MAX:
        raise ValueError(f"{which!r}: up to {WORDS_MAX} words, separated by |")
