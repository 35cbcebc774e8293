"""What became of the missions that one person took. Pure.

Each event goes by the lifecycle ``mission``; one that is not legal where it stands (a second
verdict, a proof after the end) changes nothing, so the same comes out however the log was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.community.verdicts import void
from bot.core.event import Event, Happened
from bot.core.lifecycle import MISSION

TAKEN, PROVED, ACCEPTED, REFUSED, EXPIRED, DROPPED = (
    "taken", "proved", "accepted", "refused", "expired", "dropped")  # fmt: skip
# What the log calls it, and what the lifecycle does.
_EVENTS: Mapping[str, str] = {PROVED: "prove", ACCEPTED: "accept", REFUSED: "refuse",
                              EXPIRED: "expire", DROPPED: "drop"}  # fmt: skip
HOLDING = (TAKEN, PROVED, REFUSED, ACCEPTED)  # states that keep a place
OPEN = (TAKEN, PROVED, REFUSED)  # states from which it may go on
CAN_PROVE = (TAKEN, REFUSED)
TAKE = "take"  # of data: the dedupe of the event with which it was taken


@dataclass(frozen=True, kw_only=True, slots=True)
class Take:
    """One mission as one person has it. ``event``: the dedupe of the taking; ``last``: of what
    brought it to its state; ``steps``: events of it so far. ``proof``: what he handed in last;
    ``why``: of the last verdict, ``actor``: whose."""

    event: str
    mission: str
    version: int
    circle: str
    state: str
    taken_at: int
    due_at: int
    proved_at: int | None = None
    decided_at: int | None = None
    ended_at: int | None = None
    last: str = ""
    steps: int = 1
    proof: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    actor: str = ""


def fold(events: Iterable[Event]) -> list[Take]:
    """One person's takes, by beginning. ``events``: of the kinds MISSION and STRUCK, under all his
    ids; what was struck out is as if it had not been."""
    told = sorted({one.dedupe: one for one in events}.values(), key=lambda one: one.order)
    gone = void(told)
    mine = [one for one in told if one.kind is Happened.MISSION]
    takes = {one.dedupe: _begun(one) for one in mine
             if one.which == TAKEN and one.dedupe not in gone}  # fmt: skip
    for one in mine:
        id = str(one.data.get(TAKE, ""))
        if id in takes:
            takes[id] = _after(takes[id], one, one.dedupe not in gone)
    return list(takes.values())


def _begun(one: Event) -> Take:
    return Take(event=one.dedupe, mission=one.place, version=int(one.data.get("version", 0)),
                circle=str(one.data.get("circle", "")), state=TAKEN, taken_at=one.at,
                due_at=int(one.data.get("due", one.at)), last=one.dedupe)  # fmt: skip


def _after(take: Take, one: Event, stands: bool) -> Take:
    take = replace(take, steps=take.steps + 1)
    state = MISSION.get((take.state, _EVENTS.get(one.which, "")))
    if state is None or not stands:
        return take
    made = replace(take, state=state, last=one.dedupe)
    if state == PROVED:
        proof = {key: one.data[key] for key in ("text", "link", "media") if key in one.data}
        return replace(made, proved_at=one.at, proof=proof)
    if state in (ACCEPTED, REFUSED):
        return replace(made, decided_at=one.at, why=str(one.data.get("why", "")),
                       actor=str(one.data.get("by", "")),
                       ended_at=one.at if state == ACCEPTED else None)  # fmt: skip
    return replace(made, ended_at=one.at)


def missing(wanted: Sequence[str], text: str, link: str, media: Sequence[str]) -> bool:
    """True when nothing of what would do is there."""
    there = {"text": bool(text.strip()), "link": bool(link), "photo": bool(media)}
    return not any(there[one] for one in wanted)


def is_link(text: str) -> bool:
    """True for an address of the web, and nothing else."""
    return text.startswith(("https://", "http://")) and len(text) <= 500 and " " not in text
