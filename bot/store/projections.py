"""What is derived from the event log: which rooms follow which kinds of events.

A room derives whole keys (a member's stay in one place, an order, a member's facts): it reads all
events of the key, folds them with a pure function of ``bot.members`` and writes the result. So it
does not matter in which order, or how often, events came in, and making everything anew gives the
same. Rooms read through ``store/history.py``; only ``store/events.py`` calls ``follow``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.core.event import Event, Happened
from bot.store.engine import Tx

# Receives the new events of its kinds, all of one transaction.
Follow = Callable[[Tx, Sequence[Event]], None]

ROOMS: Mapping[Follow, frozenset[Happened]] = {}


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Lets each room derive anew what these events may have changed."""
    if not events:
        return
    for room, kinds in ROOMS.items():
        if mine := [one for one in events if one.kind in kinds]:
            room(tx, mine)
