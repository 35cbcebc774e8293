"""dialogue.toml as a whole: rules, steps, forms and purposes, and the names they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from bot.core import decode, tomlfile
from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.form import Consent, ConsentFile, Form, FormFile, parse_consent, parse_form
from bot.persona.rule import Rule, RuleFile, names_in, parse_rule
from bot.persona.step import Step, StepFile, parse_step

Raw = TypeVar("Raw")
Made = TypeVar("Made")


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
    """Everything in the order of the file. Raises BadInput, which brings all faults along."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    raw, faults = decode.decode(_File, doc), Faults()
    rules = _each(parse_rule, raw.rule, doc, "rule", faults)
    steps: list[Step | None] = []
    for found in _each(parse_step, raw.step, doc, "step", faults):
        step, choices = found or (None, ())
        steps.append(step)
        rules += choices
    forms = _each(parse_form, raw.form, doc, "form", faults)
    consents = _each(parse_consent, raw.consent, doc, "consent", faults)
    for kind, parts in (("rule", rules), ("step", steps), ("form", forms), ("consent", consents)):
        faults.add(_twice(doc, kind, parts))
    for at, name, known, kind in _named(raw):
        faults.attempt(_known, doc, at, name, known, kind)
    faults.check()
    return Dialogue(
        rules=tuple(filter(None, rules)), steps=tuple(filter(None, steps)),
        forms=tuple(filter(None, forms)), consents=tuple(filter(None, consents)),
    )  # fmt: skip


def _each(
    parse: Callable[[Raw, TomlDoc, KeyPath], Made], parts: Iterable[Raw], doc: TomlDoc, kind: str,
    faults: Faults,
) -> list[Made | None]:  # fmt: skip
    """Every part in its place; None where it has faults."""
    return [faults.attempt(parse, part, doc, (kind, n)) for n, part in enumerate(parts)]


def _twice(
    doc: TomlDoc, kind: str, parts: Iterable[Rule | Step | Form | Consent | None]
) -> Iterator[BadInput]:  # fmt: skip
    known: dict[str, int] = {}
    for n, part in enumerate(parts):
        if part is None:
            continue
        if part.id in known:
            # a choice of a step has no table of its own under [[rule]]
            line = doc.lines.get((kind, n, "id"), part.line)
            message = f"{kind}.{n}.id: {part.id!r} stands already in line {known[part.id]}"
            fix = f"give each {kind} its own id"
            yield BadInput(message, file=doc.file, line=line, fix=fix)
        known.setdefault(part.id, part.line)


def _named(raw: _File) -> Iterator[tuple[KeyPath, str, set[str], str]]:
    """Steps, forms and purposes that are named: where, and among which they must stand."""
    steps, forms = {step.id for step in raw.step}, {form.id for form in raw.form}
    for n, rule in enumerate(raw.rule):
        at: KeyPath = ("rule", n)
        yield (*at, "next"), rule.next, steps, "step"
        yield (*at, "form"), rule.form, forms, "form"
        yield from (((*at, "in"), name, steps, "step") for name in names_in(rule.in_step))
    for n, step in enumerate(raw.step):
        for m, choice in enumerate(step.choice):
            at = ("step", n, "choice", m)
            yield (*at, "next"), choice.next, steps, "step"
            yield (*at, "form"), choice.form, forms, "form"
    purposes = {consent.id for consent in raw.consent}
    for n, form in enumerate(raw.form):
        for m, part in enumerate(form.fields):
            yield ("form", n, "field", m, "consent"), part.consent, purposes, "consent"


def _known(doc: TomlDoc, at: KeyPath, name: str, known: set[str], kind: str) -> None:
    if name and name not in known:
        fix = decode.nearest(name, known) if known else f"add [[{kind}]] with id = {name!r}"
        raise decode.fail(doc, at, f"there is no {kind} {name!r}", fix)
