"""A rule that a person wrote in dialogue.toml. An unknown key or an empty rule is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core import decode
from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.needs import WORD_MAX, Opinion, need_of
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.normalise import normalise
from bot.persona.when import Situation, When

Mood = Literal["complaint", "urgent", "negative", "happy"]
Say = tuple[tuple[str, ...], ...]
_MOODS = {"complaint": -1, "negative": -1, "urgent": -1, "happy": 1}

ID = re.compile(r"[A-Za-z0-9_.:-]{1,120}")
RESERVED = ("faq:", "builtin:", "form:", "step:")
BUBBLES_MAX = 3
TEMPLATE = "template:"
HOOK = "hook:"
# A rule that holds only in a step goes before ordinary ones, and after those of real urgency.
IN_STEP = 50

# (a+)+ and its kin take exponential time on a text that almost matches.
_NESTED = re.compile(r"\((?:[^()\\]|\\.)*[+*}](?:[^()\\]|\\.)*\)\s*[+*{]")
# So does (a|a)+; and .*.*.*x takes the length of the text to the power of its repetitions.
_CHOICE = re.compile(r"\((?:[^()\\]|\\.)*\|(?:[^()\\]|\\.)*\)(?:[+*]|\{\d*,\})")
_WIDE = re.compile(r"(?<!\\)[+*]|\{\d*,\}|\{\d*,?\d{3,}\}")
_GROUP = re.compile(r"\((?:[^()\\]|\\.)*\)")
WIDE_MAX = 2
PATTERN_MAX = 2_000
_GREETINGS = """
你好 您好 你们好 大家好 你好呀 你好啊 你好吗 老师好 在吗 在么 在不在 有人吗 有人在吗 嗨 哈喽 哈啰
嘿 hi hello hey 早 早安 早上好 上午好 中午好 下午好 晚上好 晚安 请问 打扰一下 打扰了
"""
GREETINGS = frozenset(normalise(word) for word in _GREETINGS.split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule. ``say`` holds variants, each a tuple of bubbles; ``handoff`` is a reason or empty.

    ``opener``: a greeting or the like; it gives way to anything that answers more. ``steps``: it
    holds only in these; ``next`` and ``form`` are what begins after it. ``choice``: it was written
    as a choice of its step. ``title`` is its name for staff; ``lead``: a lead is to look at it.
    ``needs`` (``worry:…``, ``wish:…``) and ``feedback`` are noted of who is answered by it.
    """

    id: str
    priority: int = 0
    keywords: tuple[str, ...] = ()
    not_keywords: tuple[str, ...] = ()
    exact: bool = False
    pattern: str = ""
    event: str = ""
    examples: tuple[str, ...] = ()
    say: Say = ()
    remember: tuple[str, ...] = ()
    handoff: str = ""
    tags: tuple[str, ...] = ()
    mood: Mood | None = None
    why: str = ""
    opener: bool = False
    steps: tuple[str, ...] = ()
    when: When = field(default_factory=When)
    facts: Mapping[str, str] = field(default_factory=dict)
    next: str = ""
    form: str = ""
    start_flow: str = ""
    topic: str = ""
    choice: bool = False
    title: str = ""
    lead: bool = False
    needs: tuple[str, ...] = ()
    feedback: Opinion | None = None
    line: int = 1

    @property
    def leads(self) -> bool:
        """True when it begins something that asks the member by itself."""
        return bool(self.next or self.form)

    def holds(self, now: Situation) -> bool:
        """True when its step and its conditions are met."""
        return (not self.steps or now.step in self.steps) and self.when.holds(now)


