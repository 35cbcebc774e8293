"""Flaws of a dialogue as a whole: what is never reached, never ends, or is not known. Never raises.

Each finding names the line of the rule, step, form, field or row where it can be put right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.core import decode
from bot.core.findings import ERROR, WARNING, Finding
from bot.core.knowing import INNER, KNOWN
from bot.core.member import ORDER
from bot.persona import hooks, topics
from bot.persona.answer import holes
from bot.persona.faq import Faq
from bot.persona.form import Field, Form
from bot.persona.hosting import FACTS
from bot.persona.normalise import normalise
from bot.persona.persona import Persona
from bot.persona.rule import HOOK, Say
from bot.persona.step import Step
from bot.persona.takinglines import FACTS as TOLD
from bot.persona.takinglines import LINES
from bot.persona.values import Asking, prepared, understand

KNOWN_FACTS = frozenset({"name", "codename", "level", "title", ORDER, *(KNOWN.keys() - INNER)})
_EMPTY = re.compile("[的了吗呢啊吧嘛呀么哦哈呗嘞哎唉我你您们]")
_CITES = re.compile("《.+》|出处|记载")
_SOME_DAY = date(2026, 6, 1)


def flaws(persona: Persona, folder: str) -> Iterator[Finding]:
    """All of them, in no promised order."""
    file, rows = f"{folder}/dialogue.toml", f"{folder}/faq.csv"
    yield from _unreached(persona, file)
    yield from _endless(persona, file)
    for form in persona.forms:
        for field in form.fields:
            yield from _field(file, field)
    yield from _unknown_facts(persona, file, rows)
    yield from _circle(persona, f"{folder}/persona.toml")
    yield from _taking(persona, f"{folder}/persona.toml")
    yield from _hooks(persona, file, rows)
    yield from _rivals(persona.faq, rows)
    yield from _expert(persona, file, rows)


def spoken(persona: Persona) -> Iterator[tuple[int, Say]]:
    """Line and words of everything in dialogue.toml that is said besides rules."""
    for step in persona.steps:
        yield from ((step.line, say) for say in (step.ask, step.retry, step.cancel) if say)
    for form in persona.forms:
        own = (form.confirm, form.say, form.known, form.cancel, form.refused)
        yield from ((form.line, say) for say in own if say)
        yield from ((f.line, say) for f in form.fields for say in (f.ask, f.retry) if say)
    yield from ((consent.line, consent.ask) for consent in persona.consents)


def _flaw(
    file: str, line: int, rule: str, message: str, fix: str, severity: str = WARNING
) -> Finding:
    return Finding(file=file, line=line, rule=f"persona.{rule}", severity=severity,
                   message=message, fix=fix)  # fmt: skip


def _unreached(persona: Persona, file: str) -> Iterator[Finding]:
    """Steps and forms that nothing leads to, from outside of themselves."""
    begun = {(key, name) for rule in persona.rules
             for key, name in (("next", rule.next), ("form", rule.form))
             if rule.steps != (name,)}  # fmt: skip
    named: list[tuple[str, str, Step | Form]] = [("next", "step", step) for step in persona.steps]
    named += [("form", "form", form) for form in persona.forms]
    for key, kind, part in named:
        if (key, part.id) not in begun:
            yield _flaw(file, part.line, "unreachable", f"nothing leads to {kind} {part.id!r}",
                        f'add {key} = "{part.id}" to a rule or choice')  # fmt: skip


def _endless(persona: Persona, file: str) -> Iterator[Finding]:
    """Steps without an answer, and steps from which no answer leads out."""
    ways = {step.id: [r for r in persona.rules if step.id in r.steps] for step in persona.steps}
    ends = {name for name, rules in ways.items() if any(not rule.next for rule in rules)}
    while more := {name for name, rules in ways.items() if name not in ends
                   and any(rule.next in ends for rule in rules)}:  # fmt: skip
        ends |= more
    for step in persona.steps:
        if not ways[step.id]:
            yield _flaw(file, step.line, "deaf-step", f"step {step.id!r} understands no answer",
                        f'add [[step.choice]], or a rule with in = "{step.id}"', ERROR)  # fmt: skip
        elif step.id not in ends:
            yield _flaw(file, step.line, "cycle", f"from step {step.id!r} the talk never ends",
                        "give one of its choices say without next")  # fmt: skip
        elif not step.retry and not step.menu:
            yield _no_retry(file, step)


def _no_retry(file: str, part: Step | Field) -> Finding:
    return _flaw(file, part.line, "retry", f"{part.id!r} has no line for an answer it cannot read",
                 'add retry = ["…"] that says how to answer')  # fmt: skip


def _field(file: str, field: Field) -> Iterator[Finding]:
    free = field.kind == "text" and not field.pattern
    if not field.retry and not free and not field.options:
        yield _no_retry(file, field)
    asking = Asking(field=field, asked=True, today=_SOME_DAY)
    for example in field.examples:
        if understand(prepared(example), asking) is None:
            yield _flaw(file, field.line, "example",
                        f"{field.id!r} does not understand its example {example!r}",
                        "change kind, pattern or options, or the example", ERROR)  # fmt: skip


def _learned(persona: Persona) -> set[str]:
    known = set(KNOWN_FACTS | {topics.SOURCE})
    for rule in persona.rules:
        groups = re.compile(rule.pattern).groupindex if rule.pattern else ()
        known |= {*(rule.remember or groups), *rule.facts}
    for form in persona.forms:
        known |= {name for field in form.fields for name in (field.id, field.fact)}
    return known


def _circle(persona: Persona, file: str) -> Iterator[Finding]:
    known = _learned(persona) | FACTS
    for text in persona.circle.lines:
        for name in sorted(holes(text) - known):
            yield _flaw(file, 1, "unknown-fact", f"[circle]: nothing ever learns {{{name}}}",
                        decode.nearest(name, known))  # fmt: skip


def _taking(persona: Persona, file: str) -> Iterator[Finding]:
    known = _learned(persona) | TOLD
    for line, texts in persona.taking.items():
        if line not in LINES:
            yield _flaw(file, 1, "unknown-line", f"[taking]: there is no line {line!r}",
                        decode.nearest(line, LINES), ERROR)  # fmt: skip
        for name in sorted({hole for text in texts for hole in holes(text)} - known):
            yield _flaw(file, 1, "unknown-fact", f"[taking]: nothing ever learns {{{name}}}",
                        decode.nearest(name, known))  # fmt: skip


def _unknown_facts(persona: Persona, file: str, rows: str) -> Iterator[Finding]:
    known = _learned(persona)
    if any(
        {*_hook_names(say)} - hooks.LEARN_NOTHING for _, _, say in _answers(persona, file, rows)
    ):
        return  # a hook may bring facts of any name
    for place, line, say in _answers(persona, file, rows):
        wanted = {hole for variant in say for text in variant for hole in holes(text)}
        for name in sorted(wanted - known):
            yield _flaw(place, line, "unknown-fact", f"nothing ever learns {{{name}}}",
                        decode.nearest(name, known))  # fmt: skip
    for rule in persona.rules:
        for name in sorted(rule.when.facts - known):
            yield _flaw(file, rule.line, "unknown-fact", f"when: nothing ever learns {name!r}",
                        decode.nearest(name, known))  # fmt: skip


def _answers(persona: Persona, file: str, rows: str) -> Iterator[tuple[str, int, Say]]:
    yield from ((file, rule.line, rule.say) for rule in persona.rules)
    yield from ((file, line, say) for line, say in spoken(persona))
    yield from ((rows, row.line, ((row.answer,),)) for row in persona.faq)


def _hook_names(say: Say) -> list[str]:
    return [text.removeprefix(HOOK).strip() for variant in say for text in variant
            if text.startswith(HOOK)]  # fmt: skip


def _hooks(persona: Persona, file: str, rows: str) -> Iterator[Finding]:
    known = hooks.registered()
    for place, line, say in _answers(persona, file, rows):
        for name in _hook_names(say):
            if name not in known:
                fix = decode.nearest(name, known) if known else "name a module in [hooks] of config"
                yield _flaw(place, line, "hook", f"there is no hook {name!r}", fix, ERROR)


def _rivals(rows: Iterable[Faq], file: str) -> Iterator[Finding]:
    """Rows whose wordings are the same but for words that mean nothing."""
    seen: dict[str, tuple[Faq, str]] = {}
    for row, wording in ((faq, wording) for faq in rows for wording in faq.wordings):
        plain = normalise(wording)
        key = _EMPTY.sub("", plain) or plain
        first, other = seen.setdefault(key, (row, wording))
        if first is not row and normalise(other) != plain:
            message = f"{wording!r} fights with {other!r} of {first.id!r} in line {first.line}"
            yield _flaw(file, row.line, "rivals", message,
                        "keep it in one row, or make them differ")  # fmt: skip


def _expert(persona: Persona, file: str, rows: str) -> Iterator[Finding]:
    for part in topics.strangers(persona):
        place = rows if isinstance(part, Faq) else file
        yield _flaw(place, part.line, "topic",
                    f"{part.id!r} is about {part.topic!r}, no topic here: it is handed over",
                    decode.nearest(part.topic, persona.topics))  # fmt: skip
    if persona.type != "expert":
        return
    bare = [row for row in persona.faq if not row.source and not _CITES.search(row.answer)]
    if bare:
        yield _flaw(rows, bare[0].line, "source",
                    f"{len(bare)} answers of an expert name no source, {bare[0].id!r} first",
                    "fill the column source, or cite in the answer")  # fmt: skip
