"""The governor: whether a message that nobody asked for may go out now. Pure.

One function judges at planning, at dispatch, in `onevoice why` and in a rehearsal. What it is told
is read by scheduler/standings.py; the rules stand in scheduler/rules.py and rules_feed.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.governing import Rules
from scheduler.rules import RULES, Case, Found
from scheduler.rules_feed import FEED_RULES, FeedCase
from scheduler.ruling import Answer as Answer
from scheduler.ruling import Ask as Ask
from scheduler.ruling import Barred as Barred
from scheduler.ruling import Feed as Feed
from scheduler.ruling import Looked as Looked
from scheduler.ruling import Ruling as Ruling
from scheduler.ruling import Said as Said
from scheduler.ruling import Standing as Standing
from scheduler.ruling import unasked as unasked
from scheduler.sentences import CODES as CODES
from scheduler.sentences import SENTENCES as SENTENCES
from scheduler.windows import awake


def rule(ask: Ask, standing: Standing, rules: Rules, now: int) -> Ruling:
    """What the rules say to one message. What answers a member passes: nobody rules on it.

    A ``no`` goes before a ``later``; of several waits the longest counts, and it ends when the
    member is awake.
    """
    if not unasked(ask.kind, ask.origin):
        return Ruling(answer="yes")
    case = Case.of(ask, standing, rules, now)
    made = _ruling((code, judge(case)) for code, judge in RULES)
    if made.until is None:
        return made
    until = awake(made.until, standing.zone, rules.quiet_from, rules.quiet_to)
    return Ruling(answer="later", code=made.code, until=until, looked=made.looked)


def rule_feed(feed: Feed, rules: Rules, now: int, *, sells: bool) -> Ruling:
    """The same for one post to groups or moments."""
    case = FeedCase(feed=feed, sells=sells, rules=rules, now=now)
    return _ruling((code, judge(case)) for code, judge in FEED_RULES)


def _ruling(found: Iterable[tuple[str, Found | None]]) -> Ruling:
    looked = tuple(Looked(code, one.holds, one.key, one.values, None if one.holds else one.until)
                   for code, one in found if one is not None)  # fmt: skip
    against = [one for one in looked if not one.holds]
    if not against:
        return Ruling(answer="yes", looked=looked)
    ended = next((one for one in against if one.until is None), None)
    if ended is not None:
        return Ruling(answer="no", code=_named(ended), looked=looked)
    last = max(against, key=lambda one: one.until or 0)
    return Ruling(answer="later", code=_named(last), until=last.until, looked=looked)


def _named(one: Looked) -> str:
    # a consent that is gone is one of the reasons for which a text may not be used
    return "consent" if one.key == "consent_gone" else one.code
