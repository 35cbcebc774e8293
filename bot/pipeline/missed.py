"""Which turns the script had no good answer to, for whoever writes the script. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.body import Menu
from bot.core.model import Decision, Inbound
from bot.persona.match import TEXT_MAX
from bot.persona.normalise import normalise
from bot.pipeline.drafting import OPERATOR, UNKNOWN
from bot.pipeline.handing import cause_of
from bot.store.unmatched import Missed, Why

# An answer by a wording that is this unsure is right in two of three cases.
WEAK = 0.65
TEXT_MOST = 500


def missed(inbox: int, parts: Iterable[tuple[Sequence[Inbound], Decision]]) -> tuple[Missed, ...]:
    """The questions of a turn that begins with inbox row ``inbox``: what was said in each part that
    the persona was to answer, and what it decided."""
    found = (_missed(inbox, messages, decision) for messages, decision in parts)
    return tuple(one for one in found if one is not None)


def _missed(inbox: int, messages: Sequence[Inbound], decision: Decision) -> Missed | None:
    why = _why(decision)
    text = " ".join(m.text.strip() for m in messages if m.kind == "text" and m.text.strip())
    norm = normalise(text)[:TEXT_MAX]
    if why is None or len(norm) < 2:
        return None
    best = next((one.rule for one in decision.candidates), "")
    return Missed(inbox=inbox, text=text[:TEXT_MOST], norm=norm, score=decision.score, rule=best,
                  why=why)  # fmt: skip


def _why(decision: Decision) -> Why | None:
    if any(draft.operator == OPERATOR for draft in decision.drafts):
        return "model"
    if not decision.matched:
        low = decision.handoff and (
            decision.handoff == UNKNOWN or cause_of(decision) == "low_score"
        )
        if low:
            return "handed"
        menu = any(isinstance(draft.body, Menu) for draft in decision.drafts)
        return ("asked" if menu else "unknown") if decision.unsure else None
    best = decision.candidates[0] if decision.candidates else None
    weak = best is not None and best.rule == decision.rule and best.score < WEAK
    return "weak" if weak and not decision.handoff else None
