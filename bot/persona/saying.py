"""The variants of what answers a hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.persona import phrases, prompts
from bot.persona.honesty import honest
from bot.persona.lines import Case
from bot.persona.reading import BUILTIN, FORGET, Hit
from bot.persona.rule import Say

PROMO_OFF = "promo_off"
OPT_OUT, OPT_IN = BUILTIN + "opt_out", BUILTIN + "opt_in"
FEWER = BUILTIN + "fewer"


def words_of(case: Case, hit: Hit) -> Say:
    """The variants of a hit; empty for what only calls a person."""
    if hit.wish == "robot":
        return _truth(case, hit)
    if hit.key in case.script.answers:
        return case.script.answers[hit.key]
    member = case.turn.member
    stopped = not member.promo_ok or PROMO_OFF in member.tags
    built_in: Mapping[str, Sequence[str]] = {
        OPT_OUT: (phrases.OPT_OUT_AGAIN if stopped else phrases.OPT_OUT,),
        OPT_IN: (phrases.OPT_IN,),
        FEWER: (phrases.OPT_OUT_AGAIN if stopped else phrases.FEWER,),
        FORGET: (prompts.LINES["forget"],),
    }
    return tuple((text,) for text in built_in.get(hit.key, ()))


def _truth(case: Case, hit: Hit) -> Say:
    """The answer to the robot question: the script's words as long as they are honest."""
    persona, brand = case.script.persona, case.script.brand.name
    own = tuple((text,) for text in persona.disclosure.robot)
    say = case.script.answers.get(hit.key) or own or ((phrases.robot(persona.name, brand),),)
    return honest(say, persona.name, brand)
