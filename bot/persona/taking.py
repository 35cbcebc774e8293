"""What is said to whoever takes part, or asks what he has: the lines, and the talk around them.

What he did is decided elsewhere, in the transaction that ends the turn (``bot.pipeline.taking``);
here it is put into the persona's words. Without a database (``ask``, ``test``) everybody is new,
and what he does is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.model import GROUP_PEER, Turn
from bot.core.taking import Asked, Offered, Programme, Took, Wish, asked_of
from bot.persona import memory
from bot.persona.answer import speak
from bot.persona.lines import Case, Making
from bot.persona.reading import BUILTIN, Hit
from bot.persona.rule import BUBBLES_MAX, TEMPLATE
from bot.persona.takinglines import LINES

KEPT = "taking"  # its place in the memory of a conversation
_DONE = {"checkin": "checked", "draw": "signed", "register": "signed", "help": "asked",
         "groupbuy": "asked", "team": "teamed", "quiz": "answered", "vote": "voted"}  # fmt: skip
_NEW = {"points": "no_points", "level": "no_points", "badges": "no_badges",
        "codename": "no_codename", "rights": "no_rights", "home": "no_home",
        "seed_yes": "seed_none", "seed_no": "seed_none", "missions": "no_missions"}  # fmt: skip


def done_line(kind: str) -> str:
    """Which line says that somebody took part in an activity of this kind."""
    return _DONE.get(kind, "entered")


def asked(turn: Turn) -> Asked | None:
    """What he was asked last, while it is fresh. The memory of a group is everybody's, so nobody is
    asked there."""
    talk = turn.conversation
    return asked_of(talk.memory.get(KEPT), turn.now) if not in_group(turn) else None


def in_group(turn: Turn) -> bool:
    """True where many people read along."""
    return turn.conversation.peer.startswith(GROUP_PEER)


def said(case: Case, made: Making, hit: Hit) -> Making:
    """What came of a wish, in the persona's words."""
    assert hit.take is not None
    wish, there = hit.take, case.script.taker.programme
    took = case.turn.member.took.get(wish) or supposed(there, wish, case.turn.now)
    made = made.add((), _because(there, wish), said=(*made.said, hit),
                    takes=(*made.takes, wish))  # fmt: skip
    seen = memory.times_seen(made.kept, f"{hit.key}.{took.line}")
    facts = {**case.speech.facts, **took.facts}
    speech = replace(case.speech, facts=facts, context={**case.speech.context, **took.given})
    template = (((f"{TEMPLATE}{took.template}",),),) if took.template else ()
    own = tuple((text,) for text in case.script.persona.taking.get(took.line, ()))
    usual = ((LINES[took.line],),)
    drafts = next(filter(None, (speak(say, seen, speech, hit.key)
                                for say in (*template, own, usual) if say)), ())  # fmt: skip
    room = max(BUBBLES_MAX - len(made.drafts), 0)
    asks = None if in_group(case.turn) else took.asked
    kept = memory.saw(_asking(made.kept, asks), f"{hit.key}.{took.line}")
    return made.add(drafts[:room], kept=kept)


def counted(programme: Programme, made: Making, hits: tuple[Hit, ...]) -> Making:
    """A person holds the conversation: what is done counts, and nothing is said to it."""
    found = [hit.take for hit in hits if hit.take is not None]
    for wish in found:
        made = made.add((), _because(programme, wish))
    return replace(made, takes=(*made.takes, *found))


def photo(case: Case, made: Making) -> Making | None:
    """A picture that was asked for; None: none was, or it is none."""
    now, pictures = case.situation.asked, images(case)
    if now is None or now.ask != "entry" or not pictures:
        return None
    wish = Wish(do="enter", activity=now.activity, run=now.run, media=pictures,
                source=case.turn.messages[-1].dedupe)  # fmt: skip
    return said(case, made, Hit(key=BUILTIN + wish.key, kind="taking", take=wish))


def images(case: Case) -> tuple[str, ...]:
    """The messages of this turn that are pictures."""
    return tuple(m.dedupe for m in case.turn.messages if m.kind == "image")


def title(key: str, programme: Programme) -> str:
    """What staff read for the key of a wish; else empty."""
    begins, _, rest = key.partition("taking:")
    if begins != BUILTIN or not rest:
        return ""
    do, _, id = rest.partition(":")
    found = programme.activity(id)
    return f"参加「{found.title}」" if found else _NAMES.get(do, "")


