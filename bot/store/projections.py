"""What is derived from the event log: the rooms that follow it.

A room derives whole keys (a member's stay in one place, an order, a person's facts): it reads all
events of the key, folds them with a pure function of ``bot.members`` and writes the result. So it
does not matter in which order, or how often, events came in, and making everything anew gives the
same. Rooms read through ``store/history.py`` and never import ``store/events.py``: it calls them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from bot.core.event import Event, Happened
from bot.store import (
    circles,
    commission,
    community,
    entries,
    imported,
    invites,
    journeys,
    missioning,
    persons,
    portrait,
    purchases,
    rewarding,
    seeding,
    stays,
)
from bot.store.engine import Tx


class Room(Protocol):
    """A module of ``bot.store`` that keeps tables which follow the log.

    Rows are keyed by whom the person is now; the rows of a room stand in no other room's tables.
    """

    @property
    def KINDS(self) -> frozenset[Happened]:
        """The kinds that change its tables."""
        ...

    @property
    def TABLES(self) -> tuple[str, ...]:
        """Its tables, nothing in which is not derived."""
        ...

    def follow(self, tx: Tx, events: Sequence[Event]) -> Sequence[Event] | None:
        """New events of its kinds, all of one transaction, in the order in which they came.

        What it returns is recorded, too, and followed in its turn: an admission that a joining
        brings about. Its ``dedupe`` comes from its cause, so that it happens once.
        """
        ...

    def again(self, tx: Tx, members: Sequence[str]) -> None:
        """Derives anew whatever rests on events of these ids, or on events that name one of them
        as the other side, and drops what stands under an id that is somebody else by now.

        ``members`` holds all ids of each person concerned; the id "" stands for the events of
        nobody. A key that belongs to two members may come twice.
        """
        ...

    def clear(self, tx: Tx) -> None:
        """Empties its tables."""
        ...


PAGE = 500

# In this order: a room may read the tables of those before it.
ROOMS: tuple[Room, ...] = (
    imported,
    portrait,
    stays,
    circles,
    purchases,
    journeys,
    invites,
    commission,
    community,
    entries,
    seeding,
    missioning,
    rewarding,
)


def watched(kind: Happened) -> bool:
    """True when a room follows events of this kind."""
    return any(kind in room.KINDS for room in ROOMS)


def follow(tx: Tx, events: Sequence[Event]) -> list[Event]:
    """Lets each room derive anew what these events may have changed; what follows from them."""
    told = [(room, mine) for room in ROOMS
            if (mine := [one for one in events if one.kind in room.KINDS])]  # fmt: skip
    if told and not tx.alone:
        hold(tx, {id for _, mine in told for one in mine for id in (one.member, one.other)})
    return [more for room, mine in told for more in room.follow(tx, mine) or ()]


def hold(tx: Tx, members: Collection[str]) -> None:
    """Nobody beside derives these persons until the end: neither would see the other's event."""
    if tx.alone:
        return
    stays = sorted(set(persons.person_of(tx, list(members)).values()))
    for start in range(0, len(stays), PAGE):
        tx.rows("persons_hold", ids=stays[start : start + PAGE])


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives all rooms anew for these ids: all ids of the persons concerned, before and after
    whatever changed who they are."""
    hold(tx, members)
    for room in ROOMS:
        room.again(tx, members)


def clear(tx: Tx) -> None:
    """Empties all rooms, the last one first; ``again`` for everybody fills them."""
    for room in reversed(ROOMS):
        room.clear(tx)
