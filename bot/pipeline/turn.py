"""From a claimed turn to everything it will write. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.body import Text, plain
from bot.core.clock import DAY, HOUR
from bot.core.model import (
    TO_CLIENT,
    Conversation,
    Decision,
    Draft,
    Inbound,
    Outbound,
    Turn,
)  # fmt: skip
from bot.library.speech import Setting, context_of, own_words, stopped
from bot.persona import memory
from bot.persona.decide import PROMO_OFF, PROMO_ON, decide
from bot.persona.script import Script
from bot.pipeline.bookkeeping import Speaker
from bot.pipeline.drafting import Answer, settled
from bot.pipeline.welcome import Start, code_end, starts, welcome
from bot.store.turns import Claimed, Finish

# Nobody took the conversation over for so long: the promise is not held against the next question.
WAIT_FORGOTTEN = 1 * DAY
# An answer that could not leave for so long answers nothing any more.
ANSWER_WITHIN = 6 * HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one turn writes, and what staff may read about it. ``question``: what the script had
    no sure answer to, where a language model may still try."""

    finish: Finish
    starts: tuple[Start, ...] = ()
    why: tuple[str, ...] = ()
    alarm: str = ""
    speaker: Speaker = field(default_factory=Speaker)
    rules: tuple[str, ...] = ()
    question: Turn | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """One event, or all that was said, with what the persona decided about it."""

    messages: Sequence[Inbound]
    decision: Decision
    before: Conversation


def work_out(held: Claimed, setting: Setting, answer: Answer | None = None) -> Result:
    """Decides one turn: one decision for each event, then one for all that was said.

    ``answer``: what came of asking a language model about what the script is not sure of.
    """
    talk = held.conversation
    persona = setting.cast.persona_of(talk.channel, talk.account)
    if persona is None or not setting.cast.is_valid(persona, setting.now):
        return Result(finish=_untouched(talk), why=("no persona speaks here",))
    script = setting.cast.scripts[persona]
    state = _recall(held, persona, setting.now)
    parts = []
    for messages in _parts(held.messages):
        before = state
        decision, state = _decide(script, held, before, messages, setting, answer)
        parts.append(_Part(messages=messages, decision=decision, before=before))
    begun = starts(held.messages, setting.cast, persona, setting.now)
    base = addressed(held, script, setting.now)
    greeting, note = welcome(base, begun, held.messages, setting, held.member.name)
    said = [] if talk.channel == "contact" else [o for p in parts for o in _say(p, base, setting)]
    outbounds = [*([greeting] if greeting else []), *said, *_transfer(parts, base)]
    return Result(
        finish=_finish(held, script, state, parts, outbounds),
        starts=begun,
        why=_reasons(parts, greeting, note),
        alarm=note,
        speaker=Speaker(persona, script.version),
        rules=tuple(p.decision.rule for p in parts if p.decision.rule),
        question=_question(parts, held, setting) if said else None,
    )


def _question(parts: Sequence[_Part], held: Claimed, setting: Setting) -> Turn | None:
    for part in parts:
        if part.decision.unsure:
            return Turn(conversation=part.before, messages=tuple(part.messages),
                        member=held.member, now=setting.now)  # fmt: skip
    return None


def _reasons(parts: Sequence[_Part], greeting: Outbound | None, note: str) -> tuple[str, ...]:
    """Sentences for staff; what the welcome said goes before "nothing to answer"."""
    if greeting is not None and not any(part.decision.drafts for part in parts):
        return (f"新朋友来了，按流程发出欢迎语 {greeting.content}。", *filter(None, [note]))
    return tuple(filter(None, (*(part.decision.why for part in parts), note)))


def _untouched(talk: Conversation) -> Finish:
    return Finish(memory=talk.memory, misses=talk.misses, waiting_since=talk.waiting_since)


def _recall(held: Claimed, persona: str, now: int) -> Conversation:
    """The conversation with everything that may be remembered in it."""
    talk = held.conversation
    remembered = memory.join(
        {
            "persona": _scope(held, persona, "persona"),
            "account": _scope(held, persona, f"account:{talk.account}"),
            "conversation": talk.memory,
        }
    )
    waiting = talk.waiting_since
    if waiting is not None and now - waiting > WAIT_FORGOTTEN:
        waiting = None
    return replace(talk, memory=remembered, waiting_since=waiting)


def _scope(held: Claimed, persona: str, scope: str) -> Mapping[str, Any]:
    return held.memories.get(persona, {}).get(scope, {})


def _parts(messages: Sequence[Inbound]) -> Iterator[Sequence[Inbound]]:
    yield from ([m] for m in messages if m.kind == "event")
    if said := [m for m in messages if m.kind != "event"]:
        yield said


