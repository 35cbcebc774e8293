"""What a published persona would answer to a text, and why. Pure: nothing is written or sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.body import plain
from bot.core.model import Conversation, Decision, Inbound, Member, Turn, conversation_key
from bot.library.speech import Setting, context_of, stopped
from bot.persona import memory
from bot.persona.decide import decide
from bot.persona.talk import as_json

ANYBODY = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Who asks: what is known of the conversation and the member. ``memories``: scope, data."""

    member: Member = field(default_factory=lambda: Member(id=ANYBODY))
    talk: Conversation | None = None
    memories: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def why(setting: Setting, persona: str, text: str, asker: Asker) -> dict[str, Any]:
    """The answer, the best candidates, the reason, and what the guard says about each bubble."""
    decision = decided(setting, persona, text, asker)
    bubbles = [
        {"text": plain(draft.body), "content": draft.content, "version": draft.content_version,
         "guard": stopped(setting, persona, draft.body)}
        for draft in decision.drafts
    ]  # fmt: skip
    return {
        "persona": persona, "version": setting.cast.scripts[persona].version,
        "member": asker.member.id, "mode": _talk(setting, persona, asker).mode,
        "silent": setting.cast.silence(persona, setting.now),
        **as_json(decision), "handoff_reason": decision.handoff, "bubbles": bubbles,
    }  # fmt: skip


def decided(setting: Setting, persona: str, text: str, asker: Asker) -> Decision:
    """What the persona decides about one message of text. Raises KeyError: it does not serve."""
    talk = _recalled(asker, _talk(setting, persona, asker))
    message = Inbound(
        channel=talk.channel, account=talk.account, dedupe="why", peer=talk.peer, kind="text",
        text=text, event="", data={}, sent_at=setting.now, received_at=setting.now,
    )  # fmt: skip
    turn = Turn(conversation=talk, messages=(message,), member=asker.member, now=setting.now)
    script = setting.cast.scripts[persona]
    return decide(script, turn, context_of(setting, persona, asker.member.name))


def _talk(setting: Setting, persona: str, asker: Asker) -> Conversation:
    if asker.talk is not None:
        return asker.talk
    account = next(iter(setting.cast.accounts_of(persona, "kf")), ANYBODY)
    peer = asker.member.id
    return Conversation(id=conversation_key("kf", account, peer), channel="kf", account=account,
                        peer=peer)  # fmt: skip


def _recalled(asker: Asker, talk: Conversation) -> Conversation:
    """The conversation with everything that may be remembered in it."""
    return replace(talk, memory=memory.join({
        "persona": asker.memories.get("persona", {}),
        "account": asker.memories.get(f"account:{talk.account}", {}),
        "conversation": talk.memory,
    }))  # fmt: skip
