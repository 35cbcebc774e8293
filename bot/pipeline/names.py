"""Asks the platform what kf customers are called, so that staff see names and not numbers."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.core.clock import HOUR, MINUTE, SECOND
from bot.core.config import Config
from bot.pipeline.loop import Bells
from bot.store import names
from bot.store.engine import Store
from bot.store.names import Unnamed

log = logging.getLogger(__name__)
EVERY = 3 * SECOND
MOST = 100  # customers in one call (page 95159)


class Nicknames(Protocol):
    """Whoever can look up several customers at once."""

    async def kf_names(self, customers: Sequence[str]) -> Mapping[str, str]:
        """Nicknames by customer, of those that are known; may raise."""
        ...


class Names:
    """One call a step. Who wrote longer ago than the platform answers for is left out."""

    def __init__(self, store: Store, platform: Nicknames, config: Config, bells: Bells) -> None:
        self._store, self._platform, self._bells = store, platform, bells
        self._open = config.wecom.limits.kf_hours * HOUR

    async def step(self, now: int) -> int:
        """At once again while there are more; a minute later when the call failed. In a storm
        names can wait."""
        if self._bells.street.stormy(now):
            return now + EVERY
        waiting = await self._store.read(names.unasked, MOST)
        if not waiting:
            return now + EVERY
        wanted = sorted({each.peer for each in waiting if self._wanted(each, now)})
        try:
            found = await self._platform.kf_names(wanted) if wanted else {}
        except Exception as exc:
            log.warning("no nicknames: %s", exc)
            return now + MINUTE
        await self._store.write(names.keep, [each.conversation for each in waiting], found, now)
        if found:
            self._bells.desk.set()
        return now if len(waiting) == MOST else now + EVERY

    def _wanted(self, each: Unnamed, now: int) -> bool:
        return not each.name and now - each.last_in_at < self._open
