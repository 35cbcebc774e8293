"""Somebody leaves, beside a running service: what a page begins is finished in the background, and
the certificate says what became of him."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from bot.core.clock import Clock, local
from bot.core.config import Config
from bot.store import eraser, erasing
from bot.store.engine import Store, StoreFailed
from bot.store.erasing import Erasure
from bot.store.opening import where
from bot.store.saved import Saved

log = logging.getLogger(__name__)


class Leaving:
    """Whoever is killed in between has either erased nothing, or is gone on with at the next start
    (``bot/pipeline/retention.py``)."""

    def __init__(self, store: Store, config: Config, clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._task: asyncio.Task[None] | None = None
        self._more = False
        self.fault = ""  # why bytes could not be cleared, until they are

    async def backups(self) -> list[Saved]:
        """Those that are there; whoever is erased now may stand in any of them."""
        return await eraser.may_hold(self._store, where(self._config))

    async def begin(self, member: str, actor: str, why: str) -> Erasure | None:
        """Takes him out of all that names him; the rest follows. None when nothing is held of
        him."""
        await eraser.secure(self._store)
        now = self._clock.now()
        found = await self._store.write(erasing.begin, member, actor, now, why)
        if found is not None:
            self.go_on()
        return found

    def go_on(self) -> None:
        """Finishes whatever was begun; one at a time."""
        self._more = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._finish(), name="leaving")

    async def settled(self) -> None:
        """Until nothing is being finished."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def close(self) -> None:
        """Stops between two steps."""
        if self._task is not None:
            self._task.cancel()

    async def _finish(self) -> None:
        while self._more:
            self._more = False
            try:
                await eraser.complete(self._store, where(self._config), self._clock.now())
                self.fault = ""
            except StoreFailed as exc:
                log.warning("an erasure is not finished: %s", exc)
                self.fault = str(exc)


def certificate(one: Erasure, zone: str) -> dict[str, Any]:
    """An erasure as a document for machines. Once it is done it holds what was found: traces that
    were left (null where files cannot be looked into), backups, where the platform has him."""
    return {
        "certificate": one.id, "stands_for_him": one.gone, "by": one.actor,
        "begun_at": one.begun_at, "done_at": one.done_at, "removed": one.counts,
        "left": one.proof.get("left"),
        "backups": [_backup(each, zone) for each in one.proof.get("backups", ())],
        "backups_not_found": [_backup(each, zone)
                              for each in one.proof.get("backups_not_found", ())],
        "platform": {"friends": list(one.known.friends), "groups": list(one.known.chats)},
    }  # fmt: skip


def _backup(one: dict[str, Any], zone: str) -> dict[str, Any]:
    return {**one, "date": f"{local(one['made_at'], zone):%Y-%m-%d %H:%M}"}
