"""Campaigns that have begun, on the days of the plan: what became of each, and what is left.

Pure. Those to come are in the outlook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.console.campaigning import WAITS
from bot.console.planned import Judge, State, Thing
from bot.core.clock import DAY
from bot.store.campaigns import APPROVED, PAUSED, RUNNING, STOPPED, Run
from scheduler.campaigns import Campaign


@dataclass(frozen=True, slots=True)
class Ran:
    """A run, its version, and its ledger by state."""

    run: Run
    campaign: Campaign
    counts: Mapping[str, int]

    @property
    def left(self) -> int:
        """How many are not reached yet."""
        return sum(self.counts.get(state, 0) for state in WAITS)


def things(found: Iterable[Ran], until: int, now: int, judge: Judge) -> Iterator[Thing]:
    """Lines of days before ``until``. A post that went out has a line of its own in the log of
    posts."""
    for one in found:
        if one.run.at > now or one.run.state == APPROVED:
            continue
        thing = _begun(one, judge)
        if one.run.started_at is None or not one.campaign.posts:
            yield thing
        if one.run.state in (RUNNING, PAUSED) and one.left:
            yield from _left(one, thing, until, now)


def _begun(one: Ran, judge: Judge) -> Thing:
    run, campaign = one.run, one.campaign
    template = campaign.template_of(run.step)
    genre, selling = judge(template)
    meant = sum(n for state, n in one.counts.items() if state not in ("control", "out"))
    return Thing(
        at=run.at, what="campaign", id=run.name, title=campaign.file.title, persona=run.persona,
        do=campaign.file.do, template=template, step=run.step, genre=genre, sells=selling,
        state=_state(one), of=meant, sent=one.counts.get("sent", 0),
        note=run.note if run.state in (PAUSED, STOPPED) else "",
    )  # fmt: skip


def _state(one: Ran) -> State:
    state = one.run.state
    if state in (RUNNING, PAUSED):
        return "waits"
    return "done" if one.counts.get("sent") or state != STOPPED else "left_out"


def _left(one: Ran, thing: Thing, until: int, now: int) -> Iterator[Thing]:
    """Each later day on which it still goes on, with how many are left today."""
    at, end = one.run.at + DAY, min(until, one.run.until)
    while at < end:
        if at > now:
            yield replace(thing, at=at, state="planned", note="", of=one.left, sent=0)
        at += DAY
