"""From a claimed turn to everything it will write. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.community.moderating import Moderation
from bot.core.body import Text
from bot.core.clock import DAY
from bot.core.door import Knock
from bot.core.handoff import ANSWER_WITHIN
from bot.core.model import (
    TO_CLIENT,
    WHY,
    Conversation,
    Decision,
    Inbound,
    Outbound,
    Turn,
)  # fmt: skip
from bot.core.taking import Wish
from bot.library.speech import Setting, context_of
from bot.persona import memory, promise
from bot.persona.because import because
from bot.persona.decide import PROMO_LESS, decide
from bot.persona.script import Script
from bot.pipeline import handing
from bot.pipeline.bookkeeping import Speaker
from bot.pipeline.bubbles import back, bubbles, way_of
from bot.pipeline.drafting import Answer, excuses, settled
from bot.pipeline.handing import Part, cause_of, lead_for, notes_for, split, waits_for_a_person
from bot.pipeline.missed import missed
from bot.pipeline.noticing import noticed_in
from bot.pipeline.welcome import Start, code_end, named, starts, welcome
from bot.pipeline.wording import guarded
from bot.store.moderation import Heard
from bot.store.transfers import SORRY
from bot.store.turns import Claimed, Finish

# Said when the WeCom client could not take a session that was promised to it.
NOT_HANDED = "同事这会儿没能接进来，你说的我已经记下转给他们了，会有人在这里回复你。"
# Nobody took the conversation over for so long: the promise is not held against the next question.
WAIT_FORGOTTEN = 1 * DAY


@dataclass(frozen=True, slots=True)
class Promise:
    """Somebody comes back at ``at``; ``seen`` says with which line."""

    at: int
    seen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one turn writes, and what staff may read about it. ``question``: what the script had
    no sure answer to, where a language model may still try. ``takes``: what is to be carried out
    before it is told. ``heard``: what the rules of moderation (``rulebook``) look at."""

    finish: Finish
    starts: tuple[Start, ...] = ()
    why: tuple[str, ...] = ()
    alarm: str = ""
    speaker: Speaker = field(default_factory=Speaker)
    rules: tuple[str, ...] = ()
    question: Turn | None = None
    promise: Promise | None = None
    knocks: tuple[Knock, ...] = ()
    takes: tuple[Wish, ...] = ()
    heard: tuple[Heard, ...] = ()
    rulebook: Moderation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """One event, or all that was said, with what the persona decided about it."""

    messages: Sequence[Inbound]
    decision: Decision
    before: Conversation
    quiet: bool = False


def work_out(held: Claimed, setting: Setting, answer: Answer | None = None) -> Result:
    """Decides one turn: one decision for each event, then one for all that was said.

    ``answer``: what came of asking a language model about what the script is not sure of.
    """
    talk = held.conversation
    persona = setting.cast.persona_of(talk.channel, talk.account)
    if persona is None:
        return Result(finish=_untouched(talk), why=("no persona speaks here",))
    if over := setting.cast.silence(persona, setting.now):
        return _unanswered(held, over, setting.now)
    script = setting.cast.scripts[persona]
    state = _recall(held, persona, setting.now)
    parts = []
    for part in split(held):
        before = state
        decision, state = _decide(script, held, before, part, setting, answer)
        parts.append(_Part(messages=part.messages, decision=decision, before=before,
                           quiet=part.quiet))  # fmt: skip
    begun = starts(held.messages, setting.cast, persona)
    base = addressed(held, script, setting.now)
    greeting, note = welcome(base, begun, held.messages, setting, held.member)
    said = [] if talk.channel == "contact" else [o for p in parts for o in _say(p, base, setting)]
    outbounds = [*([greeting] if greeting else []), *said, *_transfer(parts, base)]
    return Result(
        finish=_finish(held, script, state, parts, outbounds),
        starts=(*begun, *_started(parts, persona, setting)),
        why=_reasons(parts, greeting, note),
        alarm=note,
        speaker=Speaker(persona, script.version),
        rules=tuple(p.decision.rule for p in parts if p.decision.rule),
        question=_question(parts, held, setting) if said else None,
        promise=_promise(parts, state),
        knocks=tuple(knock for part in parts for knock in part.decision.knocks),
        takes=tuple(wish for part in parts for wish in part.decision.takes),
    )


def _question(parts: Sequence[_Part], held: Claimed, setting: Setting) -> Turn | None:
    for part in parts:
        if part.decision.unsure and not part.quiet:
            return Turn(conversation=part.before, messages=tuple(part.messages),
                        member=held.member, now=setting.now)  # fmt: skip
    return None


def _started(parts: Sequence[_Part], persona: str, setting: Setting) -> Iterator[Start]:
    """Flows that the script itself begins."""
    for name in dict.fromkeys(p.decision.start_flow for p in parts if p.decision.start_flow):
        yield from named(setting.cast, name, persona, setting.now)


