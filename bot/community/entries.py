"""What one person did in one run, and what of it counts. Pure.

Whoever lets him take part has checked this before; here it is decided again from the log, because
two of his ids may turn out to be one person, and a verdict may come later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.community.activity import Activity
from bot.community.draw import ticket
from bot.community.runs import CHECKIN, Run
from bot.core.event import Event, Happened

COUNTED, WAITING = "counted", "waiting"
# Why something does not count.
REJECTED, STRUCK, OVER, LATE, OWN, AGAIN = "rejected", "struck", "over", "late", "own", "again"
ENTRIES = frozenset({Happened.CHECKED, Happened.SIGNED, Happened.SUBMITTED, Happened.TEAMED})
VERDICTS = frozenset({Happened.JUDGED, Happened.STRUCK})


@dataclass(frozen=True, slots=True)
class Entry:
    """``event``: its dedupe. ``score``: right answers of a quiz. ``ticket``: what it is called in
    public, and what people vote for."""

    event: str
    kind: str
    at: int
    day: str
    which: str
    state: str
    score: int
    ticket: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote for an option or for an entry."""

    event: str
    at: int
    which: str
    state: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one person did in a run."""

    entries: tuple[Entry, ...] = ()
    ballots: tuple[Ballot, ...] = ()


def verdicts(events: Iterable[Event]) -> dict[tuple[Happened, str], str]:
    """The latest word about each event, by what kind of word it is and the event's dedupe."""
    told = (one for one in events if one.kind in VERDICTS)
    return {(one.kind, one.place): one.which for one in sorted(told, key=lambda one: one.order)}


def fold(
    events: Iterable[Event], run: Run, rules: Activity, salt: str,
    said: Mapping[tuple[Happened, str], str],
) -> Part:  # fmt: skip
    """One person's part. ``events``: of this run, under all his ids; ``said``: verdicts on them."""
    told = sorted({one.dedupe: one for one in events}.values(), key=lambda one: one.order)
    made: list[Entry] = []
    for event in told:
        if event.kind in ENTRIES:
            state = said_of(event, said) or _against(event, run, rules, made)
            if not state:
                state = _open(event, rules, said)
            made.append(_entry(event, rules, salt, state))
    own = {one.event for one in made}
    ballots: list[Ballot] = []
    for event in told:
        if event.kind is Happened.VOTED:
            state = said_of(event, said) or _vote(event, run, rules, own, ballots) or COUNTED
            ballots.append(Ballot(event.dedupe, event.at, event.which, state))
    return Part(tuple(made), tuple(ballots))


def said_of(event: Event, said: Mapping[tuple[Happened, str], str]) -> str:
    """Why somebody's word keeps an event from counting; empty: it does not."""
    if said.get((Happened.STRUCK, event.dedupe)) == "out":
        return STRUCK
    return REJECTED if said.get((Happened.JUDGED, event.dedupe)) == REJECTED else ""


def _open(event: Event, rules: Activity, said: Mapping[tuple[Happened, str], str]) -> str:
    looked = event.kind is Happened.SUBMITTED and rules.moderated
    accepted = said.get((Happened.JUDGED, event.dedupe)) == "accepted"
    return WAITING if looked and not accepted else COUNTED


def _against(event: Event, run: Run, rules: Activity, made: Iterable[Entry]) -> str:
    late = event.at >= run.close_at or event.at < run.join_at
    if late or (rules.kind == CHECKIN and event.which != run.key):
        return LATE
    stage = event.which if rules.kind == "cocreate" else ""
    before = [one for one in made if one.kind == event.kind and one.state in (COUNTED, WAITING)
              and (not stage or one.which == stage)]  # fmt: skip
    return OVER if len(before) >= most(event.kind, rules) else ""


def most(kind: Happened, rules: Activity) -> int:
    """How many entries of a kind one person may have in a run, or in a step of it."""
    once = kind is not Happened.SUBMITTED or rules.kind in ("quiz", "cocreate")
    return 1 if once else rules.limits.each


def _vote(
    event: Event, run: Run, rules: Activity, own: Iterable[str], before: Iterable[Ballot]
) -> str:
    if not run.join_at <= event.at < run.close_at:
        return LATE
    if event.which in own:
        return OWN
    counted = [one for one in before if one.state == COUNTED]
    if any(one.which == event.which for one in counted):
        return AGAIN
    return OVER if len(counted) >= rules.limits.votes else ""


def _entry(event: Event, rules: Activity, salt: str, state: str) -> Entry:
    day = event.which if event.kind is Happened.CHECKED else str(event.data.get("day", ""))
    return Entry(event.dedupe, event.kind.value, event.at, day, event.which, state,
                 right(rules, event.data), ticket(salt, event.dedupe))  # fmt: skip


def right(rules: Activity, data: Mapping[str, Any]) -> int:
    """How many answers of a quiz are right. Several right options of a question are
    alternatives."""
    given = data.get("answers", ())
    if rules.kind != "quiz" or not isinstance(given, list | tuple):
        return 0
    return sum(one in asked.right for one, asked in zip(given, rules.questions, strict=False))


def checked_days(
    events: Iterable[Event], said: Mapping[tuple[Happened, str], str]
) -> list[date]:  # fmt: skip
    """The local days of check-ins that count."""
    found: list[date] = []
    for event in events:
        if event.kind is Happened.CHECKED and not said_of(event, said):
            try:
                found.append(date.fromisoformat(event.which))
            except ValueError:
                continue
    return found
