"""Answers that a hook makes: what it is asked, and what becomes of its reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.model import Draft
from bot.persona import hooks, memory
from bot.persona.hooks import Asked, Reply
from bot.persona.lines import Case
from bot.persona.rule import HOOK, Say


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """An answer on its way: variants and which is due, memory, and what else a hook decided.

    ``fails``: the rule wanted to say something, so silence is a fault and no order.
    """

    say: Say
    number: int
    kept: Mapping[str, Any]
    facts: Mapping[str, str] = field(default_factory=dict)
    drafts: tuple[Draft, ...] = ()
    handoff: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""
    fails: bool = False


def called(
    case: Case, kept: Mapping[str, Any], say: Say, number: int, facts: Mapping[str, str]
) -> Heard:
    """``say`` with the hooks of the variant that is due replaced by what they answer.

    A hook that fails makes its variant unsayable and calls a person; the reason is for staff.
    """
    heard = Heard(say=say, number=number, kept=kept)
    if not any(text.startswith(HOOK) for variant in say for text in variant):
        return heard
    due = say[number % len(say)]
    plain = tuple(v for v in say if not any(text.startswith(HOOK) for text in v))
    bubbles: list[str] = []
    for text in due:
        if not text.startswith(HOOK):
            bubbles.append(text)
            continue
        name = text.removeprefix(HOOK).strip()
        try:
            reply = hooks.call(name, _asked(case, facts))
        except Exception as exc:  # whatever a brand's own code raises, the member is answered
            why = f"钩子 {name} 出错（{type(exc).__name__}: {str(exc)[:200]}）。"
            return replace(heard, say=(), handoff=f"钩子 {name} 出错", why=why)
        heard = _with(case, heard, reply)
        # braces of data are no holes to fill
        bubbles += [part.replace("{", "｛").replace("}", "｝") for part in reply.say]
    return replace(heard, say=(tuple(bubbles[:3]), *plain) if bubbles else (), number=0)


def _asked(case: Case, facts: Mapping[str, str]) -> Asked:
    turn = case.turn
    return Asked(
        text=case.words, member=turn.member.id, name=turn.member.name, facts=dict(facts),
        tags=case.situation.tags, persona=case.script.persona.id,
        channel=turn.conversation.channel, account=turn.conversation.account, now=turn.now,
        orders=turn.member.orders,
    )  # fmt: skip


def _with(case: Case, heard: Heard, reply: Reply) -> Heard:
    facts = {str(name): str(value) for name, value in reply.facts.items()}
    note = memory.Note(at=case.turn.now)
    kept = memory.learn(heard.kept, facts, case.script.persona.memory, note)
    called_for = heard.handoff or reply.handoff
    return replace(heard, kept=kept, facts={**heard.facts, **facts}, handoff=called_for,
                   tags=(*heard.tags, *reply.tags))  # fmt: skip
