"""Talking to a persona without database or network: the pure half of ``onevoice ask``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.body import plain
from bot.core.model import Conversation, Decision, Inbound, Member, Turn, conversation_key
from bot.persona.decide import PROMO_OFF, PROMO_ON, decide
from bot.persona.script import Script


@dataclass(slots=True)
class Talker:
    """Keeps one conversation per member in memory and plays the store for ``decide``."""

    script: Script
    _conversations: dict[str, Conversation] = field(default_factory=dict)
    _members: dict[str, Member] = field(default_factory=dict)
    _count: int = 0

    def say(self, text: str, member: str, now: int) -> Decision:
        """What the persona answers to ``text``; equal ``member`` = one conversation."""
        self._count += 1
        conversation = self._conversations.get(member) or _fresh(member)
        known = self._members.get(member) or Member(id=member)
        message = _message(text, member, self._count, now)
        turn = Turn(conversation=conversation, messages=(message,), member=known, now=now)
        decision = decide(self.script, turn)
        self._conversations[member] = _after(conversation, decision, now)
        self._members[member] = _marked(known, decision)
        return decision


def _fresh(member: str) -> Conversation:
    key = conversation_key("kf", "ask", member)
    return Conversation(id=key, channel="kf", account="ask", peer=member)


def _message(text: str, member: str, number: int, now: int) -> Inbound:
    return Inbound(
        channel="kf", account="ask", dedupe=f"ask:{number}", peer=member, kind="text",
        text=text, sent_at=now, received_at=now,
    )  # fmt: skip


def _after(conversation: Conversation, decision: Decision, now: int) -> Conversation:
    # Nobody takes over in a terminal, so the conversation stays with the persona.
    waiting = conversation.waiting_since
    return replace(
        conversation,
        memory=decision.memory,
        misses=0 if decision.matched else conversation.misses + 1,
        waiting_since=now if decision.handoff and waiting is None else waiting,
    )


def _marked(member: Member, decision: Decision) -> Member:
    tags = dict.fromkeys((*member.tags, *decision.tags))
    if PROMO_ON in decision.tags:
        tags.pop(PROMO_OFF, None)
    return replace(member, tags=tuple(tags), promo_ok=PROMO_OFF not in tags)


def as_json(decision: Decision) -> dict[str, Any]:
    """The line that ``ask --jsonl`` prints, as contract section 2 defines it."""
    return {
        "reply": [plain(draft.body) for draft in decision.drafts],
        "rule": decision.rule,
        "score": decision.score,
        "candidates": [{"rule": c.rule, "score": c.score} for c in decision.candidates],
        "handoff": bool(decision.handoff),
        "flags": list(decision.flags),
        "why": decision.why,
    }
