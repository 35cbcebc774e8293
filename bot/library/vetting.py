"""What is wrong with a version of a persona beside everything else that serves. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from bot.core.findings import ERROR, WARNING, Finding
from bot.library.cast import Cast, bindings
from bot.persona.brand import Brand
from bot.persona.guard import Guard
from bot.persona.load import understand
from bot.persona.persona import Persona
from bot.persona.rule import TEMPLATE
from bot.store.versions import Edition
from bot.studio.lint import Rules, lint_template

Wording = tuple[str, int, str]


def vet(
    edition: Edition, brand: Brand, others: Mapping[str, Persona], templates: Collection[str]
) -> list[Finding]:
    """All findings of one version: its own, and those that come from its company.

    ``others`` are the personas that serve, ``templates`` the names of the templates that do.
    """
    folder = f"personas/{edition.name}"
    parsed = understand(edition.files, folder)
    found = list(parsed.findings)
    if parsed.persona is not None:
        found += beside(parsed.persona, others, templates)
        found += tabooed(parsed.persona, brand)
    return found


def beside(
    persona: Persona, others: Mapping[str, Persona], templates: Collection[str]
) -> Iterator[Finding]:  # fmt: skip
    """What comes of its company alone."""
    yield from _doubly_bound(persona, others)
    yield from _lost(persona, templates)


def unclean(cast: Cast) -> list[Finding]:
    """What serves and says a word that the brand, as it serves now, does not say any more."""
    found = [finding for script in cast.scripts.values()
             for finding in tabooed(script.persona, cast.brand)]  # fmt: skip
    for template in cast.shelf.templates.values():
        found += [replace(finding, severity=WARNING)
                  for finding in lint_template(template, Rules(taboo=cast.brand.taboo))
                  if finding.rule == "template.taboo"]  # fmt: skip
    return found


def tabooed(persona: Persona, brand: Brand) -> Iterator[Finding]:
    """Answers with a word that is taboo: the guard would stop them, and a person be asked."""
    guard = Guard(brand, persona)
    for file, line, text in wordings(persona):
        for problem in guard.tabooed(text):
            yield Finding(file=file, line=line, rule="persona.taboo", severity=WARNING,
                          message=problem.message, fix=problem.fix)  # fmt: skip


def wordings(persona: Persona) -> Iterator[Wording]:
    """(file, line, text) of everything that the persona may say by itself."""
    folder = f"personas/{persona.id}"
    for row in persona.faq:
        yield f"{folder}/faq.csv", row.line, row.answer
    for rule in persona.rules:
        yield from (
            (f"{folder}/dialogue.toml", rule.line, text) for say in rule.say for text in say
        )
    fixed = (*persona.fallback.say, *persona.fallback.ask, *persona.fallback.waiting,
             *persona.handoff.say, *persona.satisfaction.lines, *persona.circle.lines,
             *persona.empathy.lines,
             *persona.disclosure.robot,
             *(persona.hours.away if persona.hours else ()))  # fmt: skip
    yield from ((f"{folder}/persona.toml", 1, text) for text in fixed)


def _doubly_bound(persona: Persona, others: Mapping[str, Persona]) -> Iterator[Finding]:
    taken = dict(bindings(other for other in others.values() if other.id != persona.id))
    for key, _ in bindings([persona]):
        if key in taken:
            yield Finding(
                file=f"personas/{persona.id}/persona.toml", line=1, rule="account-bound-twice",
                severity=ERROR, message=f"{key[0]} account {key[1]} speaks as {taken[key]} now",
                fix=f"take it out of {taken[key]} and publish that first",
            )  # fmt: skip


def _lost(persona: Persona, templates: Collection[str]) -> Iterator[Finding]:
    for file, line, text in wordings(persona):
        name = text.removeprefix(TEMPLATE).strip()
        if text.startswith(TEMPLATE) and name not in templates:
            yield Finding(file=file, line=line, rule="template-not-served", severity=WARNING,
                          message=f"template {name!r} does not serve now",
                          fix="a person is asked instead until it does")  # fmt: skip
