"""The governor: whether a message that nobody asked for may go to a member now. Pure.

One function judges at planning, at dispatch, in `onevoice why` and in a rehearsal. What it is told
of the member is read by scheduler/admission.py; the rules themselves stand in scheduler/rules.py.
"""

from __future__ import annotations

from bot.core.governing import Rules
from scheduler.rules import RULES, Case, Found, awake
from scheduler.ruling import CODES as CODES
from scheduler.ruling import Answer as Answer
from scheduler.ruling import Ask as Ask
from scheduler.ruling import Looked as Looked
from scheduler.ruling import Ruling as Ruling
from scheduler.ruling import Said as Said
from scheduler.ruling import Standing as Standing


def rule(ask: Ask, standing: Standing, rules: Rules, now: int) -> Ruling:
    """What the rules say. A ``no`` goes before a ``later``; of several waits the longest counts,
    and it ends when the member is awake."""
    case = Case(ask=ask, standing=standing, rules=rules, now=now)
    found = [(code, made) for code, judge in RULES if (made := judge(case)) is not None]
    looked = tuple(Looked(code, made.holds, made.key, made.values) for code, made in found)
    against = [(code, made) for code, made in found if not made.holds]
    if not against:
        return Ruling(answer="yes", looked=looked)
    for code, made in against:
        if made.until is None:
            return Ruling(answer="no", code=code, looked=looked)
    code, last = max(against, key=_until)
    return Ruling(answer="later", code=code, until=awake(case, _until((code, last))),
                  looked=looked)  # fmt: skip


def _until(found: tuple[str, Found]) -> int:
    return found[1].until or 0
