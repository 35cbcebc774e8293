"""From an answer in a script to drafts: which variant, which facts, which template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.body import Body, Text
from bot.core.model import Draft
from bot.persona.rule import TEMPLATE, Say
from bot.studio.render import CannotRender, Shelf

BUBBLE_MAX = 2_048  # bytes of a kf text message
_HOLE = re.compile(r"\{\s*([^\W\d]\w*)\s*\}")
_SENTENCE = re.compile(r"[^。！？!?\n；;]*[。！？!?\n；;]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Speech:
    """Where words and facts come from while one turn is answered. ``member`` and the local ``day``
    tell which of two wordings of a template he gets; without a member it is the one that is named.
    """

    shelf: Shelf
    facts: Mapping[str, str]
    context: Mapping[str, Any]
    member: str = ""
    day: date = date.min


def speak(say: Say, turn_number: int, speech: Speech, content: str) -> tuple[Draft, ...]:
    """The bubbles of the variant that is due, or of the next one that can be said in full.

    ``turn_number`` = how often this member got the rule before. Empty when nothing can be said.
    """
    order = [say[(turn_number + step) % len(say)] for step in range(len(say))]
    for whole in (True, False):
        for variant in order:
            drafts = _variant(variant, speech, content, whole)
            if drafts:
                return drafts
    return ()


def _variant(
    variant: tuple[str, ...], speech: Speech, content: str, whole: bool
) -> tuple[Draft, ...]:
    drafts: list[Draft] = []
    for text in variant:
        if whole and not text.startswith(TEMPLATE) and holes(text) - speech.facts.keys():
            return ()
        try:
            made = list(_bubble(text, speech, content))
        except CannotRender:
            return ()
        drafts += made
    return tuple(drafts)


def _bubble(text: str, speech: Speech, content: str) -> Iterator[Draft]:
    if not text.startswith(TEMPLATE):
        words = fill(text, speech.facts)
        yield from (Draft(body=Text(part), content=content) for part in portions(words))
        return
    name = speech.shelf.chosen(text[len(TEMPLATE) :].strip(), speech.member, speech.day)
    rendered = speech.shelf.render(name, speech.context)
    bodies: list[Body] = [Text(part) for part in portions(rendered.text)]
    for body in (*bodies, *rendered.body.attachments):
        yield Draft(body=body, content=name, content_version=rendered.version,
                    amounts=rendered.amounts)  # fmt: skip


def holes(text: str) -> set[str]:
    """Names of the facts that ``text`` wants."""
    return set(_HOLE.findall(text))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """``text`` with its facts; a sentence that wants an unknown one is left out.

    When no sentence remains, only the hole itself goes. A brace never reaches a member.
    """
    if not holes(text) - facts.keys():
        return _HOLE.sub(lambda hole: facts[hole[1]], text)
    kept = [s for s in _SENTENCE.findall(text) if s and not holes(s) - facts.keys()]
    rest = "".join(kept).strip() or text
    return _HOLE.sub(lambda hole: facts.get(hole[1], ""), rest).strip(" ，,")


def portions(text: str, most: int = BUBBLE_MAX) -> list[str]:
    """``text`` in pieces of at most ``most`` bytes, cut at the ends of sentences if possible."""
    pieces: list[str] = []
    current = ""
    for part in _parts(text, most):
        if current and len((current + part).encode("utf-8", "replace")) > most:
            pieces.append(current.strip())
            current = ""
        current += part
    pieces.append(current.strip())
    return [piece for piece in pieces if piece]


def _parts(text: str, most: int) -> Iterator[str]:
    step = max(1, most // 4)
    for sentence in _SENTENCE.findall(text):
        if len(sentence.encode("utf-8", "replace")) <= most:
            yield sentence
        else:
            yield from (sentence[i : i + step] for i in range(0, len(sentence), step))
