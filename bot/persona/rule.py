"""dialogue.toml: rules that a person wrote. An unknown key or empty rule is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core import decode, tomlfile
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.normalise import normalise

Mood = Literal["complaint", "urgent", "negative", "happy"]
Say = tuple[tuple[str, ...], ...]

ID = re.compile(r"[A-Za-z0-9_.:-]{1,120}")
RESERVED = ("faq:", "builtin:")
BUBBLES_MAX = 3
TEMPLATE = "template:"

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

    ``opener``: a greeting or the like; it gives way to anything that answers more.
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
    line: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _RuleFile:
    id: str
    priority: int = 0
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Dialogue:
    rule: tuple[_RuleFile, ...] = field(default=())


def parse_rules(source: str, file: str) -> tuple[Rule, ...]:
    """The rules in the order of the file. Raises BadInput at the first fault."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    rules: dict[str, Rule] = {}
    for index, raw in enumerate(decode.decode(_Dialogue, doc).rule):
        rule = _rule(raw, doc, ("rule", index))
        if rule.id in rules:
            message = f"{rule.id!r} stands already in line {rules[rule.id].line}"
            raise decode.fail(doc, ("rule", index, "id"), message, "give each rule its own id")
        rules[rule.id] = rule
    return tuple(rules.values())


def _rule(raw: _RuleFile, doc: TomlDoc, at: KeyPath) -> Rule:
    if not ID.fullmatch(raw.id) or raw.id.startswith(RESERVED):
        raise decode.fail(doc, (*at, "id"), f"{raw.id!r} is no rule id", "letters, digits, - _ .")
    if not (raw.keywords or raw.pattern or raw.event or raw.examples):
        raise decode.fail(
            doc, at, "nothing triggers this rule", "add keywords, pattern, event or examples"
        )
    say = _say(raw.say, doc, (*at, "say"))
    if not (say or raw.handoff):
        raise decode.fail(doc, at, "this rule does nothing", "add say or handoff")
    _check_words(raw, doc, at)
    _check_pattern(raw, doc, at)
    words = {normalise(word) for word in raw.keywords}
    greeting = bool(words) and words <= GREETINGS and not raw.pattern and not raw.handoff
    return Rule(
        id=raw.id, priority=raw.priority, keywords=raw.keywords, not_keywords=raw.not_keywords,
        exact=raw.exact, pattern=raw.pattern, event=raw.event, examples=raw.examples, say=say,
        remember=raw.remember, handoff=raw.handoff, tags=raw.tags, mood=raw.mood, why=raw.why,
        opener=greeting if raw.opener is None else raw.opener, line=doc.line_of(at),
    )  # fmt: skip


def _say(value: Any, doc: TomlDoc, at: KeyPath) -> Say:
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


def _check_words(raw: _RuleFile, doc: TomlDoc, at: KeyPath) -> None:
    for key in ("keywords", "not_keywords", "examples"):
        for word in getattr(raw, key):
            if not normalise(word):
                fix = "words with at least one letter or digit"
                raise decode.fail(doc, (*at, key), f"{word!r} holds nothing to match", fix)


def _check_pattern(raw: _RuleFile, doc: TomlDoc, at: KeyPath) -> None:
    if len(raw.pattern) > PATTERN_MAX:
        message = f"has over {PATTERN_MAX} characters"
        raise decode.fail(doc, (*at, "pattern"), message, "make two rules of it")
    try:
        groups = re.compile(raw.pattern).groupindex
    except (re.error, RecursionError, OverflowError) as exc:
        raise decode.fail(doc, (*at, "pattern"), f"not a regular expression: {exc}") from None
    if _NESTED.search(raw.pattern):
        message = "a repetition inside a repetition can take for ever"
        raise decode.fail(doc, (*at, "pattern"), message, "repeat one level only")
    if _CHOICE.search(raw.pattern):
        message = "a repeated group of alternatives can take for ever"
        raise decode.fail(doc, (*at, "pattern"), message, "repeat at most so often: {0,3}")
    if len(_WIDE.findall(raw.pattern)) > WIDE_MAX + _anchored(raw.pattern):
        message = f"over {WIDE_MAX} repetitions without an end can take for ever"
        raise decode.fail(doc, (*at, "pattern"), message, "write .{0,20} instead of .*")
    for name in raw.remember:
        if name not in groups:
            fix = f"name a group (?P<{name}>…) in pattern"
            raise decode.fail(doc, (*at, "remember"), f"{name!r} is not found by the pattern", fix)


def _anchored(pattern: str) -> bool:
    """True when every match begins at the beginning, which saves one power."""
    return pattern.startswith("^") and "|" not in _GROUP.sub("", pattern)
