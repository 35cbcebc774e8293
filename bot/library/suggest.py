"""What the persona would say in a conversation that staff hold. Pure: nothing is kept or sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.body import Text, plain
from bot.core.model import Decision
from bot.library.speech import Setting, look
from bot.library.why import Asker, decided
from bot.persona.guard import Problem, blocking

# Replacements that need no thought, by reason code: what the marked words become.
_SAME = {"emoji": "", "opening": "", "closing": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Words for a person to take, edit or refuse. ``rule`` and ``score`` say why these."""

    text: str
    rule: str
    score: float
    version: int


def suggest(
    setting: Setting, persona: str, words: str, asker: Asker, channel: str = ""
) -> Suggestion | None:
    """The persona's own answer to ``words``. None when it is not sure of one, when it would only
    say that a person comes, or when the guard stops it."""
    script = setting.cast.scripts.get(persona)
    if script is None or not words.strip() or asker.talk is None:
        return None
    talk = replace(asker.talk, mode="auto", waiting_since=None, misses=0)
    decision = decided(setting, persona, words, replace(asker, talk=talk))
    text = "\n".join(plain(draft.body) for draft in decision.drafts)
    if not _sure(decision) or not text:
        return None
    if blocking(look(setting, persona, Text(text), channel=channel)):
        return None
    assert decision.rule is not None
    return Suggestion(text=text, rule=decision.rule, score=decision.score, version=script.version)


def _sure(decision: Decision) -> bool:
    texts = all(isinstance(draft.body, Text) for draft in decision.drafts)
    return bool(decision.rule and decision.matched and not decision.unsure
                and not decision.handoff and texts)  # fmt: skip


def mended(problem: Problem, text: str, address: str) -> str | None:
    """What to put in the place of the words that a problem marks; None when a person must think."""
    words = text[problem.start : problem.end]
    if problem.code == "address":
        return address
    if problem.code == "marks":
        return "。" if len(words) == 1 else words[:1]
    return _SAME.get(problem.code)