_NAMES = {
    "check_in": "打卡", "sign_up": "报名", "vote": "投票", "help": "助力", "team": "组队",
    "points": "查积分", "level": "查等级", "badges": "查徽章", "codename": "查代号",
    "rename": "改代号", "rights": "查权益",
    "claim": "领权益", "activities": "问有什么活动", "home": "要自己的主页",
    "seed_yes": "愿意当种子用户", "seed_no": "不当种子用户", "missions": "查任务",
}  # fmt: skip


def _because(programme: Programme, wish: Wish) -> str:
    return f"客人{title(BUILTIN + wish.key, programme) or '要参加活动'}。"


def _asking(kept: Mapping[str, Any], next_: Asked | None) -> dict[str, Any]:
    rest = {key: value for key, value in kept.items() if key != KEPT}
    return {**rest, KEPT: next_.plain()} if next_ else rest


def supposed(programme: Programme, wish: Wish, now: int) -> Took:
    """What would come of it where nobody can say: he is new, and what he does is done."""
    one = programme.activity(wish.activity) or _first(programme, wish)
    if wish.do in _NEW:
        return Took(line=_NEW[wish.do])
    if wish.do == "activities":
        return Took(line="activities" if programme.activities else "no_activities",
                    facts={"activities": listed(programme.activities)})  # fmt: skip
    if wish.do in ("rename", "claim", "cancel"):
        line = {"rename": "named", "claim": "claimed"}.get(wish.do, "cancel")
        return Took(line=line, facts={"codename": wish.words, "right": wish.words})
    if one is None:
        return Took(line="nothing_on")
    return _supposed(one, wish, now)


def _first(programme: Programme, wish: Wish) -> Offered | None:
    kinds = {"check_in": ("checkin",), "vote": ("vote", "contest", "cocreate"), "team": ("team",),
             "help": ("help", "groupbuy")}.get(wish.do, tuple(_DONE))  # fmt: skip
    return next((one for one in programme.activities if one.kind in kinds), None)


def _supposed(one: Offered, wish: Wish, now: int) -> Took:
    facts = {"title": one.title, "about": one.about, "question": one.asks or one.about}
    if one.kind == "quiz":
        return _quiz(one, wish, now, facts)
    if wish.do in ("vote", "join") and one.options and not wish.words:
        return Took(
            line="vote",
            facts={**facts, "options": numbered(one.options)},
            asked=Asked(ask="vote", activity=one.id, at=now, options=(one.options,)),
        )
    if wish.do in ("vote", "join") and one.options:
        return Took(line="voted", facts={**facts, "choice": wish.words})
    wants = one.kind not in _DONE and not wish.words and not wish.media
    if wants or (one.kind == "team" and not wish.words):
        ask, line = ("team", "team") if one.kind == "team" else ("entry", "entry")
        return Took(line=line, facts=facts, asked=Asked(ask=ask, activity=one.id, at=now))  # type: ignore[arg-type]
    return Took(line="helped" if wish.do == "help" else done_line(one.kind), facts=facts)


def _quiz(one: Offered, wish: Wish, now: int, facts: dict[str, str]) -> Took:
    options = tuple(each for _, each in one.questions)
    if wish.answers and all(wish.answers):
        return Took(line="answered", facts=facts)
    left = [n for n, a in enumerate(wish.answers) if not a] or range(len(one.questions))
    facts["questions"] = asking(one.questions, left)
    return Took(line="quiz", facts=facts, asked=Asked(
        ask="quiz", activity=one.id, at=now, options=options, answers=wish.answers))  # fmt: skip


def numbered(options: tuple[str, ...]) -> str:
    """Options, a line each."""
    return "\n".join(f"{n}. {one}" for n, one in enumerate(options, 1))


def asking(questions: tuple[tuple[str, tuple[str, ...]], ...], which: Any) -> str:
    """Questions of a quiz with their options."""
    return "\n".join(f"{n + 1}. {questions[n][0]}\n" + "\n".join(
        f"{'ABCDEFGH'[k]}. {option}" for k, option in enumerate(questions[n][1]))
        for n in which)  # fmt: skip


def listed(activities: tuple[Offered, ...]) -> str:
    """Activities, a line each, with the word that takes part in it."""
    return "\n".join(f"「{one.title}」" + (f"，回「{one.words[0]}」" if one.words else "")
                     for one in activities)  # fmt: skip
