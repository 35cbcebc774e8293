"""The words of a decision before they are queued: guarded, and labelled if a model wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.body import Text, plain
from bot.core.model import Decision, Draft
from bot.library.speech import Setting, codes_of, look
from bot.persona import label, memory, phrases
from bot.persona.guard import blocking
from bot.persona.script import Script

# Characters from which something a member told us can be a number or a name of his own.
OWN_MIN = 5


def guarded(script: Script, decision: Decision, setting: Setting, channel: str) -> Decision:
    """A draft that must not be said is replaced by the promise that a person will look.

    What the guard only warns of is told to staff; what a model wrote gets its label.
    """
    own = set(memory.facts(decision.memory).values())
    found = [
        problem
        for draft in decision.drafts
        for problem in look(setting, script.persona.id, draft.body, channel=channel,
                            operator=draft.operator, amounts=draft.amounts, own=own)
    ]  # fmt: skip
    if codes := codes_of(blocking(found)):
        say = _safe_promise(script, setting)
        return replace(decision, drafts=(Draft(body=Text(say)),), handoff=f"guard: {codes}",
                       why=f"{decision.why}（原话没过用语检查：{codes}）")  # fmt: skip
    if codes := codes_of(found):
        decision = replace(decision, why=f"{decision.why}（用语检查提醒：{codes}）")
    drafts = (_labelled(script, replace(d, own=_quoted(d, own)), setting) for d in decision.drafts)
    return replace(decision, drafts=tuple(drafts))


def _quoted(draft: Draft, own: Iterable[str]) -> tuple[str, ...]:
    """What the member told us of himself and now hears back."""
    words = plain(draft.body)
    return tuple(sorted(value for value in own if len(value) >= OWN_MIN and value in words))


def _safe_promise(script: Script, setting: Setting) -> str:
    """A line of the persona that a person will look, which must pass the guard itself."""
    for say in script.persona.handoff.say:
        if not blocking(look(setting, script.persona.id, Text(say))):
            return say
    return phrases.LINES["handoff"]


def _labelled(script: Script, draft: Draft, setting: Setting) -> Draft:
    if not label.wants(setting.policy.label, draft.operator):
        return draft
    own = script.persona.disclosure.label
    return replace(draft, body=label.labelled(draft.body, setting.policy.label, own))
