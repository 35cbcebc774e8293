"""Calling off tasks on the platform, step by step, so that every step may be the last before a
kill: stop it there, wait a moment, ask what was tapped before, and only then go on."""

from __future__ import annotations

import logging

from bot.core.clock import SECOND, Clock
from bot.core.model import Outbound, TapStatus
from bot.core.policy import UNKNOWN
from bot.pipeline.loop import Bells
from bot.pipeline.unsure import JOB
from bot.store import pullback
from bot.store.engine import Row, Store
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.gateway import Gateway

log = logging.getLogger(__name__)
# A tap of the last moment may show a little later than the call that stops the task.
AFTER_STOP = 2 * SECOND
AGAIN = (2 * SECOND, 3 * SECOND, 5 * SECOND, 10 * SECOND, 20 * SECOND, 60 * SECOND)
NO_TASK = frozenset({41047, 41060})  # the platform knows no such task
NEVER_THERE = TapStatus(done=False)


class TakeBack:
    """Takes the next step with one task."""

    def __init__(self, store: Store, gateway: Gateway, clock: Clock, bells: Bells) -> None:
        self._store, self._gateway, self._clock = store, gateway, clock
        self._queued, self._shown = bells.outbox["bulk"], bells.tasks

    async def one(self, tap: Row) -> None:
        """As far as it goes now; a fault of the platform puts it off."""
        task = await self._store.read(pullback.pulling, tap)
        if task is None:
            return
        try:
            await self._step(tap, task)
        except (ApiError, CallFailed) as exc:
            await self._fault(tap, task, exc)

    async def _step(self, tap: Row, task: Outbound) -> None:
        if task.state == "ready" and not task.note.startswith(UNKNOWN):
            await self._settle(task, NEVER_THERE)
        elif task.state != "waiting":
            await self._put_off(tap, "the platform may not have it yet")
        elif tap["stopped_at"] is not None:
            await self._settle(task, await self._gateway.tap_status(task))
        else:
            await self._stop(tap, task)

    async def _stop(self, tap: Row, task: Outbound) -> None:
        number = task.provider_id or ""
        if number.startswith(JOB):
            number = (await self._gateway.tap_status(task)).task or ""
        if not number:
            await self._put_off(tap, "the platform is still making it")
            return
        contacts = self._gateway.contacts
        await (contacts.moments if task.channel == "moment" else contacts.bulk).cancel(number)
        now = self._clock.now()
        await self._store.write(pullback.stopped, task.id, now, now + AFTER_STOP)

    async def _settle(self, task: Outbound, status: TapStatus) -> None:
        made = await self._store.write(pullback.settle, task, status, self._clock.now())
        log.info("task %s: %s", task.id, f"made again as {made}" if made else "taken back")
        self._shown.set()
        if made:
            self._queued.set()

    async def _fault(self, tap: Row, task: Outbound, exc: ApiError | CallFailed) -> None:
        gone = isinstance(exc, ApiError) and exc.errcode in NO_TASK
        if gone and tap["again_at"] is None:
            await self._settle(task, NEVER_THERE)
            return
        log.warning("task %s cannot be taken back yet: %s", task.id, exc)
        await self._put_off(tap, str(exc))

    async def _put_off(self, tap: Row, trouble: str) -> None:
        wait = AGAIN[min(tap["tries"], len(AGAIN) - 1)]
        await self._store.write(pullback.put_off, tap["outbox"], self._clock.now() + wait, trouble)
