"""What a persona does about a turn. A pure function: it reads no clock, file or chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core.clock import local
from bot.core.model import Decision, Turn
from bot.persona import (
    engage,
    filling,
    hours,
    lines,
    memory,
    state,
    taking,
    values,
)
from bot.persona.admitting import let_go, wished
from bot.persona.answer import Speech, speak
from bot.persona.because import sentence
from bot.persona.heard import Heard, called
from bot.persona.lines import Case, Making
from bot.persona.reading import BUILTIN, FORGET, Hit, Reading, read
from bot.persona.rule import BUBBLES_MAX
from bot.persona.saying import PROMO_OFF as PROMO_OFF
from bot.persona.saying import words_of
from bot.persona.script import Script
from bot.persona.topics import SOURCE
from bot.persona.when import Situation

PROMO_ON, PROMO_LESS = "promo_on", "promo_less"
HUMAN, ROBOT = BUILTIN + "human", BUILTIN + "robot"
_WISHES = (("opt_out", PROMO_OFF), ("fewer", PROMO_LESS), ("opt_in", PROMO_ON))
_QUIET = {"staff": "同事已接手", "client": "同事在企业微信里接手了", "muted": "会话已静音"}


def decide(script: Script, turn: Turn, context: Mapping[str, Any] | None = None) -> Decision:
    """Answers a burst as one turn.

    ``context`` is given to templates (``day``, ``account``, ``persona.kf_link``, …); who the
    member, persona and brand are is known already. In mode auto a member who said something is
    always answered, in at most three bubbles; in other modes nothing is said, and ``why`` says so.
    """
    situation, under_way = _situation(script, turn)
    reading = _sober(script, turn, read(script, turn, situation))
    made = Making(kept=turn.conversation.memory)
    if turn.conversation.mode != "auto":
        made = made.add((), f"{_QUIET[turn.conversation.mode]}，不自动回复。")
        made = taking.counted(script.taker.programme, let_go(made, under_way), reading.hits)
        return _finish(script, turn, reading, made)
    speech = _speech(script, turn, context)
    if under_way is None:
        made = replace(made, kept=state.put(made.kept, None))
    case = Case(script=script, turn=turn, reading=reading, speech=speech, situation=situation,
                state=under_way)  # fmt: skip
    for hit in reading.events:
        made = _answer(case, made, hit)
    if reading.spoke and not reading.only_clicks:
        made = _words(case, made)
    made = engage.follow(case, _complaint(case, made))
    return _finish(script, turn, reading, made)


def _situation(script: Script, turn: Turn) -> tuple[Situation, state.State | None]:
    """What conditions look at, and what is under way."""
    kept, member = turn.conversation.memory, turn.member
    under_way = state.current(kept, script, turn.now)
    return Situation(
        facts=memory.standing(member, kept),
        tags=frozenset((*member.tags, *memory.tags(kept))),
        on_duty=hours.on_duty(script.persona.hours, turn.now, script.zone),
        channel=turn.conversation.channel,
        step=under_way.id if under_way and under_way.kind == "step" else "",
        asked=None if under_way else taking.asked(turn),
    ), under_way


def _sober(script: Script, turn: Turn, reading: Reading) -> Reading:
    """For who waits because of a complaint only what is surely his question counts: not what a
    half-matching wording would say, and nothing but its very wording where he presses for haste."""
    if not turn.conversation.upset:
        return reading
    least = 1.0 if "urgent" in reading.flags else script.persona.matching.upset
    sure = (hit for hit in reading.hits if hit.kind != "wording" or hit.score >= least)
    return replace(reading, hits=tuple(sure))


def _speech(script: Script, turn: Turn, context: Mapping[str, Any] | None) -> Speech:
    named = {"name": turn.member.name} if turn.member.name else {}
    known = memory.known(turn.member, turn.conversation.memory)
    facts = {name: values.shown(value) for name, value in {**named, **known}.items()}
    persona, given = script.persona, dict(context or {})
    base: dict[str, dict[str, Any]] = {
        "member": {**known, "name": turn.member.name},
        "fact": known,
        "persona": {"name": persona.name, "story": {c.id: c.text for c in persona.story}},
        "brand": {"name": script.brand.name},
    }
    merged = {root: {**known, **dict(given.pop(root, {}))} for root, known in base.items()}
    return Speech(shelf=script.shelf, facts=facts, context={**given, **merged},
                  member=turn.member.id, day=local(turn.now, script.zone).date())  # fmt: skip


def _words(case: Case, made: Making) -> Making:
    """Answers what the customer said or sent."""
    reading = case.reading
    if not reading.has_words:
        return filling.photo(case, made) or taking.photo(case, made) or _media(case, made)
    if any(hit.take for hit in reading.hits):
        return _taken(case, made)
    if taken := engage.take(case, made):
        made, hits = taken
        if made.said or hits:
            return _hits(case, made, hits)
    if all(hit.kind == "opener" for hit in reading.hits) and lines.away_due(case, made):
        return _unmatched(case, made)
    before = made
    made = _hits(case, made, reading.hits)
    if made.drafts == before.drafts and made.said == before.said:
        return _speechless(case, made)
    room = len(made.drafts) < BUBBLES_MAX and set(reading.media) - {"emoji"}
    return _media(case, made) if room else made


def _taken(case: Case, made: Making) -> Making:
    """He takes part; a question that is under way stays, and so does what else he says."""
    hits = case.reading.hits
    if case.state is not None and (aside := filling.aside(case, made, case.state)):
        made, hits = aside
    return _hits(case, made, hits)


def _hits(case: Case, made: Making, hits: Sequence[Hit]) -> Making:
    for hit in hits:
        made = _answer(case, made, hit)
    return made


def _speechless(case: Case, made: Making) -> Making:
    """No hit, or none that could be put into words."""
    if any(hit.kind != "opener" for hit in case.reading.hits):
        made = replace(made, handoff=made.handoff or "有答案但说不出来")
        return lines.promise(case, made, "请同事来回。")
    emoji = case.reading.media == ("emoji",)
    return _media(case, made) if emoji else _unmatched(case, made)


def _answer(case: Case, made: Making, hit: Hit) -> Making:
    """Adds what ``hit`` says if there is room; its facts and its call for a person always count."""
    if hit.wants is not None:
        return wished(case, made, hit)
    if hit.take is not None:
        return taking.said(case, made, hit)
    if hit.key in case.script.strange:
        return _off_topic(case, made, hit)
    found = {**hit.facts, **(hit.rule.facts if hit.rule else {})}
    kept = memory.learn(made.kept, found, case.script.persona.memory, _note(case))
    heard = _heard(case, kept, hit, found)
    handoff = made.handoff or heard.handoff or _reason(case, hit)
    made = replace(made, kept=heard.kept, handoff=handoff, tags=(*made.tags, *heard.tags))
    if made.drafts and len(made.drafts) + len(heard.drafts) > BUBBLES_MAX:
        return made
    leads = hit.rule is not None and hit.rule.leads
    if not heard.drafts and heard.fails:
        return made.add((), heard.why or f"{hit.key} 这次说不出来：缺变量或模板。")
    flow = made.start_flow or (hit.rule.start_flow if hit.rule else "")
    made = replace(made, said=(*made.said, hit), kept=memory.saw(made.kept, hit.key),
                   start_flow=flow)  # fmt: skip
    if hit.rule:
        made = engage.begin(case, made, hit.rule)
    if heard.drafts or leads:
        return made.add(heard.drafts[:BUBBLES_MAX], sentence(hit) + heard.why)
    return lines.promise(case, made, sentence(hit) + heard.why)


def _heard(case: Case, kept: Mapping[str, Any], hit: Hit, found: Mapping[str, str]) -> Heard:
    """What the answer of a hit comes to: its bubbles, and what a hook brought."""
    facts = {**case.speech.facts, **found}
    if source := case.script.sources.get(hit.key):
        facts[SOURCE] = source
    say, seen = words_of(case, hit), memory.times_seen(kept, hit.key)
    heard = called(case, kept, say, seen, facts)
    speech = replace(case.speech, facts={**facts, **heard.facts})
    drafts = speak(heard.say, heard.number, speech, hit.key) if heard.say else ()
    return replace(heard, drafts=drafts, fails=bool(say))


def _note(case: Case) -> memory.Note:
    source = case.turn.messages[-1].dedupe if case.turn.messages else ""
    return memory.Note(at=case.turn.now, source=source)


def _off_topic(case: Case, made: Making, hit: Hit) -> Making:
    """What an expert knows not to be his: a person answers, and nobody improvises."""
    made = replace(made, said=(*made.said, hit), handoff=made.handoff or "不在专长之内")
    made = lines.told(case, made, BUILTIN + "off_topic", "off_topic", ())
    return made.add((), f"{hit.key} 不在这位专家的话题里，请同事来回。")


def _reason(case: Case, hit: Hit) -> str:
    if hit.kind == "intent" and hit.wish == "human":
        return "" if case.waiting else "客人要找真人"
    if hit.key == FORGET:
        return "客人要求删除个人资料"
    return hit.rule.handoff if hit.rule else ""


def _media(case: Case, made: Making) -> Making:
    kind = case.reading.media[0] if case.reading.media else ""
    script, now = case.script, case.situation
    rule = script.on_event(f"message:{kind}", now) or script.on_event("message:*", now)
    if rule:
        said = _answer(case, made, Hit(key=rule.id, kind="event", rule=rule))
        if said.drafts != made.drafts:
            return said
    return lines.unreadable(case, made, kind)


def _unmatched(case: Case, made: Making) -> Making:
    """Nothing was sure enough: ask back, wait together, or call a person."""
    persona, reading = case.script.persona, case.reading
    made = replace(made, unsure=not (case.waiting or reading.grave or made.handoff))
    score = reading.candidates[0].score if reading.candidates else 0.0
    why = f"没有把握的答案，最高分 {score:.2f}。"
    misses = case.turn.conversation.misses + 1
    calls = not case.waiting and not reading.hits and misses >= persona.after_misses
    if calls or (reading.grave and not case.waiting):
        made = replace(made, handoff=made.handoff or f"连续 {misses} 次没答上")
    if lines.away_due(case, made):
        return lines.away(case, made, why)
    menu = None if case.turn.conversation.upset else lines.menu(case)
    if menu:
        kept = memory.saw(made.kept, BUILTIN + "ask")
        made = made.add((menu,), why + "请客人从最接近的几个里选。", kept=kept)
        return lines.promise(case, made, "") if made.handoff else made
    if case.waiting:
        return lines.line(case, made, "waiting", persona.fallback.waiting, why + "同事已经在路上。")
    if not made.handoff:
        return lines.line(case, made, "fallback", persona.fallback.say, why)
    if misses == 1 and not reading.grave:
        made = lines.line(case, made, "fallback", persona.fallback.say)
    return lines.promise(case, made, why)


def _complaint(case: Case, made: Making) -> Making:
    """A serious complaint brings a person, however well the script answered; so does a mood from
    which the persona calls one."""
    why = "客人投诉" if case.reading.grave else _mood(case)
    if not why or case.waiting or made.handoff:
        return made
    made, told = replace(made, handoff=why), f"{why}，请同事看。"
    if len(made.drafts) >= BUBBLES_MAX:
        return made.add((), told)
    return lines.promise(case, made, told)


def _mood(case: Case) -> str:
    """Why his mood calls a person; empty where it does not."""
    felt, least = case.reading.feeling, case.script.persona.handoff.mood
    if not (felt.low and (least == "unhappy" or felt.mood == least)):
        return ""
    return f"{'客人生气' if felt.mood == 'angry' else '客人不高兴'}：{'、'.join(felt.words)}"


def _finish(script: Script, turn: Turn, reading: Reading, made: Making) -> Decision:
    told = [hit for hit in made.said if hit.kind != "opener"] or list(made.said)
    tags = (*(tag for rule in made.rules for tag in rule.tags), *made.tags)
    client = made.handoff and script.persona.handoff.to == "client"
    return Decision(
        drafts=made.drafts[:BUBBLES_MAX],
        memory=memory.mark(made.kept, tags),
        mode="client" if client and turn.conversation.channel == "kf" else None,
        tags=tuple(dict.fromkeys((*_consent(reading), *tags))),
        start_flow=made.start_flow,
        handoff=made.handoff,
        rule=told[0].key if told else None,
        score=reading.candidates[0].score if reading.candidates else 0.0,
        candidates=reading.candidates,
        flags=reading.flags,
        why="".join(made.why) or "没有需要回应的内容。",
        matched=bool(made.said) or not reading.spoke,
        unsure=made.unsure,
        promised=made.promised,
        consents=made.consents,
        knocks=made.knocks,
        takes=made.takes,
        needs=tuple(dict.fromkeys(need for rule in made.rules for need in rule.needs)),
        opinions=tuple(rule.feedback for rule in made.rules if rule.feedback),
    )


def _consent(reading: Reading) -> tuple[str, ...]:
    """The tag of the most binding wish about promotion; "none" goes before "less"."""
    wishes: frozenset[str] = frozenset(reading.wishes)
    return next(((tag,) for wish, tag in _WISHES if wish in wishes), ())
