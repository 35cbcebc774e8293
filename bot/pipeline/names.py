"""Asks the platform what people are called who write to customer service, so that staff see names
and not numbers; and by what union id it knows them and the followers of official accounts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

from bot.core.clock import HOUR, MINUTE, SECOND
from bot.core.config import Config
from bot.core.contacts import Profile
from bot.pipeline.loop import Bells
from bot.store import names
from bot.store.engine import Store
from bot.store.names import Unnamed

log = logging.getLogger(__name__)
EVERY = 3 * SECOND
MOST = 100  # people in one call, of either platform (page 95159)
Told = Mapping[str, Profile]


class Profiles(Protocol):
    """Whoever can look up several people at once. Both may raise."""

    async def kf_profiles(self, customers: Sequence[str]) -> Told:
        """By customer, of those that are known."""
        ...

    async def follower_profiles(self, account: str, openids: Sequence[str]) -> Told:
        """By openid, of those that are known."""
        ...


class Names:
    """A call to each platform a step. Who wrote to customer service longer ago than the platform
    answers for is left out."""

    def __init__(self, store: Store, platform: Profiles, config: Config, bells: Bells) -> None:
        self._store, self._platform, self._bells = store, platform, bells
        self._open = config.wecom.limits.kf_hours * HOUR

    async def step(self, now: int) -> int:
        """At once again while there are more; a minute later when a call failed. In a storm names
        can wait."""
        if self._bells.street.stormy(now):
            return now + EVERY
        return min(await self._customers(now), await self._followers(now))

    async def _customers(self, now: int) -> int:
        waiting = await self._store.read(names.unasked, MOST)
        wanted = sorted({each.peer for each in waiting if self._wanted(each, now)})
        call = self._platform.kf_profiles(wanted) if wanted else None
        return await self._keep(waiting, call, now)

    async def _followers(self, now: int) -> int:
        waiting = await self._store.read(names.followers, MOST)
        wanted = sorted({each.peer for each in waiting if not each.union_id})
        call = self._platform.follower_profiles(waiting[0].account, wanted) if wanted else None
        return await self._keep(waiting, call, now)

    async def _keep(
        self, waiting: Sequence[Unnamed], call: Awaitable[Told] | None, now: int
    ) -> int:  # fmt: skip
        if not waiting:
            return now + EVERY
        try:
            told = await call if call is not None else {}
        except Exception as exc:
            log.warning("nobody says who wrote: %s", exc)
            return now + MINUTE
        merged = await self._store.write(names.keep, waiting, told, now)
        if merged or any(said.name for said in told.values()):
            self._bells.desk.set()
        return now if len(waiting) == MOST else now + EVERY

    def _wanted(self, each: Unnamed, now: int) -> bool:
        return not (each.name and each.union_id) and now - each.last_in_at < self._open
