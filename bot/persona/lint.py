"""What a careful editor would say about a persona. Never raises."""

from __future__ import annotations

from collections.abc import Container, Iterator

from bot.core.findings import ERROR, WARNING, Finding
from bot.core.tomlfile import TomlDoc
from bot.core.words import occurrences
from bot.persona.answer import BUBBLE_MAX, holes
from bot.persona.brand import Brand
from bot.persona.flaws import flaws, spoken
from bot.persona.load import Parsed
from bot.persona.normalise import normalise
from bot.persona.persona import Persona
from bot.persona.rule import HOOK, TEMPLATE, Rule, Say
from bot.persona.script import template_names
from bot.persona.when import When


def examine(
    parsed: Parsed,
    folder: str,
    brand: Brand | None = None,
    templates: Container[str] | None = None,
) -> list[Finding]:
    """What is doubtful in a persona that could be understood."""
    found: list[Finding] = []
    if parsed.persona and parsed.doc:
        taboo = (*(brand.taboo if brand else ()), *parsed.persona.voice.taboo)
        found += _identity(parsed.persona, parsed.doc)
        found += _rules(parsed.persona, f"{folder}/dialogue.toml")
        found += flaws(parsed.persona, folder)
        for place in _places(parsed.persona, folder):
            found += [*_texts(place, taboo), *_references(place, templates)]
    return found


_Place = tuple[str, int, Say]


def _places(persona: Persona, folder: str) -> Iterator[_Place]:
    """Every answer with its file and line."""
    for rule in persona.rules:
        yield f"{folder}/dialogue.toml", rule.line, rule.say
    for line, say in spoken(persona):
        yield f"{folder}/dialogue.toml", line, say
    for faq in persona.faq:
        yield f"{folder}/faq.csv", faq.line, ((faq.answer,),)


def _say(
    file: str, line: int, rule: str, message: str, fix: str = "", severity: str = WARNING
) -> Finding:
    return Finding(
        file=file, line=line, rule=f"persona.{rule}", severity=severity, message=message, fix=fix
    )


def _identity(persona: Persona, doc: TomlDoc) -> Iterator[Finding]:
    if "kind" not in doc.data:
        fix = 'add kind = "personified", or virtual, leader, scene, culture'
        yield _say(doc.file, 1, "kind", "kind is absent, personified is taken", fix)
    chapters = [chapter.id for chapter in persona.story]
    for index, name in enumerate(chapters):
        if name in chapters[:index]:
            line = doc.line_of(("story", index, "id"))
            yield _say(
                doc.file, line, "story", f"chapter {name!r} stands twice", "rename it", ERROR
            )
    if not persona.rules and not persona.faq:
        fix = "write dialogue.toml or faq.csv"
        yield _say(doc.file, 1, "empty", "this persona can answer nothing", fix)
    bound = [(b.channel, b.account) for b in persona.bindings]
    for channel, account in {pair for pair in bound if bound.count(pair) > 1}:
        line = doc.line_of(("accounts", channel))
        yield _say(doc.file, line, "accounts", f"{account!r} stands twice", "keep one", ERROR)


def _rules(persona: Persona, file: str) -> Iterator[Finding]:
    ordered = sorted(persona.rules, key=lambda rule: -rule.priority)
    for index, later in enumerate(ordered):
        for earlier in ordered[:index]:
            if _shadows(earlier, later):
                message = f"{later.id!r} is never reached: {earlier.id!r} comes first"
                yield _say(file, later.line, "shadowed", message, "raise priority or change words")
                break
    events: dict[str, Rule] = {}
    for rule in ordered:
        first = events.get(rule.event, rule) if rule.event else rule
        if rule.event and not _conditional(rule):
            events.setdefault(rule.event, rule)
        if first is not rule:
            message = f"event {rule.event!r} is already answered by {first.id!r}"
            yield _say(file, rule.line, "event", message, "keep one", ERROR)


def _conditional(rule: Rule) -> bool:
    return bool(rule.steps) or rule.when != When()


def _shadows(earlier: Rule, later: Rule) -> bool:
    """True when every text that triggers ``later`` triggers ``earlier`` before it."""
    if _conditional(earlier) and (earlier.steps, earlier.when) != (later.steps, later.when):
        return False
    if earlier.exact or earlier.not_keywords or earlier.opener or not earlier.keywords:
        return False
    if not later.keywords or later.pattern or later.event or later.examples:
        return False
    words = [normalise(word) for word in earlier.keywords]
    return all(any(w in normalise(word) for w in words) for word in later.keywords)


def _texts(place: _Place, taboo: tuple[str, ...]) -> Iterator[Finding]:
    file, line, say = place
    for text in (
        text for variant in say for text in variant if not text.startswith((TEMPLATE, HOOK))
    ):
        for word, _, _ in occurrences(text, taboo):
            yield _say(file, line, "taboo", f"taboo word {word!r}", "say it differently", ERROR)
        if len(text.encode("utf-8", "replace")) > BUBBLE_MAX:
            message = f"the answer is over {BUBBLE_MAX} bytes and goes out in pieces"
            yield _say(file, line, "size", message, "shorten it")
        if set("{}") & set(_without_holes(text)):
            fix = "{name} puts in a fact; leave other braces out"
            yield _say(file, line, "braces", "a brace would reach the member", fix, ERROR)


def _without_holes(text: str) -> str:
    for name in holes(text):
        text = text.replace("{" + name + "}", "")
    return text


def _references(place: _Place, templates: Container[str] | None) -> Iterator[Finding]:
    file, line, say = place
    for name in template_names(say):
        if templates is not None and name not in templates:
            message = f"there is no template {name!r}"
            yield _say(file, line, "template", message, "name one under content/", ERROR)
