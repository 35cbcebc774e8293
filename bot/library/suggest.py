"""What the persona would say in a conversation that staff hold. Pure: nothing is kept or sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.body import Text, plain
from bot.core.model import Decision
from bot.library.speech import Setting, look
from bot.library.why import Asker, decided
from bot.persona.feeling import Feeling, strongest
from bot.persona.guard import Problem, blocking
from bot.persona.hit import BUILTIN
from bot.persona.script import Script

# Replacements that need no thought, by reason code: what the marked words become.
_SAME = {"emoji": "", "opening": "", "closing": ""}


# Where the words of a suggestion come from when no rule gave them.
EMPATHY = BUILTIN + "empathy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Words for a person to take, edit or refuse. ``rule`` and ``score`` say why these, ``gentle``
    that they begin with how the member feels."""

    text: str
    rule: str
    score: float
    version: int
    gentle: bool = False


def suggest(
    setting: Setting, persona: str, words: str, asker: Asker, channel: str = "", before: str = ""
) -> Suggestion | None:
    """The persona's own answer to ``words``. None when it is not sure of one, when it would only
    say that a person comes, or when the guard stops it. To somebody who is upset an answer begins
    with that, and there is one where the script has none. ``before``: what he said last, for who
    has been answered by the persona and waits for a person."""
    script = setting.cast.scripts.get(persona)
    if script is None or asker.talk is None:
        return None
    own = _own(setting, script, words, asker) if words.strip() else None
    feeling = strongest((words if words.strip() else before).splitlines())
    made = _gently(script, own, feeling, words, before) if feeling.tender else own
    ways = (made, own) if made is not own and own is not None and not own.gentle else (made,)
    for one in ways:
        if one is not None and not blocking(look(setting, persona, Text(one.text),
                                                 channel=channel)):  # fmt: skip
            return one
    return None


def _own(setting: Setting, script: Script, words: str, asker: Asker) -> Suggestion | None:
    """What the script answers. An answer that was written for somebody who complains is gentle,
    and counts although it calls a person: the person is here."""
    assert asker.talk is not None
    talk = replace(asker.talk, mode="auto", waiting_since=None, misses=0)
    decision = decided(setting, script.persona.id, words, replace(asker, talk=talk))
    text = "\n".join(plain(draft.body) for draft in decision.drafts)
    gentle = _written_for_it(script, decision)
    if not text or not (gentle or _sure(decision)) or not _texts(decision):
        return None
    return Suggestion(text=text, rule=decision.rule or "", score=decision.score,
                      version=script.version, gentle=gentle)  # fmt: skip


def _gently(
    script: Script, own: Suggestion | None, feeling: Feeling, words: str, before: str
) -> Suggestion:  # fmt: skip
    """How he feels, then the answer, or a question where there is none. It promises nothing."""
    if own is not None and own.gentle:
        return own
    lines, said = script.persona.empathy, (words if words.strip() else before).splitlines()
    first = _one(lines.of(feeling.mood), said)
    if own is not None:
        return replace(own, text=f"{first}\n{own.text}", gentle=True)
    rest = _one(lines.ask if words.strip() else lines.read, said)
    return Suggestion(text=f"{first}\n{rest}", rule=EMPATHY, score=0.0, version=script.version,
                      gentle=True)  # fmt: skip


def _one(lines: Sequence[str], said: Sequence[str]) -> str:
    """One of several wordings; the same for the same words, so that an open page is calm."""
    return lines[sum(map(len, said)) % len(lines)] if lines else ""


def _written_for_it(script: Script, decision: Decision) -> bool:
    rule = script.rules.get(decision.rule or "")
    return rule is not None and rule.mood in ("complaint", "negative")


def _sure(decision: Decision) -> bool:
    return bool(decision.rule and decision.matched and not decision.unsure and not decision.handoff)


def _texts(decision: Decision) -> bool:
    return all(isinstance(draft.body, Text) for draft in decision.drafts)


def mended(problem: Problem, text: str, address: str) -> str | None:
    """What to put in the place of the words that a problem marks; None when a person must think."""
    words = text[problem.start : problem.end]
    if problem.code == "address":
        return address
    if problem.code == "marks":
        return "。" if len(words) == 1 else words[:1]
    return _SAME.get(problem.code)