def _decide(
    script: Script, held: Claimed, state: Conversation, part: Sequence[Inbound],
    setting: Setting, answer: Answer | None,
) -> tuple[Decision, Conversation]:  # fmt: skip
    turn = Turn(conversation=state, messages=tuple(part), member=held.member, now=setting.now)
    context = context_of(setting, script.persona.id, held.member.name)
    decision = decide(script, turn, context)
    if answer is not None and decision.unsure:
        decision = settled(script, state, decision, answer, setting.now)
    decision = _guarded(script, decision, setting)
    misses, waiting = state.misses, state.waiting_since
    if part[0].kind != "event":
        misses = 0 if decision.matched else misses + 1
    if decision.handoff and waiting is None:
        waiting = setting.now
    return decision, replace(state, memory=decision.memory, misses=misses, waiting_since=waiting)


def _guarded(script: Script, decision: Decision, setting: Setting) -> Decision:
    """A draft that must not be said is replaced by the promise that a person will look."""
    for draft in decision.drafts:
        codes = stopped(setting, script.persona.id, own_words(draft.body))
        if codes:
            say = next(iter(script.persona.handoff.say), "这个我请同事来看看，你稍等。")
            return replace(decision, drafts=(Draft(body=Text(say)),), handoff=f"guard: {codes}",
                           why=f"{decision.why}（原话没过守门：{codes}）")  # fmt: skip
    return decision


def addressed(held: Claimed, script: Script, now: int) -> Outbound:
    """An answer to this conversation, still without words."""
    talk = held.conversation
    return Outbound(
        lane=talk.id, pool="robot" if talk.channel == "robot" else "reply",
        channel=talk.channel, account=talk.account, peer=talk.peer, kind="reply",
        body=Text(""), origin=f"reply:{held.ids[0]}:0", dedupe="",
        persona=script.persona.id, persona_version=script.version, conversation=talk.id,
        member=held.member.id or None, send_at=now, retry_at=now, priority=1,
        expires_at=now + ANSWER_WITHIN,
    )  # fmt: skip


def _say(part: _Part, base: Outbound, setting: Setting) -> Iterator[Outbound]:
    """The drafts as outgoing messages; to an event only what the platform lets us say unasked."""
    first = part.messages[0]
    root = base.origin.rpartition(":")[0]
    for i, draft in enumerate(_bubbles(part)):
        out = base.evolve(
            kind=draft.kind, body=draft.body, origin=f"{root}:{i}", operator=draft.operator,
            content=draft.content or part.decision.rule or "",
            content_version=draft.content_version, dedupe=f"reply/{first.dedupe}/{i}",
        )  # fmt: skip
        if first.kind == "event" and base.channel == "kf":
            code = first.data.get("welcome_code")
            if code and i == 0:
                yield out.evolve(kind="welcome", pool="welcome", data={"code": str(code)},
                                 expires_at=code_end(first, setting.limits))  # fmt: skip
            return
        yield from _back(out, way_of(part.messages), i)


def way_of(messages: Sequence[Inbound]) -> Mapping[str, Any]:
    """How the last of some messages may be answered, where it says so itself (smart robots)."""
    last = messages[-1]
    return last.data.get("answer", {}) if last.channel == "robot" else {}


def _bubbles(part: _Part) -> Sequence[Draft]:
    """The drafts; in one, where the platform takes one answer only; none, where it takes none."""
    drafts, way = part.decision.drafts, way_of(part.messages)
    if way.get("mute"):
        return ()
    if len(drafts) < 2 or not way.get("once"):
        return drafts
    return (replace(drafts[0], body=Text("\n\n".join(plain(d.body) for d in drafts))),)


def _back(out: Outbound, way: Mapping[str, Any], i: int) -> Iterator[Outbound]:
    """Sends a bubble back by that way: a welcome once and in time, anything else as it comes."""
    if not way.get("welcome"):
        yield out.evolve(data={**out.data, **way})
    elif i == 0:
        yield out.evolve(kind="welcome", data=way, expires_at=way["until"])


def _transfer(parts: Sequence[_Part], base: Outbound) -> Iterator[Outbound]:
    """Hands the kf session to the people in the WeCom client, after the last words of this turn."""
    for part in parts:
        if part.decision.mode == "client":
            yield base.evolve(
                kind="notice", dedupe=f"transfer/{part.messages[0].dedupe}",
                data={TO_CLIENT: True, "reason": part.decision.handoff},
            )  # fmt: skip
            return


def _finish(
    held: Claimed, script: Script, state: Conversation, parts: Sequence[_Part],
    outbounds: Sequence[Outbound],
) -> Finish:  # fmt: skip
    persona = script.persona.id
    kept = memory.split(state.memory, script.persona.memory)
    scopes = (("persona", kept["persona"]),
              (f"account:{held.conversation.account}", kept["account"]))  # fmt: skip
    tags = {tag for part in parts for tag in part.decision.tags}
    reasons = [part.decision.handoff for part in parts if part.decision.handoff]
    return Finish(
        memory=kept["conversation"],
        misses=state.misses,
        waiting_since=state.waiting_since,
        waiting_for=reasons[-1] if reasons else "",
        persona=persona,
        shared={name: part for name, part in scopes if part != _scope(held, persona, name)},
        outbounds=outbounds,
        promo_ok=next((value for tag, value in _CONSENT if tag in tags), None),
    )


_CONSENT = ((PROMO_OFF, False), (PROMO_ON, True))
