"""What a run has done: its ledger in numbers, and what those who were reached did more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.span import parse_span
from bot.store import campaigns, recipients
from bot.store.campaigns import Run
from bot.store.engine import Row, Tx
from bot.store.recipients import Sides
from scheduler.campaigns import ORDER, START, TAG, Campaign, occurrence
from scheduler.lift import Lift, Share, lift

DELIVERED = "sent"


@dataclass(frozen=True, slots=True)
class After:
    """What one side did within the time of the goal: of ``n`` members."""

    n: int
    replied: int
    opted_out: int
    complained: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """``states`` and ``codes`` count the ledger's rows; ``after`` and ``control`` tell what those
    who were meant to get it did afterwards, and those who were held out; None where there is
    nobody or nothing has begun. ``lift`` is None without a goal, a hold-out
    group or a beginning. It counts everybody who was meant to get it, whether it arrived or not, so
    that both sides are alike; ``open``: the time in which the goal counts is not over."""

    states: Mapping[str, int]
    codes: Mapping[str, int]
    after: After | None = None
    control: After | None = None
    lift: Lift | None = None
    open: bool = False

    @property
    def coverage(self) -> float:
        """Of those who were to get it, the part that has it."""
        meant = sum(n for state, n in self.states.items() if state not in ("control", "out"))
        return self.states.get(DELIVERED, 0) / meant if meant else 0.0


def result(tx: Tx, run: Run, campaign: Campaign, now: int) -> Result:
    """How a run has come out, as far as is known now."""
    states: dict[str, int] = {}
    codes: dict[str, int] = {}
    for (state, code), n in recipients.counts(tx, run.id).items():
        states[state] = states.get(state, 0) + n
        if code and state in ("out", "later", "cancelled"):
            codes[code] = codes.get(code, 0) + n
    goal, begins = campaign.file.goal, run.started_at
    if begins is None or campaign.posts:
        return Result(states=states, codes=codes)
    ends = begins + parse_span(campaign.file.within)
    replied = recipients.replied(tx, run.id, begins, ends)
    after, control = _after(recipients.upset(tx, run.id, begins, ends), replied)
    found = Result(states=states, codes=codes, after=after, control=control, open=now < ends)
    if not goal or not states.get("control"):
        return found
    if goal == ORDER:
        sides = recipients.bought(tx, run.id, begins, ends)
    elif goal.startswith(TAG):
        sides = recipients.tagged(tx, run.id, goal.removeprefix(TAG))
    else:
        sides = replied
    return replace(found, lift=lift(Share(*sides.reached), Share(*sides.control)))


def _after(upset: Mapping[tuple[str, str], int], replied: Sides) -> tuple[After | None, ...]:
    """Those who were meant to get it, and those who were held out."""
    return tuple(
        After(n, hits, upset.get((side, "opt_out"), 0), upset.get((side, "handoff"), 0))
        if n else None
        for side, (hits, n) in (("reached", replied.reached), ("control", replied.control))
    )  # fmt: skip


def follow_up(tx: Tx, run: Run, campaign: Campaign) -> list[Row]:
    """Who wrote while a live session went on or soon after: member, name, conversation, text, at,
    answered_at. Nothing for other campaigns."""
    if not run.step.endswith(START):
        return []
    both = [one.id for one in campaigns.of(tx, run.name)
            if occurrence(one.step) == occurrence(run.step)]  # fmt: skip
    return recipients.follow_up(tx, both, run.at, run.until + parse_span(campaign.file.after))
