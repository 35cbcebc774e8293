"""What an expert answers: rules and rows of its own topics. The rest is handed over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.persona.faq import Faq
from bot.persona.persona import Persona
from bot.persona.rule import Rule

# {source} in an answer; where it is absent, an expert's answer ends with this.
SOURCE = "source"
NONE = "-"  # in the column source: there is none to name, on purpose
CITED = "出处：{source}"


def strangers(persona: Persona) -> Iterator[Rule | Faq]:
    """Rules and rows whose topic is not among the persona's; all others belong to it."""
    if persona.topics:
        parts: tuple[Rule | Faq, ...] = (*persona.rules, *persona.faq)
        yield from (part for part in parts if part.topic and part.topic not in persona.topics)


def key_of(part: Rule | Faq) -> str:
    """The rule id under which it answers."""
    return part.rule if isinstance(part, Faq) else part.id


def cited(persona: Persona, row: Faq) -> str:
    """The answer, with its citation at the end if an expert gives it and names none itself."""
    plain = row.answer.startswith("template:") or row.answer.startswith("hook:")
    if persona.type != "expert" or row.source in ("", NONE) or plain or "{source}" in row.answer:
        return row.answer
    return f"{row.answer}\n{CITED}"
