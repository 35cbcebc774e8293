"""A turn in which the member may have said how it was: that is written down and thanked for, and
only what else he said is for the persona. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.body import Text
from bot.core.model import Inbound, Outbound
from bot.library.speech import Setting, stopped
from bot.persona import rating
from bot.persona.rating import LOW, REFUSED, Score
from bot.pipeline import turn
from bot.pipeline.drafting import Answer
from bot.pipeline.turn import Result
from bot.store.ratings import Asked, Given
from bot.store.turns import Claimed, Finish

CAUSE = "rating"


@dataclass(frozen=True, slots=True)
class Split:
    """The first answer to the open question, if any, and the turn without words about scores."""

    given: Given | None
    rest: Claimed
    some: bool


def split(held: Claimed) -> Split:
    """Takes scores out of a turn. A tapped line of any such question is one, however old; a lone
    figure or word only while the question is the last thing that was said to him."""
    given: Given | None = None
    kept: list[tuple[Inbound, int]] = []
    for message, number in zip(held.messages, held.ids, strict=True):
        found = _score(message, held.rating)
        if found is None:
            kept.append((message, number))
        elif found[0] is not None and given is None:
            given = Given(found[0], found[1].score or None, found[1].words)
    rest = replace(held, messages=tuple(m for m, _ in kept), ids=tuple(i for _, i in kept))
    return Split(given, rest, len(kept) < len(held.messages))


def _score(message: Inbound, asked: Asked | None) -> tuple[Asked | None, Score] | None:
    """What a message says about the open question; of an old one, that it is nobody's answer."""
    tap = rating.tapped(str(message.data.get("menu_id") or ""))
    if tap is not None:
        mine = asked if asked is not None and asked.id == tap[0] else None
        return mine, Score(tap[1], message.text.strip()[: rating.WORDS_MAX])
    if asked is None or not asked.latest or message.kind != "text":
        return None
    found = rating.heard(message.text)
    return (asked, found) if found is not None else None


def work_out(held: Claimed, setting: Setting, answer: Answer | None = None) -> Result:
    """As ``turn.work_out``, for a turn in which there may be a score."""
    found = split(held)
    if not found.some:
        return turn.work_out(held, setting, answer)
    talk = held.conversation
    if found.rest.messages:
        result = turn.work_out(found.rest, setting, answer)
    else:
        result = Result(finish=Finish(memory=talk.memory, misses=talk.misses,
                                      waiting_since=talk.waiting_since))  # fmt: skip
    return result if found.given is None else _noted(held, result, found.given, setting)


def _noted(held: Claimed, result: Result, given: Given, setting: Setting) -> Result:
    score, talk = given.score, held.conversation
    finish = replace(result.finish, given=given)
    said = f"客人给人工服务打了 {score} 分" if score else "客人不想再被问满意度"
    if talk.mode != "auto":
        finish = replace(finish, notes=(*finish.notes, f"{said}。"))
    else:
        finish = replace(finish, outbounds=(*_thanks(held, given, setting), *finish.outbounds))
        if score and score <= LOW:
            finish = replace(finish, waiting_since=finish.waiting_since or setting.now,
                             waiting_for=_reason(said, given), waiting_why=CAUSE)  # fmt: skip
    return replace(result, finish=finish, why=(f"{said}。", *result.why),
                   rules=(rating.CONTENT, *result.rules))  # fmt: skip


def _reason(said: str, given: Given) -> str:
    label = rating.LABELS[given.score or REFUSED]
    words = f"：{given.words}" if given.words not in (label, str(given.score)) else ""
    return f"{said}，请主管看{words}"


def _thanks(held: Claimed, given: Given, setting: Setting) -> Iterable[Outbound]:
    """One line, in the persona's words where the guard lets them pass."""
    talk = held.conversation
    persona = setting.cast.persona_of(talk.channel, talk.account)
    if persona is None or setting.cast.silence(persona, setting.now):
        return
    script, score = setting.cast.scripts[persona], given.score or REFUSED
    own = rating.answer(script.persona.satisfaction, given.asked.id, score)
    for words in (own, rating.built_in(score)):
        if not stopped(setting, persona, words):
            yield turn.addressed(held, script, setting.now).evolve(
                body=Text(words), origin=f"rating:{given.asked.id}", content=rating.CONTENT,
                dedupe=f"rating/{given.asked.id}/thanks")  # fmt: skip
            return
