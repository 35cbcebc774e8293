"""What the learned judge thinks of one text: a finding of its own, or doubt of somebody else's."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.persona import judge
from bot.persona.claims import load
from bot.persona.neutral import LINK, Neutral

# Scores from which a text is stopped though no rule found anything, and below which the finding of
# a frame is dropped. Chosen on sets that the fit had not seen; see tools/teach_guard.py.
SURE, DOUBT = 0.5, -1.0
# In a few words chance has more to say: (shorter than so many characters, score).
SURE_OF_SHORT = ((12, 2.25), (18, 1.25))
# Findings by wording, of which a harmless sentence may be mistaken; forms and facts never are.
DOUBTFUL = frozenset({
    "superlative", "medical", "health", "finance", "discount", "promise", "pressure", "rival",
    "drain", "human", "insult", "leak", "sensitive", "personal",
})  # fmt: skip
# "Find me here" before a link is no lure: rules have let the link pass.
_WAYS = frozenset({"drain", "link", "inner"})
_SIGHT = 100  # characters of the sentence on either side
_SENTENCE = re.compile("[。！!？?\n]")


def objection(text: str, neutral: Neutral, among: Collection[str]) -> tuple[str, int, int] | None:
    """(code, start, end) of what should not leave an undisguised text, if the judge is sure.

    The place is the clause that weighs most.
    """
    for start, end in judge.passages(text):
        found = features(text[start:end], neutral)
        if judge.score(found) > sure(end - start) and judge.says_enough(text[start:end]):
            spans = judge.clauses(text, start, end)
            worst = max(spans, key=lambda span: judge.score(features(text[slice(*span)], neutral)))
            code = judge.reason(found, among)
            return None if code in _WAYS and LINK in found else (code, *worst)
    return None


def sure(length: int) -> float:
    """The score from which a text of so many characters is stopped."""
    return next((score for most, score in SURE_OF_SHORT if length < most), SURE)


def doubted(text: str, start: int, end: int, neutral: Neutral) -> bool:
    """True when the sentence of a finding reads like one of every day."""
    before = _SENTENCE.split(text[max(0, start - _SIGHT) : start])[-1]
    sentence = before + text[start:end] + _SENTENCE.split(text[end : end + _SIGHT])[0]
    return judge.says_enough(sentence) and judge.score(features(sentence, neutral)) < DOUBT


def features(text: str, neutral: Neutral) -> set[str]:
    """What the judge weighs in a piece of an undisguised text."""
    own = neutral.unlabelled(text)
    return judge.features(neutral.read(own), load().classes(own))
