"""A persona made ready to talk: rules compiled, wordings indexed. Immutable; build per version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.goods import Good
from bot.core.meaning import Meaning
from bot.persona.brand import Brand
from bot.persona.match import Matcher, Wording
from bot.persona.normalise import fold, normalise
from bot.persona.persona import Persona
from bot.persona.rule import TEMPLATE, Rule, Say
from bot.studio.render import Shelf

PATTERN_TEXT_MAX = 1_000  # characters that patterns run over


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A rule's keywords and pattern, ready to test."""

    rule: Rule
    words: tuple[str, ...]
    latin: re.Pattern[str] | None
    without: tuple[str, ...]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, rule: Rule) -> Trigger:
        """Compiles ``rule``. Latin keywords match whole words: "hi" is not in "white"."""
        words = [(fold(word).casefold().strip(), normalise(word)) for word in rule.keywords]
        latin = [re.escape(raw) for raw, _ in words if raw.isascii()]
        return cls(
            rule=rule,
            words=tuple(key for raw, key in words if rule.exact or not raw.isascii()),
            latin=re.compile(rf"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])") if latin else None,
            without=tuple(normalise(word) for word in rule.not_keywords),
            pattern=re.compile(rule.pattern, re.IGNORECASE) if rule.pattern else None,
        )

    def match(self, folded: str, key: str) -> Mapping[str, str] | None:
        """The facts found, or None when the rule does not match this text."""
        if any(word in key for word in self.without):
            return None
        if self.pattern and (found := self.pattern.search(folded[:PATTERN_TEXT_MAX])):
            return self._facts(found)
        return {} if self._has_word(folded, key) else None

    def _has_word(self, folded: str, key: str) -> bool:
        if self.rule.exact:
            return key in self.words
        if any(word in key for word in self.words):
            return True
        return bool(self.latin and self.latin.search(folded.casefold()))

    def _facts(self, found: re.Match[str]) -> dict[str, str]:
        wanted = self.rule.remember or found.re.groupindex
        return {name: found[name].strip() for name in wanted if found[name]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """Everything ``decide`` needs besides the turn."""

    persona: Persona
    brand: Brand
    shelf: Shelf
    goods: tuple[Good, ...] = ()
    version: int = 0
    zone: str = "Asia/Shanghai"
    matcher: Matcher = field(default_factory=Matcher)
    triggers: tuple[Trigger, ...] = ()
    events: Mapping[str, Rule] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    answers: Mapping[str, Say] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        persona: Persona,
        brand: Brand,
        shelf: Shelf | None = None,
        goods: Iterable[Good] = (),
        *,
        version: int = 0,
        zone: str = "Asia/Shanghai",
        meaning: Meaning | None = None,
    ) -> Script:
        """Compiles a persona; takes about 0.5 s for 10,000 wordings, embeddings aside."""
        ordered = sorted(persona.rules, key=lambda rule: -rule.priority)
        answers = {rule.id: rule.say for rule in persona.rules}
        answers |= {faq.rule: ((faq.answer,),) for faq in persona.faq}
        labels = {rule.id: rule.examples[0] for rule in persona.rules if rule.examples}
        labels |= {faq.rule: faq.question for faq in persona.faq}
        return cls(
            persona=persona,
            brand=brand,
            shelf=shelf or Shelf(),
            goods=tuple(goods),
            version=version,
            zone=zone,
            matcher=Matcher.of(_wordings(persona), meaning),
            triggers=tuple(Trigger.of(rule) for rule in ordered if rule.keywords or rule.pattern),
            events={rule.event: rule for rule in reversed(ordered) if rule.event},
            rules={rule.id: rule for rule in persona.rules},
            answers=answers,
            labels=labels,
        )

    def triggered(self, text: str, opener: bool) -> tuple[Rule, Mapping[str, str]] | None:
        """The first rule by priority that matches ``text``, with its facts; openers on request."""
        folded, key = fold(text), normalise(text)
        for trigger in self.triggers:
            if trigger.rule.opener is opener:
                facts = trigger.match(folded, key)
                if facts is not None:
                    return trigger.rule, facts
        return None


def _wordings(persona: Persona) -> Iterator[Wording]:
    for rule in persona.rules:
        yield from (Wording(rule.id, text) for text in rule.examples)
    for faq in persona.faq:
        yield from (Wording(faq.rule, text) for text in faq.wordings)


def template_names(say: Say) -> Iterator[str]:
    """Names of the templates that an answer refers to."""
    for variant in say:
        yield from (text[len(TEMPLATE) :].strip() for text in variant if text.startswith(TEMPLATE))
