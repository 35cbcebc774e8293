"""One question, as the member sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.body import Menu, MenuItem, Text
from bot.core.model import Draft
from bot.persona import memory, prompts, values
from bot.persona.answer import speak
from bot.persona.lines import Case, Making
from bot.persona.rule import BUBBLES_MAX, Say


def ask(
    case: Case, made: Making, key: str, say: Say, items: Sequence[tuple[str, str]] = (),
    *, resume: bool = False, facts: Mapping[str, str] | None = None,
) -> Making:  # fmt: skip
    """Adds a question, with a menu below it where there are answers to tap on."""
    known = {**case.speech.facts, **(facts or {})}
    speech = replace(case.speech, facts={k: values.shown(v) for k, v in known.items()})
    drafts = list(speak(say, memory.times_seen(made.kept, key), speech, key))
    if not drafts:
        return made
    body = drafts[-1].body
    if isinstance(body, Text):
        text = f"{prompts.LINES['resume']}{body.text}" if resume else body.text
        lined = tuple(MenuItem(kind="click", text=label, id=name) for name, label in items)
        drafts[-1] = Draft(body=Menu(head=text, items=lined) if lined else Text(text), content=key)
    room = max(0, BUBBLES_MAX - len(drafts))
    return replace(made, drafts=(*made.drafts[:room], *drafts), settled=True,
                   kept=memory.saw(made.kept, key))  # fmt: skip
