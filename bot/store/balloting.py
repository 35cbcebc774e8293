"""A vote that was cast goes to another choice: the first one is struck out by whoever cast it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.community.activity import Activity
from bot.core.event import Event, Happened
from bot.store import events, history
from bot.store.engine import Tx
from bot.store.entering import At

MOVABLE = frozenset({"vote", "contest"})
# What is given for the vote itself is his; a vote that moves on would earn it once more.
_AT_ONCE = frozenset({"all", "streak"})


def may_change(made: Activity) -> bool:
    """True where everybody has one vote, and nothing was given for it."""
    paid = any(reward.to in _AT_ONCE for reward in made.rewards)
    return made.kind in MOVABLE and made.limits.votes == 1 and not paid


def take_back(tx: Tx, at: At, ballot: str) -> None:
    """His vote counts no more; once for each."""
    events.record(tx, [Event(
        kind=Happened.STRUCK, at=at.now, dedupe=_own(ballot), member=at.who.member, place=ballot,
        which="out", channel=at.who.channel, account=at.who.account,
        data={"why": "改投别的", "by": "member"})], at.now)  # fmt: skip


def taken_back(tx: Tx, ballots: Sequence[str]) -> int:
    """How many of these he took back himself; what a colleague struck out is none of them."""
    return len(history.named(tx, [_own(one) for one in ballots]))


def _own(ballot: str) -> str:
    return f"struck/own/{ballot}"
