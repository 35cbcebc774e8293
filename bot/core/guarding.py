"""[guard] of config.toml: how serious each finding of the guard is, and what an AI label says.

A code that is unknown is an unknown key, so the error names the nearest one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# Measures for labelling AI-generated content, in force since 2025-09-01, and GB 45438-2025: the
# label of a text names artificial intelligence and says that it generated or synthesised.
_LABEL = re.compile(r"(?:人工智能|AI).*(?:生成|合成)|(?:生成|合成).*(?:人工智能|AI)")
Severity = Literal["stop", "warn", "off"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """The label on texts that a language model wrote.

    Source: 人工智能生成合成内容标识办法 (in force since 2025-09-01), article 4: a text says so at
    its beginning, its end or in between. A persona's ``disclosure.label`` replaces ``text``
    if it says as much.
    """

    mode: Literal["explicit", "off"] = "explicit"
    place: Literal["start", "end", "around"] = "end"
    text: str = "（以上内容由 AI 生成）"
    operators: tuple[str, ...] = ("model",)

    def __post_init__(self) -> None:
        if self.mode == "explicit" and not is_label(self.text):
            raise ValueError('text does not say that AI generated the words; write '
                             '"（以上内容由 AI 生成）" or the like, or mode = "off"')  # fmt: skip


def is_label(text: str) -> bool:
    """True for words that say, as the measures want it, that AI wrote the text."""
    return bool(_LABEL.search(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarding:
    """One severity for each reason code, in the order of docs/guard.md."""

    taboo: Severity = "stop"
    link: Severity = "stop"
    drain: Severity = "stop"
    price: Severity = "stop"
    fee: Severity = "warn"
    discount: Severity = "stop"
    superlative: Severity = "stop"
    medical: Severity = "stop"
    health: Severity = "stop"
    finance: Severity = "stop"
    promise: Severity = "stop"
    pressure: Severity = "warn"
    rival: Severity = "stop"
    personal: Severity = "stop"
    leak: Severity = "stop"
    inner: Severity = "stop"
    human: Severity = "stop"
    unlabelled: Severity = "stop"
    insult: Severity = "stop"
    sensitive: Severity = "stop"
    length: Severity = "stop"
    empty: Severity = "stop"
    emoji: Severity = "warn"
    address: Severity = "warn"
    opening: Severity = "warn"
    closing: Severity = "warn"
    sentence: Severity = "warn"
    marks: Severity = "warn"
    latin: Severity = "warn"
    label: Label = field(default_factory=Label)

    def severity(self, code: str) -> Severity:
        """The severity of a reason code."""
        found: Severity = getattr(self, code)
        return found


# What nobody may let pass for a single text, and whose word that is. Advertising law forbids the
# first ones whoever says it (articles 9, 13, 16 to 18, 25), as do the law on personal information
# and the measures for AI labels; what is empty or too long the platform does not take. Taboo words,
# domains and what is not talked about are for the brand to decide, in its files, and nobody else
# (A63). A secret is told to nobody, and nobody is hurt. The rest is a judgement in which the guard
# may be wrong.
_BARS: Mapping[str, tuple[str, ...]] = {
    "law": ("superlative", "rival", "medical", "health", "finance", "personal", "human",
            "unlabelled"),
    "platform": ("length", "empty"),
    "brand": ("taboo", "link", "drain", "sensitive"),
    "decency": ("leak", "insult"),
}  # fmt: skip
BARS = tuple(_BARS)
BARRED: Mapping[str, str] = {code: bar for bar, codes in _BARS.items() for code in codes}
FORCED = frozenset(BARRED)
CODES = tuple(name for name in Guarding.__slots__ if name != "label")
