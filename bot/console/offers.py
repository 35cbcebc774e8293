"""Values that a form offers for the fields of an audience, with how many members have each: read
seldom, for a large table takes seconds to go through."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.clock import MINUTE, Clock
from bot.store import offers
from bot.store.engine import Store

KEPT = 2 * MINUTE
LONGER = 50  # times as long as it took


@dataclass(frozen=True, slots=True)
class _Read:
    found: Sequence[offers.Offer]
    at: int
    took: int


class Offers:
    """One for each process; one field is read at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._kept: dict[str, _Read] = {}
        self._one = asyncio.Lock()

    async def of(self, field: str) -> Sequence[offers.Offer]:
        """What members have in this field, what most have first; nothing where it has no list."""
        read = offers.LISTS.get(field)
        if read is None:
            return ()
        async with self._one:
            began = self._clock.now()
            kept = self._kept.get(field)
            if kept is None or began - kept.at >= max(KEPT, LONGER * kept.took):
                found = await self._store.read(read)
                kept = _Read(found, began, self._clock.now() - began)
                self._kept[field] = kept
            return kept.found
