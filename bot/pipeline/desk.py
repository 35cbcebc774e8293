"""Gives back what staff took and left alone."""

from __future__ import annotations

from bot.core.clock import MINUTE
from bot.core.config import Config
from bot.core.span import parse_span
from bot.pipeline.loop import Bells
from bot.store import idle
from bot.store.engine import Store

LOOK_EVERY = 1 * MINUTE


class PutDown:
    """Looks when the next holder will have been silent for too long, and every minute."""

    def __init__(self, store: Store, config: Config, bells: Bells) -> None:
        self._store, self._bells = store, bells
        self._idle = parse_span(config.handoff.idle)

    async def step(self, now: int) -> int:
        """One page of them."""
        if await self._store.write(idle.put_down, now, self._idle):
            self._bells.inbox.set()
            self._bells.desk.set()
            return now
        due = await self._store.read(idle.next_idle, self._idle)
        return max(now + 1, min(now + LOOK_EVERY, due or now + LOOK_EVERY))
