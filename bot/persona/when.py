"""Conditions of a rule besides its words: a small closed set, judged over one turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core.taking import Asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What conditions look at. ``step`` is where a guided talk stands, or empty;
    ``asked`` what was asked last in an activity, while a bare answer is one."""

    facts: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    on_duty: bool = True
    channel: str = ""
    step: str = ""
    asked: Asked | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """All that is named must hold. ``fact``: a fact has this text, or one of these texts."""

    fact: dict[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    not_tag: tuple[str, ...] = ()
    hours: Literal["open", "closed"] | None = None
    channel: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value in self.fact.items():
            texts = value if isinstance(value, list) else [value]
            if not texts or not all(isinstance(text, str) for text in texts):
                raise ValueError(f'fact {name!r} wants a text, or a list of texts: {name} = "…"')

    def holds(self, now: Situation) -> bool:
        """True when every condition is met."""
        if self.hours and (self.hours == "open") is not now.on_duty:
            return False
        if self.channel and now.channel not in self.channel:
            return False
        if not set(self.tag) <= now.tags or set(self.not_tag) & now.tags:
            return False
        if not set(self.known) <= now.facts.keys() or set(self.unknown) & now.facts.keys():
            return False
        return all(now.facts.get(name) in _texts(value) for name, value in self.fact.items())

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that are looked at."""
        return frozenset((*self.fact, *self.known, *self.unknown))


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
