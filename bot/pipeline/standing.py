"""Looks every few minutes whether somebody stands behind each account, so that staff are told
before a customer finds out."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.core import accounts
from bot.core.accounts import Trouble
from bot.core.clock import MINUTE, SECOND
from bot.library.library import Library
from bot.pipeline.loop import Bells
from bot.store import troubles
from bot.store.engine import Store, Tx

log = logging.getLogger(__name__)
EVERY, START = 5 * MINUTE, 10 * SECOND
ROBOTS_EVERY = 15 * SECOND
Found = Mapping[tuple[str, str], Trouble]


class Platform(Protocol):
    """Whoever can ask after accounts."""

    async def kf_trouble(self, open_kfid: str) -> Trouble:
        """What is the matter with a kf account; may raise."""
        ...

    async def owner_troubles(self, userids: Sequence[str]) -> Mapping[str, Trouble]:
        """The same for staff accounts, by userid; may raise."""
        ...


class Robots(Protocol):
    """Whoever keeps the connections of robots."""

    @property
    def lost(self) -> Mapping[str, int]:
        """bot_id -> since when it has had no connection, 0 while it has one; those that this
        process keeps."""
        ...

    @property
    def ways(self) -> Mapping[str, str]:
        """bot_id -> how its last connection ended."""
        ...


class Standing:
    """Asks the platform after every account that a persona speaks through, one round at a time."""

    def __init__(self, store: Store, platform: Platform, library: Library, bells: Bells) -> None:
        self._store, self._platform, self._library = store, platform, library
        self._bells, self._first = bells, True

    async def step(self, now: int) -> int:
        """One round, the first a moment after the start. An account of which the platform says
        nothing stays as it was. In a storm it can wait."""
        if self._first:
            self._first = False
            return now + START
        if self._bells.street.stormy(now):
            return now + MINUTE
        cast, found = self._library.cast, dict[tuple[str, str], Trouble]()
        for account in cast.all_accounts("kf"):
            try:
                found["kf", account] = await self._platform.kf_trouble(account)
            except Exception as exc:
                log.warning("kf account %s: nobody says whether it is served: %s", account, exc)
        owners = cast.all_accounts("contact")
        try:
            told = await self._platform.owner_troubles(owners) if owners else {}
            found |= {("contact", owner): trouble for owner, trouble in told.items()}
        except Exception as exc:
            log.warning("nobody says whether the owners of accounts are there: %s", exc)
        await keep(self._store, self._bells, found, now)
        return now + EVERY


class Lines:
    """Whether the robots that this process keeps are connected."""

    def __init__(self, store: Store, robots: Robots, bells: Bells) -> None:
        self._store, self._robots, self._bells = store, robots, bells

    async def step(self, now: int) -> int:
        """One look."""
        found = accounts.of_robots(self._robots.lost, self._robots.ways, now)
        by_account = {("robot", bot_id): trouble for bot_id, trouble in found.items()}
        await keep(self._store, self._bells, by_account, now)
        return now + ROBOTS_EVERY


async def keep(store: Store, bells: Bells, found: Found, now: int) -> None:
    """Writes what has changed, and tells the open pages."""
    if not found:
        return

    def write(tx: Tx) -> bool:
        return any([troubles.put(tx, *place, found[place], now) for place in sorted(found)])

    if await store.write(write):
        bells.desk.set()