@dataclass(frozen=True, kw_only=True, slots=True)
class _FeedbackFile:
    theme: str
    product: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFile:
    """``[[rule]]`` as it is written."""

    id: str
    priority: int | None = None
    keywords: tuple[str, ...] = ()
    not_keywords: tuple[str, ...] = ()
    exact: bool = False
    pattern: str = ""
    event: str = ""
    examples: tuple[str, ...] = ()
    say: Any = ()
    remember: tuple[str, ...] = ()
    handoff: str = ""
    tags: tuple[str, ...] = ()
    mood: Mood | None = None
    why: str = ""
    opener: bool | None = None
    in_step: Any = field(default=(), metadata={"key": "in"})
    when: When = field(default_factory=When)
    facts: dict[str, str] = field(default_factory=dict)
    next: str = ""
    form: str = ""
    start_flow: str = ""
    topic: str = ""
    title: str = ""
    lead: bool = False
    needs: tuple[str, ...] = ()
    feedback: _FeedbackFile | None = None


def parse_rule(raw: RuleFile, doc: TomlDoc, at: KeyPath) -> Rule:
    """A rule found at ``at``. Raises BadInput, which brings all faults along."""
    faults = Faults()
    faults.attempt(check_id, raw.id, doc, at)
    say = faults.attempt(parse_say, raw.say, doc, (*at, "say")) or ()
    steps = faults.attempt(_steps, raw.in_step, doc, (*at, "in")) or ()
    needs = faults.attempt(_needs, raw.needs, doc, (*at, "needs")) or ()
    feedback = faults.attempt(_feedback, raw, doc, (*at, "feedback"))
    faults.add(_rule_faults(raw, doc, at))
    faults.attempt(check_words, raw, doc, at, ("keywords", "not_keywords", "examples"))
    faults.attempt(check_pattern, raw.pattern, raw.remember, doc, at)
    faults.check()
    words = {normalise(word) for word in raw.keywords}
    greeting = bool(words) and words <= GREETINGS and not raw.pattern and not raw.handoff
    return Rule(
        id=raw.id, priority=(IN_STEP if steps else 0) if raw.priority is None else raw.priority,
        keywords=raw.keywords, not_keywords=raw.not_keywords,
        exact=raw.exact, pattern=raw.pattern, event=raw.event, examples=raw.examples, say=say,
        remember=raw.remember, handoff=raw.handoff, tags=raw.tags, mood=raw.mood, why=raw.why,
        opener=greeting if raw.opener is None else raw.opener, steps=steps, when=raw.when,
        facts=raw.facts, next=raw.next, form=raw.form, start_flow=raw.start_flow, topic=raw.topic,
        title=raw.title, lead=raw.lead, needs=needs, feedback=feedback, line=doc.line_of(at),
    )  # fmt: skip


def _rule_faults(raw: RuleFile, doc: TomlDoc, at: KeyPath) -> Iterator[BadInput]:
    if not (raw.keywords or raw.pattern or raw.event or raw.examples):
        yield decode.fail(doc, at, "nothing triggers this rule",
                          "add keywords, pattern, event or examples")  # fmt: skip
    if not (raw.say or raw.handoff or raw.next or raw.form or raw.start_flow):
        yield decode.fail(doc, at, "this rule does nothing", "add say, handoff, next or form")
    if raw.next and raw.form:
        yield decode.fail(doc, (*at, "form"), "stands beside next", "one thing begins at a time")
    if raw.lead and not raw.handoff:
        yield decode.fail(doc, (*at, "lead"), "nobody is called", "say why in handoff")


def check_id(name: str, doc: TomlDoc, at: KeyPath, what: str = "rule id") -> None:
    """Raises BadInput unless ``name`` can name something."""
    if not ID.fullmatch(name) or name.startswith(RESERVED):
        raise decode.fail(doc, (*at, "id"), f"{name!r} is no {what}", "letters, digits, - _ .")


def _needs(raw: tuple[str, ...], doc: TomlDoc, at: KeyPath) -> tuple[str, ...]:
    try:
        return tuple(":".join(need_of(text)) for text in raw)
    except ValueError as exc:
        raise decode.fail(doc, at, str(exc), 'needs = ["worry:睡不好"]') from None