def _promise(parts: Sequence[_Part], state: Conversation) -> Promise | None:
    at = next((p.decision.promised for p in parts if p.decision.promised), None)
    return None if at is None else Promise(at, promise.number(state.memory))


def _reasons(parts: Sequence[_Part], greeting: Outbound | None, note: str) -> tuple[str, ...]:
    """Sentences for staff; what the welcome said goes before "nothing to answer"."""
    if greeting is not None and not any(part.decision.drafts for part in parts):
        return (f"新朋友来了，按流程发出欢迎语 {greeting.content}。", *filter(None, [note]))
    return tuple(filter(None, (*(part.decision.why for part in parts), note)))


def _untouched(talk: Conversation) -> Finish:
    return Finish(memory=talk.memory, misses=talk.misses, waiting_since=talk.waiting_since)


def _unanswered(held: Claimed, over: str, now: int) -> Result:
    """Nobody may speak as the persona now, so a person has to see what the member wrote."""
    talk = held.conversation
    if not any(m.kind != "event" for m in held.messages):
        return Result(finish=_untouched(talk), why=(over,))
    since = now if talk.waiting_since is None else talk.waiting_since
    wait = Finish(memory=talk.memory, misses=talk.misses, waiting_since=since, waiting_for=over)
    return Result(finish=wait, why=(over,), alarm=f"{talk.channel} account {talk.account}: {over}, "
                  "a member waits for a person; bind the account to another persona")  # fmt: skip


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


def _decide(
    script: Script, held: Claimed, state: Conversation, part: Part, setting: Setting,
    answer: Answer | None,
) -> tuple[Decision, Conversation]:  # fmt: skip
    talk = replace(state, mode="staff") if part.answered else state
    turn = Turn(conversation=talk, messages=tuple(part.messages), member=held.member,
                now=setting.now)  # fmt: skip
    context = context_of(setting, script.persona.id, held.member.name)
    decision = decide(script, turn, context)
    if answer is not None and decision.unsure and not part.quiet:
        decision = settled(script, state, decision, answer, setting.now)
    decision = guarded(script, decision, setting, state.channel)
    misses, waiting = state.misses, state.waiting_since
    if part.spoken and not part.quiet:
        misses = 0 if decision.matched else misses + 1
    if waiting is None and (decision.handoff or waits_for_a_person(held, part)):
        waiting = setting.now
    return decision, replace(state, memory=decision.memory, misses=misses, waiting_since=waiting)


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
    why = because(
        setting.cast.scripts[base.persona], part.decision, [m.text for m in part.messages]
    )
    for i, draft in enumerate(bubbles(part.messages, part.decision.drafts)):
        out = base.evolve(
            kind=draft.kind, body=draft.body, origin=f"{root}:{i}", operator=draft.operator,
            content=draft.content or part.decision.rule or "",
            content_version=draft.content_version, data={WHY: why, **excuses(draft)},
            dedupe=f"reply/{first.dedupe}/{i}",
        )  # fmt: skip
        if first.kind == "event" and base.channel == "kf":
            code = first.data.get("welcome_code")
            if code and i == 0:
                yield out.evolve(kind="welcome", pool="welcome",
                                 data={**out.data, "code": str(code)},
                                 expires_at=code_end(first, setting.limits))  # fmt: skip
            return
        yield from back(out, way_of(part.messages), i)


def _transfer(parts: Sequence[_Part], base: Outbound) -> Iterator[Outbound]:
    """Hands the kf session to the people in the WeCom client, after the last words of this turn."""
    for part in parts:
        if part.decision.mode == "client":
            yield base.evolve(
                kind="notice", dedupe=f"transfer/{part.messages[0].dedupe}",
                data={TO_CLIENT: True, "reason": part.decision.handoff, SORRY: NOT_HANDED},
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
    calls = [part.decision for part in parts if part.decision.handoff]
    return Finish(
        memory=kept["conversation"], misses=state.misses, persona=persona, version=script.version,
        outbounds=outbounds,
        waiting_since=state.waiting_since or held.conversation.waiting_since,
        waiting_for=calls[-1].handoff if calls else "",
        waiting_why=cause_of(calls[-1]) if calls else "",
        lead_for=lead_for(script, calls),
        shared={name: part for name, part in scopes if part != _scope(held, persona, name)},
        promo_ok=handing.wishes_promotion(tags),
        promo_less=PROMO_LESS in tags,
        upset=handing.is_upset(part.decision for part in parts),
        notes=notes_for(p.decision.tags for p in parts if p.quiet),
        missed=missed(held.ids[0], ((p.messages, p.decision) for p in parts if not p.quiet)),
        noticed=noticed_in(held, ((p.messages, p.decision) for p in parts)),
    )  # fmt: skip
