"""Talking to a persona without database or network: the pure half of ``ask`` and ``test``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.body import plain
from bot.core.door import INSIDE, WAITING, Do
from bot.core.model import (
    Conversation,
    Decision,
    Inbound,
    Member,
    Mode,
    Turn,
    conversation_key,
)
from bot.persona import memory, promise
from bot.persona.decide import PROMO_LESS, PROMO_OFF, PROMO_ON, decide
from bot.persona.script import Script

CHANNEL, ACCOUNT = "kf", "ask"
_STANDS: Mapping[Do, str] = {"enter": INSIDE, "apply": WAITING, "leave": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One thing a member says, sends or does; ``kind`` is the platform's msgtype, or ``event``."""

    text: str = ""
    kind: str = "text"
    event: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Talker:
    """Keeps conversations in memory and plays the store for ``decide``.

    Facts go where the persona's memory policy lets them go, so a talk through two accounts
    remembers what it would remember in service. ``context`` is what templates are given.
    """

    script: Script
    context: Mapping[str, Any] | None = None
    _conversations: dict[str, Conversation] = field(default_factory=dict)
    _members: dict[str, Member] = field(default_factory=dict)
    _shared: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    _promised: dict[tuple[str, str], int] = field(default_factory=dict)
    _count: int = 0

    def say(self, text: str, member: str, now: int) -> Decision:
        """What the persona answers to ``text``; equal ``member`` = one conversation."""
        return self.hear((Said(text=text),), member, now)

    def hear(self, said: Sequence[Said], member: str, now: int, account: str = ACCOUNT) -> Decision:
        """What the persona does about a burst, oldest first."""
        conversation = self._recall(member, account)
        known = self._members.get(member) or Member(id=member)
        messages = tuple(self._message(part, member, account, now) for part in said)
        turn = Turn(conversation=conversation, messages=messages, member=known, now=now)
        decision = decide(self.script, turn, self.context)
        spoke = any(part.kind != "event" for part in said)
        self._keep(_after(conversation, decision, now, spoke), member)
        if decision.promised:
            self._promised[member, account] = decision.promised
        self._members[member] = _marked(known, decision)
        return decision

    def back(self, member: str, now: int, account: str = ACCOUNT) -> Decision:
        """What the persona says of itself by now: the promise of the night, when it is due."""
        due = self._promised.get((member, account))
        if due is None or due > now or self.mode(member, account) != "auto":
            return Decision()
        del self._promised[member, account]
        talk = self._recall(member, account)
        self._conversations[talk.id] = replace(
            self._talk(member, account), waiting_since=talk.waiting_since or due
        )
        draft = promise.back(self.script, promise.number(talk.memory))
        return Decision(drafts=(draft,), handoff=promise.WAITS_FOR, rule=promise.BACK)

    def mode(self, member: str, account: str = ACCOUNT) -> Mode:
        """Who holds the conversation."""
        return self._talk(member, account).mode

    def switch(self, mode: Mode, member: str, account: str = ACCOUNT) -> None:
        """A person takes the conversation, or gives it back."""
        talk = replace(self._talk(member, account), mode=mode, waiting_since=None, upset=False)
        self._conversations[talk.id] = talk

    def remembered(self, member: str, account: str = ACCOUNT) -> dict[str, str]:
        """The facts that this conversation may see."""
        return memory.facts(self._recall(member, account).memory)

    def tags(self, member: str) -> tuple[str, ...]:
        """Every tag that the member was given."""
        return self._members[member].tags if member in self._members else ()

    def _talk(self, member: str, account: str) -> Conversation:
        key = conversation_key(CHANNEL, account, member)
        fresh = Conversation(id=key, channel=CHANNEL, account=account, peer=member)
        return self._conversations.get(key, fresh)

    def _recall(self, member: str, account: str) -> Conversation:
        talk = self._talk(member, account)
        whole = memory.join({
            "persona": self._shared.get((member, "persona"), {}),
            "account": self._shared.get((member, account), {}),
            "conversation": talk.memory,
        })  # fmt: skip
        return replace(talk, memory=whole)

    def _keep(self, talk: Conversation, member: str) -> None:
        parts = memory.split(talk.memory, self.script.persona.memory)
        self._shared[member, "persona"] = parts["persona"]
        self._shared[member, talk.account] = parts["account"]
        self._conversations[talk.id] = replace(talk, memory=parts["conversation"])

    def _message(self, said: Said, member: str, account: str, now: int) -> Inbound:
        self._count += 1
        return Inbound(
            channel=CHANNEL, account=account, dedupe=f"ask:{self._count}", peer=member,
            kind=said.kind, text=said.text, event=said.event, data=said.data, sent_at=now,
            received_at=now,
        )  # fmt: skip


def _after(talk: Conversation, decision: Decision, now: int, spoke: bool) -> Conversation:
    # Nobody takes over in a terminal, so the conversation stays with the persona.
    waiting, called = talk.waiting_since, bool(decision.handoff)
    misses = 0 if decision.matched else talk.misses + 1
    return replace(
        talk,
        memory=decision.memory,
        misses=misses if spoke else talk.misses,
        waiting_since=now if called and waiting is None else waiting,
        upset=talk.upset or (called and "complaint" in decision.flags),
    )


def _marked(member: Member, decision: Decision) -> Member:
    tags = dict.fromkeys((*member.tags, *decision.tags))
    circles = dict(member.circles)
    for knock in decision.knocks:  # nobody decides about an application here
        circles[knock.circle] = _STANDS[knock.do]
    if PROMO_ON in decision.tags:
        tags.pop(PROMO_OFF, None)
        tags.pop(PROMO_LESS, None)
    return replace(member, tags=tuple(tags), promo_ok=PROMO_OFF not in tags,
                   promo_less=PROMO_LESS in tags, circles=circles)  # fmt: skip


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
