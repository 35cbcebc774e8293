"""Where a text is heard as taking part, beside what else it may mean."""

from __future__ import annotations

from dataclasses import replace

from bot.core.model import Candidate, Inbound
from bot.core.taking import LOOKS, TEXT_MAX, Do, Wish
from bot.persona import control, mood
from bot.persona.hit import BUILTIN, Hit
from bot.persona.normalise import normalise
from bot.persona.script import Script
from bot.persona.when import Situation

TAKEN_IN = ("kf", "oa", "robot")  # chats in which one can take part
SURE = 0.9  # from this score on words that were asked for may still be a question


def taking(
    script: Script, text: str, candidates: tuple[Candidate, ...], now: Situation
) -> Hit | None:
    """A wish to take part. The words of an activity go before a stored wording, for they are what
    the brand tells people to write; what asks for points or the like goes behind it."""
    if script.taker.deaf or now.channel not in TAKEN_IN:
        return None
    wish = script.taker.hear(text, now.asked)
    if wish is None:
        return None
    answered = bool(candidates) and candidates[0].score == 1.0
    return None if answered and wish.do in LOOKS else _hit_of(wish)


def handed_in(text: str, hit: Hit | None, now: Situation) -> Hit | None:
    """What was asked for: any words that are no question, and mean nothing else for sure."""
    if now.asked is None or now.asked.ask not in ("entry", "team") or len(text) > TEXT_MAX:
        return None
    if hit is not None and (hit.strong or hit.score >= SURE) and hit.kind != "opener":
        return None
    if control.asks(text) or mood.grave(text) or not normalise(text):
        return None
    do: Do = "team" if now.asked.ask == "team" else "enter"
    return _hit_of(Wish(do=do, activity=now.asked.activity, run=now.asked.run, words=text.strip()))


def _hit_of(wish: Wish) -> Hit:
    return Hit(key=BUILTIN + wish.key, kind="taking", take=wish)


def signed(hits: tuple[Hit, ...], said: list[Inbound]) -> tuple[Hit, ...]:
    """The same; who takes part does so by a message of this turn, and with its pictures."""
    if not any(hit.take for hit in hits):
        return hits
    pictures = tuple(m.dedupe for m in said if m.kind == "image")
    source = next((m.dedupe for m in said if m.text.strip()), "")
    return tuple(_by(hit, source, pictures) for hit in hits)


def _by(hit: Hit, source: str, pictures: tuple[str, ...]) -> Hit:
    if hit.take is None:
        return hit
    media = hit.take.media or pictures
    return replace(hit, take=replace(hit.take, source=source, media=media))
