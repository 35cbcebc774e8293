"""Campaigns as pages show them: in what phase each is, what it waits for, what may be done.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.console.unsent import unsent
from bot.console.words import known, say
from bot.core.lifecycle import sources
from bot.store.campaigns import APPROVED, DONE, PAUSED, RUNNING, STOPPED, Owed, Run
from bot.store.review import DRAFT, REVIEW, Standing
from scheduler.allot import room
from scheduler.campaigns import Campaign

READY = "ready"  # a version serves, and nobody has approved that it takes place
_SPAN = re.compile("([0-9]{1,6})([mhd])")
_NOTES = tuple((re.compile(pattern, re.S), key) for pattern, key in (
    (r"error budget: (?P<n>\d+) of (?P<of>\d+) failed, more than (?P<share>[\d.]+%)", "budget"),
    (r"v(?P<version>\d+) takes its place", "newer"),
    (r"more than (?P<late>\w+) late", "late"),
    (r"more than (?P<late>\w+) late: (?P<why>.+)", "late_silent"),
    (r"its version is gone", "gone"),
))  # fmt: skip
OPEN = (RUNNING, PAUSED, APPROVED)
MISSED = ("failed", "expired")
WAITS = ("pending", "later", "queued")
Words = tuple[str, Mapping[str, object]]  # a key of the catalogue and what it names


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One campaign. ``campaign``: as it serves, or the draft where nothing does; None when that
    cannot be read. ``newest``: the latest version's standing; ``runs``: the earliest first;
    ``run``: the one that people mean, ``counts``: its ledger by state; ``owed``: its taps;
    ``live``: this process knows already that it serves."""

    name: str
    campaign: Campaign | None
    newest: Standing | None = None
    serving: int | None = None
    runs: Sequence[Run] = ()
    run: Run | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    owed: Sequence[Owed] = ()
    live: bool = False

    @property
    def title(self) -> str:
        """What staff call it."""
        return (self.campaign.file.title if self.campaign else "") or self.name

    @property
    def drafted(self) -> bool:
        """True when a newer version than the one that serves is written or waits for review."""
        state = self.newest.state if self.newest is not None else ""
        number = self.newest.version if self.newest is not None else 0
        return state in (DRAFT, REVIEW) and number != self.serving

    @property
    def phase(self) -> str:
        """A key of ``campaign_phase``: what goes on, else what has to happen next, else how it
        ended."""
        run = self.run
        if run is not None and run.state in OPEN:
            return run.state
        if self.drafted and self.newest is not None:
            return self.newest.state
        if run is not None and run.state in (DONE, STOPPED) and not self.again:
            return run.state
        return READY if self.serving is not None else DRAFT

    @property
    def again(self) -> bool:
        """True when a later version serves than the one that took place last."""
        return self.run is not None and (self.serving or 0) > self.run.version

    @property
    def left(self) -> int:
        """How many of the run are not reached yet."""
        return sum(self.counts.get(state, 0) for state in WAITS)

    @property
    def missed(self) -> int:
        """How many it certainly did not reach."""
        return sum(self.counts.get(state, 0) for state in MISSED)

    @property
    def meant(self) -> int:
        """How many were to get it."""
        return sum(n for state, n in self.counts.items() if state not in ("control", "out"))

    @property
    def approvable(self) -> bool:
        """True when somebody may approve that the version which serves takes place."""
        if not self.live or self.campaign is None:
            return False
        mine = [run.state for run in self.runs if run.version == self.serving]
        repeats = not self.campaign.file.at or self.campaign.recurs
        return not set(mine) & set(OPEN) and (repeats or not set(mine) & {DONE, STOPPED})

    def may(self, verb: str) -> bool:
        """True when a run is in a state in which this is done to it."""
        legal = sources("campaign", verb)
        return any(run.state in legal for run in self.runs)

    @property
    def resendable(self) -> bool:
        """True when somebody was missed by a run that can go on."""
        state = self.run.state if self.run is not None else ""
        return self.missed > 0 and state in (DONE, RUNNING, PAUSED)


def latest(runs: Iterable[Run]) -> Run | None:
    """The run that people mean: what goes on, else what ended last, else what is to begin."""
    order = {RUNNING: 0, PAUSED: 0, DONE: 1, STOPPED: 1}
    return min(runs, key=lambda run: (order.get(run.state, 2), -run.at), default=None)


def waits_for(told: Told, now: int) -> Words:
    """What has to happen next, as a key of ``campaign_waits``; empty when nothing has to. ``at`` is
    a moment."""
    run, phase = told.run, told.phase
    if phase == APPROVED and run is not None:
        return "campaign_waits.begin", {"at": run.at}
    if phase == RUNNING and run is not None:
        return _going(told, run, now)
    if phase in ("draft", "review", READY, PAUSED):
        return f"campaign_waits.{phase}", {}
    return "", {}


def _going(told: Told, run: Run, now: int) -> Words:
    if told.owed:
        return "campaign_waits.taps", {
            "who": "、".join(dict.fromkeys(one.account for one in told.owed)),
            "tasks": sum(one.tasks for one in told.owed),
            "n": sum(one.targets for one in told.owed)}  # fmt: skip
    most, opens = room(told.campaign.rate if told.campaign else None, run.released,
                       run.released_at, now)  # fmt: skip
    opens = max(run.wake_at, opens if most == 0 else 0)
    if (n := told.counts.get("pending", 0)) and opens > now:
        return "campaign_waits.opens", {"n": n, "at": opens}
    for state in ("pending", "queued", "later"):
        if n := told.counts.get(state, 0):
            return f"campaign_waits.{state}", {"n": n}
    return "campaign_waits.planning", {}


def span_words(lang: str, text: str) -> str:
    """``2d`` in words; a moment, or what is written otherwise, as it is."""
    found = _SPAN.fullmatch(text.strip())
    return say(lang, f"campaign_span.{found[2]}", n=found[1]) if found else text


def note_words(lang: str, note: str) -> str:
    """Why a run pauses or was stopped: a sentence of ours in words, or what somebody wrote."""
    for pattern, key in _NOTES:
        if found := pattern.fullmatch(note):
            return say(lang, f"campaign_note.{key}", **found.groupdict())
    return note


def code_words(lang: str, code: str) -> str:
    """Why somebody does not get it, or not yet: the governor's code, the ledger's own, or what the
    platform said."""
    for noun in ("ruling", "ledger_code"):
        if known(f"{noun}.{code}"):
            return say(lang, f"{noun}.{code}")
    return unsent(lang, code)


def ordered(rows: Iterable[Told]) -> list[Told]:
    """What needs somebody first, then what goes on, then what is over; the latest first."""
    places = {name: n for n, name in enumerate((PAUSED, RUNNING, "review", READY, "draft",
                                                 APPROVED, DONE, STOPPED))}  # fmt: skip
    return sorted(rows, key=lambda one: (places[one.phase], -(one.run.at if one.run else 0),
                                         one.name))  # fmt: skip
