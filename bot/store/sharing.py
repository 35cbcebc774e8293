"""Who passed something on: told by a shop or mini program, for the platform does not say it, or
noted by a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.event import Event, Happened
from bot.members.told import Share
from bot.store import events, people, projections
from bot.store.engine import Tx

NEW, SAME, STRANGE = "new", "same", "unknown_member"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one share."""

    member: str
    what: str


def take(tx: Tx, shares: Sequence[Share], source: str, now: int) -> list[Taken]:
    """Takes them in their order; the same one told again is known. A member whom nobody knows
    shares nothing. ``source``: api, webhook, or a colleague's login."""
    known = people.names_of(tx, sorted({one.member for one in shares})).keys()
    projections.hold(tx, known)
    told = [_event(one, source) for one in shares if one.member in known]
    new = {one.dedupe for one in events.record(tx, told, now)}
    return [Taken(one.member, STRANGE if one.member not in known else
                  NEW if _dedupe(one) in new else SAME) for one in shares]  # fmt: skip


def _event(one: Share, source: str) -> Event:
    return Event(kind=Happened.SHARED, at=one.at, dedupe=_dedupe(one), member=one.member,
                 place=one.what, which=one.category, data={"source": source})  # fmt: skip


def _dedupe(one: Share) -> str:
    return f"shared/{one.member}/{one.what}/{one.at}"
