"""For whom somebody buys: a gift, or what the household uses. Who pays is worth it, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.event import Event, Happened

KINDS = frozenset({Happened.LINKED, Happened.UNLINKED})
GIFT, HOUSEHOLD = "gift", "household"
HOW = (GIFT, HOUSEHOLD)


@dataclass(frozen=True, kw_only=True, slots=True)
class BuysFor:
    """``category``: what it is about; empty: everything."""

    member: str
    beneficiary: str
    how: str
    category: str
    since: int


def fold(events: Iterable[Event], person: str, who: Mapping[str, str]) -> list[BuysFor]:
    """The links of one person that stand. ``who``: who the others are by now."""
    standing: dict[tuple[str, str, str], int] = {}
    for one in sorted(events, key=lambda event: event.order):
        key = (who.get(one.other, one.other), one.which, one.place)
        if one.kind is Happened.UNLINKED:
            standing.pop(key, None)
        elif key[0] != person:
            standing.setdefault(key, one.at)
    return [BuysFor(member=person, beneficiary=other, how=how, category=category, since=since)
            for (other, how, category), since in sorted(standing.items())]  # fmt: skip


def link(member: str, beneficiary: str, how: str, category: str, at: int, *,
         on: bool = True) -> Event:  # fmt: skip
    """The event that says so, or (``on`` false) that it is so no more."""
    kind = Happened.LINKED if on else Happened.UNLINKED
    return Event(kind=kind, at=at, member=member, other=beneficiary, which=how, place=category,
                 dedupe=f"{kind.value}/{member}/{beneficiary}/{how}/{category}/{at}")  # fmt: skip
