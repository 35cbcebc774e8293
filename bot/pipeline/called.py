"""Reads now and then what the platform calls the accounts that personas speak through."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from bot.core.clock import HOUR, MINUTE
from bot.library.library import Library
from bot.pipeline.loop import Bells
from bot.store import called
from bot.store.engine import Store

log = logging.getLogger(__name__)
EVERY, LOOK = 6 * HOUR, 1 * MINUTE


class Platform(Protocol):
    """Whoever can say what accounts are called."""

    async def kf_names(self) -> Mapping[str, str]:
        """By open_kfid; may raise."""
        ...

    async def staff_names(self, userids: Sequence[str]) -> Mapping[str, str]:
        """By userid; may raise."""
        ...


class Called:
    """A round at the start, every few hours, and soon after another account was bound. What cannot
    be read keeps its name."""

    def __init__(self, store: Store, platform: Platform, library: Library, bells: Bells) -> None:
        self._store, self._platform, self._library = store, platform, library
        self._bells, self._next = bells, 0
        self._asked: tuple[tuple[str, ...], tuple[str, ...]] = (), ()

    async def step(self, now: int) -> int:
        """Looks whether a round is due. In a storm it can wait."""
        cast = self._library.cast
        bound = tuple(cast.all_accounts("kf")), tuple(cast.all_accounts("contact"))
        if self._bells.street.stormy(now) or (now < self._next and bound == self._asked):
            return now + LOOK
        kf, owners = self._asked = bound
        told = [await self._told("kf", self._platform.kf_names, now) if kf else True,
                await self._told("contact", lambda: self._platform.staff_names(owners), now)
                if owners else True]  # fmt: skip
        self._next = now + (EVERY if all(told) else LOOK)
        return now + LOOK

    async def _told(
        self, channel: str, ask: Callable[[], Awaitable[Mapping[str, str]]], now: int
    ) -> bool:
        """Asks and keeps; False when nobody said anything."""
        try:
            found = {(channel, account): name for account, name in (await ask()).items()}
        except Exception as exc:
            log.warning("nobody says what the accounts of %s are called: %s", channel, exc)
            return False
        if await self._store.write(called.put, found, now):
            self._bells.called.set()
            self._bells.desk.set()  # open pages look again
        return True
