"""Steps of a guided talk: a question, and what each answer leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.core import decode
from bot.core.clock import MINUTE
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.rule import (
    IN_STEP,
    Rule,
    Say,
    check_id,
    check_pattern,
    check_words,
    parse_say,
)
from bot.persona.when import When

EXPIRES = 30 * MINUTE
LABEL_MAX = 128  # bytes of a menu line (kf msgmenu click)
CHOICES_MAX = 10  # lines of a kf msgmenu
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A place where the persona waits for an answer. ``menu``: rule id and label of each choice.

    It is forgotten ``expires`` ms after the last word about it.
    """

    id: str
    ask: Say
    menu: tuple[tuple[str, str], ...] = ()
    retry: Say = ()
    cancel: Say = ()
    expires: int = EXPIRES
    line: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _ChoiceFile:
    label: str
    id: str = ""
    words: tuple[str, ...] = ()
    pattern: str = ""
    say: Any = ()
    next: str = ""
    form: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    handoff: str = ""
    tags: tuple[str, ...] = ()
    start_flow: str = ""
    why: str = ""
    when: When = field(default_factory=When)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFile:
    """``[[step]]`` as it is written."""

    id: str
    ask: Any
    retry: Any = ()
    cancel: Any = ()
    expires: str = "30m"
    choice: tuple[_ChoiceFile, ...] = ()


def parse_step(raw: StepFile, doc: TomlDoc, at: KeyPath) -> tuple[Step, tuple[Rule, ...]]:
    """A step, and its choices as rules that hold only in it. Raises BadInput."""
    check_id(raw.id, doc, at, "step id")
    ask = parse_say(raw.ask, doc, (*at, "ask"))
    if not ask:
        raise decode.fail(doc, (*at, "ask"), "asks nothing", 'ask = ["…"]')
    if len(raw.choice) > CHOICES_MAX:
        message = f"{len(raw.choice)} choices, a menu holds {CHOICES_MAX}"
        raise decode.fail(doc, at, message, "split the step")
    rules = tuple(_choice(raw.id, part, n, doc, (*at, "choice", n))
                  for n, part in enumerate(raw.choice))  # fmt: skip
    labels = tuple((rule.id, part.label) for rule, part in zip(rules, raw.choice, strict=True))
    step = Step(
        id=raw.id, ask=ask, menu=labels, retry=parse_say(raw.retry, doc, (*at, "retry")),
        cancel=parse_say(raw.cancel, doc, (*at, "cancel")),
        expires=span(raw.expires, doc, (*at, "expires")), line=doc.line_of(at),
    )  # fmt: skip
    return step, rules


def span(text: str, doc: TomlDoc, at: KeyPath) -> int:
    """A length of time in ms. Raises BadInput."""
    try:
        return parse_span(text)
    except ValueError as exc:
        raise decode.fail(doc, at, str(exc), 'write "30m", "2h" or "1d"') from None


def _choice(step: str, raw: _ChoiceFile, n: int, doc: TomlDoc, at: KeyPath) -> Rule:
    if not raw.label.strip() or len(raw.label.encode()) > LABEL_MAX:
        raise decode.fail(doc, (*at, "label"), f"wants 1 to {LABEL_MAX} bytes", "a short label")
    check_words(raw, doc, at, ("words",))
    check_pattern(raw.pattern, (), doc, at)
    say = parse_say(raw.say, doc, (*at, "say"))
    if not (say or raw.next or raw.form or raw.handoff or raw.start_flow):
        raise decode.fail(doc, at, "this choice leads nowhere", "add next, say, form or handoff")
    if raw.next and raw.form:
        raise decode.fail(doc, (*at, "form"), "stands beside next", "one thing begins at a time")
    name = f"{step}.{raw.id or n + 1}"
    if raw.id:
        check_id(raw.id, doc, at, "choice id")
    return Rule(
        id=name, priority=IN_STEP, keywords=(raw.label, *raw.words), say=say, facts=raw.facts,
        pattern=f"{raw.pattern}|{_numbered(n)}" if raw.pattern else _numbered(n),
        next=raw.next, form=raw.form, handoff=raw.handoff, tags=raw.tags, when=raw.when,
        start_flow=raw.start_flow, steps=(step,), why=raw.why, choice=True, line=doc.line_of(at),
    )  # fmt: skip


def _numbered(n: int) -> str:
    """Matches "2", "第二个", "选2": people answer a list by its numbers."""
    return (
        rf"^\s*(?:我?选|第)?(?:{n + 1}|{re.escape(_NUMERALS[n])})(?:个|项|种|号)?[吧。.!！、]?\s*$"
    )
