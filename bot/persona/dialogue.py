"""dialogue.toml as a whole: rules, steps, forms and purposes, and the names they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core import decode, tomlfile
from bot.core.errors import BadInput
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.form import Consent, ConsentFile, Form, FormFile, parse_consent, parse_form
from bot.persona.rule import Rule, RuleFile, parse_rule
from bot.persona.step import Step, StepFile, parse_step


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialogue:
    """What the file holds. ``rules`` has the choices of steps as well, after the file's own."""

    rules: tuple[Rule, ...] = ()
    steps: tuple[Step, ...] = ()
    forms: tuple[Form, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    rule: tuple[RuleFile, ...] = ()
    step: tuple[StepFile, ...] = ()
    form: tuple[FormFile, ...] = ()
    consent: tuple[ConsentFile, ...] = ()


def parse_dialogue(source: str, file: str) -> Dialogue:
    """Everything in the order of the file. Raises BadInput at the first fault."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    raw = decode.decode(_File, doc)
    rules = [parse_rule(part, doc, ("rule", n)) for n, part in enumerate(raw.rule)]
    steps: list[Step] = []
    for n, part in enumerate(raw.step):
        step, choices = parse_step(part, doc, ("step", n))
        steps.append(step)
        rules += choices
    forms = [parse_form(part, doc, ("form", n)) for n, part in enumerate(raw.form)]
    consents = [parse_consent(part, doc, ("consent", n)) for n, part in enumerate(raw.consent)]
    _unique(doc, "rule", rules)
    _unique(doc, "step", steps)
    _unique(doc, "form", forms)
    _unique(doc, "consent", consents)
    made = Dialogue(rules=tuple(rules), steps=tuple(steps), forms=tuple(forms),
                    consents=tuple(consents))  # fmt: skip
    _references(made, raw, doc)
    return made


def _unique(doc: TomlDoc, kind: str, parts: Iterable[Rule | Step | Form | Consent]) -> None:
    known: dict[str, int] = {}
    for n, part in enumerate(parts):
        if part.id in known:
            # a choice of a step has no table of its own under [[rule]]
            line = doc.lines.get((kind, n, "id"), part.line)
            message = f"{kind}.{n}.id: {part.id!r} stands already in line {known[part.id]}"
            fix = f"give each {kind} its own id"
            raise BadInput(message, file=doc.file, line=line, fix=fix)
        known[part.id] = part.line


def _references(made: Dialogue, raw: _File, doc: TomlDoc) -> None:
    """Steps, forms and purposes that are named must stand in the file."""
    steps, forms = {step.id for step in made.steps}, {form.id for form in made.forms}
    for n, rule in enumerate(raw.rule):
        at: KeyPath = ("rule", n)
        _known(doc, (*at, "next"), rule.next, steps, "step")
        _known(doc, (*at, "form"), rule.form, forms, "form")
        for name in made.rules[n].steps:
            _known(doc, (*at, "in"), name, steps, "step")
    for n, step in enumerate(raw.step):
        for m, choice in enumerate(step.choice):
            at = ("step", n, "choice", m)
            _known(doc, (*at, "next"), choice.next, steps, "step")
            _known(doc, (*at, "form"), choice.form, forms, "form")
    purposes = {consent.id for consent in made.consents}
    for n, form in enumerate(raw.form):
        for m, part in enumerate(form.fields):
            at = ("form", n, "field", m, "consent")
            _known(doc, at, part.consent, purposes, "consent")


def _known(doc: TomlDoc, at: KeyPath, name: str, known: set[str], kind: str) -> None:
    if name and name not in known:
        fix = decode.nearest(name, known) if known else f"add [[{kind}]] with id = {name!r}"
        raise decode.fail(doc, at, f"there is no {kind} {name!r}", fix)
