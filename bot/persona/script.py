"""A persona made ready to talk: rules compiled, wordings indexed. Immutable; build per version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.door import Door
from bot.core.folding import fold
from bot.core.goods import Good
from bot.core.meaning import Meaning
from bot.persona import hosting, topics
from bot.persona.brand import Brand
from bot.persona.form import Consent, Form
from bot.persona.guard import Guard
from bot.persona.match import Matcher, Wording
from bot.persona.normalise import normalise
from bot.persona.persona import Persona
from bot.persona.porter import Porter
from bot.persona.rule import TEMPLATE, Rule, Say
from bot.persona.step import Step
from bot.persona.taker import Taker
from bot.persona.when import Situation
from bot.studio.render import Shelf

PATTERN_TEXT_MAX = 1_000  # characters that patterns run over
REMEMBERED, SHORT = 2_048, 200  # texts whose matches are kept, and how long these may be


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A rule's keywords and pattern, ready to test."""

    rule: Rule
    words: tuple[str, ...]
    among: re.Pattern[str] | None
    latin: re.Pattern[str] | None
    without: re.Pattern[str] | None
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, rule: Rule) -> Trigger:
        """Compiles ``rule``. Latin keywords match whole words: "hi" is not in "white"."""
        words = [(fold(word).casefold().strip(), normalise(word)) for word in rule.keywords]
        latin = [re.escape(raw) for raw, _ in words if raw.isascii()]
        spelt = tuple(key for raw, key in words if rule.exact or not raw.isascii())
        return cls(
            rule=rule,
            words=spelt,
            among=_any_of(spelt),
            latin=re.compile(rf"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])") if latin else None,
            without=_any_of(normalise(word) for word in rule.not_keywords),
            pattern=re.compile(rule.pattern, re.IGNORECASE) if rule.pattern else None,
        )

    def match(self, folded: str, key: str) -> Mapping[str, str] | None:
        """The facts found, or None when the rule does not match this text."""
        if self.without and self.without.search(key):
            return None
        if self.pattern and (found := self.pattern.search(folded[:PATTERN_TEXT_MAX])):
            return self._facts(found)
        return {} if self._has_word(folded, key) else None

    def heard(self, text: str) -> str:
        """The words of a text that the rule listens to; empty when it has none of them."""
        folded, key = fold(text), normalise(text)
        if self.pattern and (found := self.pattern.search(folded[:PATTERN_TEXT_MAX])):
            return found[0].strip()
        if self.rule.exact:
            return text.strip() if key in self.words else ""
        latin = self.latin.search(folded.casefold()) if self.latin else None
        return next((word for word in self.words if word in key), latin[0] if latin else "")

    def _has_word(self, folded: str, key: str) -> bool:
        if self.rule.exact:
            return key in self.words
        if self.among and self.among.search(key):
            return True
        return bool(self.latin and self.latin.search(folded.casefold()))

    def _facts(self, found: re.Match[str]) -> dict[str, str]:
        wanted = self.rule.remember or found.re.groupindex
        return {name: found[name].strip() for name in wanted if found[name]}


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds whether one of some words stands in a text, several times as fast as one by one."""
    spelt = [re.escape(word) for word in words]
    return re.compile("|".join(spelt)) if spelt else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """Everything ``decide`` needs besides the turn.

    ``events``: the rules of each event by priority. ``strange``: keys of what an expert hands over.
    ``sources``: where an answer is written, by key. ``doors``: circles that can be asked for, by
    id; their questions stand among the ``forms``. ``taker``: what can be taken part in.
    """

    persona: Persona
    brand: Brand
    shelf: Shelf
    goods: tuple[Good, ...] = ()
    version: int = 0
    zone: str = "Asia/Shanghai"
    matcher: Matcher = field(default_factory=Matcher)
    triggers: tuple[Trigger, ...] = ()
    heard: dict[str, Sequence[tuple[Rule, Mapping[str, str]]]] = field(
        default_factory=dict, compare=False, repr=False
    )  # what the triggers found in the texts that were read last
    events: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    answers: Mapping[str, Say] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    guard: Guard = field(default_factory=lambda: Guard(Brand(name="")), compare=False)
    steps: Mapping[str, Step] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    consents: Mapping[str, Consent] = field(default_factory=dict)
    strange: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)
    doors: Mapping[str, Door] = field(default_factory=dict)
    porter: Porter = field(default_factory=Porter)
    taker: Taker = field(default_factory=Taker)

    @classmethod
    def of(
        cls, persona: Persona, brand: Brand, shelf: Shelf | None = None, goods: Iterable[Good] = (),
        *, version: int = 0, zone: str = "Asia/Shanghai", meaning: Meaning | None = None,
        doors: Iterable[Door] = (), taker: Taker | None = None,
    ) -> Script:  # fmt: skip
        """Compiles a persona; takes about 0.5 s for 10,000 wordings, embeddings aside."""
        ordered = sorted(persona.rules, key=lambda rule: -rule.priority)
        answers = {rule.id: rule.say for rule in persona.rules}
        answers |= {faq.rule: ((topics.cited(persona, faq),),) for faq in persona.faq}
        labels = {rule.id: rule.examples[0] for rule in persona.rules if rule.examples}
        labels |= {faq.rule: faq.question for faq in persona.faq}
        goods = tuple(goods)
        return cls(
            persona=persona,
            brand=brand,
            shelf=shelf or Shelf(),
            goods=goods,
            version=version,
            zone=zone,
            matcher=Matcher.of(_wordings(persona), meaning),
            triggers=tuple(Trigger.of(rule) for rule in ordered if rule.keywords or rule.pattern),
            events=_events(ordered),
            rules={rule.id: rule for rule in persona.rules},
            answers=answers,
            labels=labels,
            guard=Guard(brand, persona, goods),
            steps={step.id: step for step in persona.steps},
            consents={consent.id: consent for consent in persona.consents},
            strange=frozenset(topics.key_of(part) for part in topics.strangers(persona)),
            sources={
                faq.rule: faq.source for faq in persona.faq if faq.source not in ("", topics.NONE)
            },
        ).beside(doors, taker or Taker())

    def among(self, brand: Brand, shelf: Shelf, goods: tuple[Good, ...], zone: str) -> Script:
        """The same persona of this brand, with these texts and goods: its guard knows them, too."""
        same = (self.brand, self.goods) == (brand, goods)
        guard = self.guard if same else Guard(brand, self.persona, goods)
        return replace(self, brand=brand, shelf=shelf, goods=goods, zone=zone, guard=guard)

    def beside(self, doors: Iterable[Door], taker: Taker) -> Script:
        """The same persona beside these circles and activities."""
        found = {door.id: door for door in doors}
        own = {form.id: form for form in self.persona.forms}
        asks = hosting.forms(self.persona.circle, found.values())
        titles = (*taker.programme.titles, *(door.title for door in found.values()))
        guard = self.guard.beside(self.brand, self.goods, titles)
        return replace(self, doors=found, porter=Porter.of(found.values()), forms=own | asks,
                       taker=taker, guard=guard)  # fmt: skip

    def on_event(self, name: str, now: Situation) -> Rule | None:
        """The first rule by priority that answers an event here."""
        return next((rule for rule in self.events.get(name, ()) if rule.holds(now)), None)

    def applies(self, key: str, now: Situation) -> bool:
        """False for a rule whose step or conditions are not met."""
        rule = self.rules.get(key)
        return rule is None or rule.holds(now)

    def triggered(
        self, text: str, opener: bool, now: Situation | None = None
    ) -> tuple[Rule, Mapping[str, str]] | None:
        """The first rule by priority that matches ``text``, with its facts; openers on request."""
        now = now or Situation()
        for rule, facts in self._matching(text):
            if rule.opener is opener and rule.holds(now):
                return rule, facts
        return None

    def _matching(self, text: str) -> Sequence[tuple[Rule, Mapping[str, str]]]:
        """All that match: each text is asked for twice, and many write the same."""
        found = self.heard.get(text)
        if found is None:
            folded, key = fold(text), normalise(text)
            matched = ((one.rule, one.match(folded, key)) for one in self.triggers)
            found = [(rule, facts) for rule, facts in matched if facts is not None]
            if len(self.heard) >= REMEMBERED:
                self.heard.pop(next(iter(self.heard)), None)
            if len(text) <= SHORT:
                self.heard[text] = found
        return found


def _events(ordered: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    made: dict[str, tuple[Rule, ...]] = {}
    for rule in ordered:
        if rule.event:
            made[rule.event] = (*made.get(rule.event, ()), rule)
    return made


def _wordings(persona: Persona) -> Iterator[Wording]:
    for rule in persona.rules:
        yield from (Wording(rule.id, text) for text in rule.examples)
    for faq in persona.faq:
        yield from (Wording(faq.rule, text) for text in faq.wordings)


def template_names(say: Say) -> Iterator[str]:
    """Names of the templates that an answer refers to."""
    for variant in say:
        yield from (text[len(TEMPLATE) :].strip() for text in variant if text.startswith(TEMPLATE))
