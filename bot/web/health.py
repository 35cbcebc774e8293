"""Health and metrics for whoever operates the product. No personal data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.core.clock import MINUTE, Clock
from bot.core.errors import OneVoiceError
from bot.store import inbox, outbox
from bot.store.engine import Store, Tx
from bot.store.leases import TICK, Alone, Lead

Probe = Callable[[], Awaitable[dict[str, Any]]]
QUEUE_AGE_MAX = 1 * MINUTE


class Token(Protocol):
    """Whoever can say whether the platform still lets us in."""

    async def keep_warm(self) -> None:
        """Raises OneVoiceError when there is no access token."""
        ...


class Vitals:
    """What ``/readyz`` looks at: database, workers, age of the queues, the platform's token."""

    def __init__(
        self, store: Store, clock: Clock, workers: Mapping[str, asyncio.Task[None]],
        lead: Lead | None = None,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._workers = store, clock, workers
        self._lead = lead or Alone()
        self.gateway: Token | None = None

    async def look(self) -> dict[str, Any]:
        """``ok`` is true when every part works; the parts say what does not."""
        database = await self._database()
        dead = sorted(name for name, task in self._workers.items() if task.done())
        platform = await self._platform()
        old = database.get("queue_age_ms", 0) > QUEUE_AGE_MAX
        return {
            "ok": database["database"] == "ok" and platform == "ok" and not dead and not old,
            "scheduler": self._scheduler(), "dead_workers": dead, "platform": platform,
            "process": self._lead.process, **database,
        }  # fmt: skip

    def _scheduler(self) -> str:
        """Of several processes one acts; the others are as well as it."""
        task = self._workers.get("tick")
        if task is None:
            return "not here"
        return "dead" if task.done() else "ok" if self._lead.leads(TICK) else "stands by"

    async def _database(self) -> dict[str, Any]:
        try:
            return await self._store.read(_queues, self._clock.now())
        except OneVoiceError as exc:
            return {"database": str(exc)}

    async def _platform(self) -> str:
        if self.gateway is None:
            return "starting"
        try:
            await self.gateway.keep_warm()
        except OneVoiceError as exc:
            return str(exc)
        return "ok"


def _queues(tx: Tx, now: int) -> dict[str, Any]:
    return {
        "database": "ok", "inbox": inbox.counts(tx), "outbox": outbox.counts_by_state(tx),
        "queue_age_ms": inbox.queue_age(tx, now),
    }  # fmt: skip


def routes(probe: Probe) -> list[web.AbstractRouteDef]:
    """``/healthz`` (it lives), ``/readyz`` (it works, as JSON), ``/metrics`` (Prometheus)."""

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def ready(_: web.Request) -> web.Response:
        found = await probe()
        return web.json_response(found, status=200 if found["ok"] else 503)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", live), web.get("/readyz", ready), web.get("/metrics", metrics)]