def _feedback(raw: RuleFile, doc: TomlDoc, at: KeyPath) -> Opinion | None:
    """The mood is that of the rule."""
    told = raw.feedback
    if told is None:
        return None
    if not told.theme.strip() or max(len(told.theme), len(told.product)) > WORD_MAX:
        raise decode.fail(doc, at, f"theme and product have 1 to {WORD_MAX} characters",
                          'feedback = { theme = "浓淡", product = "岩茶" }')  # fmt: skip
    mood = _MOODS.get(raw.mood or "", 0)
    return Opinion(theme=told.theme.strip(), product=told.product.strip(), mood=mood)


def _steps(value: Any, doc: TomlDoc, at: KeyPath) -> tuple[str, ...]:
    names = names_in(value)
    if len(names) != (len(value) if isinstance(value, list | tuple) else 1):
        raise decode.fail(doc, at, "wants the id of a step, or a list of them")
    return names


def names_in(value: Any) -> tuple[str, ...]:
    """The steps that ``in`` names, one or several; what is no name is left out."""
    names = value if isinstance(value, list | tuple) else [value]
    return tuple(name for name in names if isinstance(name, str) and name)


def parse_say(value: Any, doc: TomlDoc, at: KeyPath) -> Say:
    """Variants, each a text or a list of bubbles. Raises BadInput."""
    if not isinstance(value, list | tuple):
        raise decode.fail(doc, at, "wants a list in [ ]")
    return tuple(_variant(part, doc, at) for part in value)


def _variant(value: Any, doc: TomlDoc, at: KeyPath) -> tuple[str, ...]:
    bubbles = value if isinstance(value, list) else [value]
    if not bubbles or not all(isinstance(text, str) and text.strip() for text in bubbles):
        raise decode.fail(doc, at, "wants texts, or lists of texts", 'say = ["…", ["…", "…"]]')
    if len(bubbles) > BUBBLES_MAX:
        raise decode.fail(doc, at, f"{len(bubbles)} bubbles", f"at most {BUBBLES_MAX} at a time")
    return tuple(bubbles)


def check_words(raw: Any, doc: TomlDoc, at: KeyPath, keys: tuple[str, ...]) -> None:
    """Raises BadInput for a word in which nothing can be matched."""
    for key in keys:
        for word in getattr(raw, key):
            if not normalise(word):
                fix = "words with at least one letter or digit"
                raise decode.fail(doc, (*at, key), f"{word!r} holds nothing to match", fix)


def check_pattern(pattern: str, remember: tuple[str, ...], doc: TomlDoc, at: KeyPath) -> None:
    """Raises BadInput for what is no pattern, may take for ever or finds less than it promises."""
    if len(pattern) > PATTERN_MAX:
        message = f"has over {PATTERN_MAX} characters"
        raise decode.fail(doc, (*at, "pattern"), message, "make two rules of it")
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, RecursionError, OverflowError) as exc:
        raise decode.fail(doc, (*at, "pattern"), f"not a regular expression: {exc}") from None
    if _NESTED.search(pattern):
        message = "a repetition inside a repetition can take for ever"
        raise decode.fail(doc, (*at, "pattern"), message, "repeat one level only")
    if _CHOICE.search(pattern):
        message = "a repeated group of alternatives can take for ever"
        raise decode.fail(doc, (*at, "pattern"), message, "repeat at most so often: {0,3}")
    if len(_WIDE.findall(pattern)) > WIDE_MAX + _anchored(pattern):
        message = f"over {WIDE_MAX} repetitions without an end can take for ever"
        raise decode.fail(doc, (*at, "pattern"), message, "write .{0,20} instead of .*")
    for name in remember:
        if name not in groups:
            fix = f"name a group (?P<{name}>…) in pattern"
            raise decode.fail(doc, (*at, "remember"), f"{name!r} is not found by the pattern", fix)


def _anchored(pattern: str) -> bool:
    """True when every match begins at the beginning, which saves one power."""
    return pattern.startswith("^") and "|" not in _GROUP.sub("", pattern)
