"""A cast whose matchers remember: simulated members have few words and use them again."""

from __future__ import annotations

from dataclasses import fields, replace

from bot.core.model import Candidate
from bot.library.cast import Cast
from bot.persona.match import CANDIDATES, TEXT_MAX, Matcher
from bot.persona.normalise import normalise

MOST = 20_000


class Remembering(Matcher):
    """A matcher that answers a text once, and then from memory; so it does with what it reads in
    one. Without meanings it is a pure function of the text."""

    __slots__ = ("_known", "_read")
    _known: dict[str, tuple[Candidate, ...]]
    _read: dict[str, list[tuple[str, float]]]

    @classmethod
    def over(cls, matcher: Matcher) -> Remembering:
        """The same matcher, with a memory."""
        made = cls(**{spec.name: getattr(matcher, spec.name) for spec in fields(Matcher)})
        object.__setattr__(made, "_known", {})
        object.__setattr__(made, "_read", {})
        return made

    def best(self, text: str, limit: int = CANDIDATES) -> tuple[Candidate, ...]:
        """See Matcher.best."""
        if limit != CANDIDATES or len(self._known) > MOST:
            return super().best(text, limit)
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = super().best(text, limit)
        return found

    def _ranked(self, text: str) -> list[tuple[str, float]]:
        key = normalise(text)[:TEXT_MAX]
        if len(self._read) > MOST:
            return super()._ranked(text)
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = super()._ranked(text)
        return found


def remembering(cast: Cast) -> Cast:
    """The same cast, whose personas remember what they have read before."""
    return replace(cast, scripts={
        name: replace(script, matcher=Remembering.over(script.matcher))
        for name, script in cast.scripts.items()
    })  # fmt: skip
