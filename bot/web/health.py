"""Health and metrics for whoever operates the product. No personal data, no secrets.

Each check has a time of its own: a platform or a disk that hangs makes no answer late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.core.clock import MINUTE, Clock
from bot.core.errors import OneVoiceError
from bot.core.logs import masked
from bot.store import inbox, outbox, rewardbook
from bot.store.engine import Store, Tx
from bot.store.leases import TICK, Alone, Lead
from bot.web.metrics import Levels, page

QUEUE_AGE_MAX = 1 * MINUTE
LIMIT = 2.0  # seconds for one check
SERVICE = "onevoice"


class Token(Protocol):
    """Whoever can say whether the platform still lets us in."""

    async def keep_warm(self) -> None:
        """Raises OneVoiceError when there is no access token."""
        ...


class Robots(Protocol):
    """Whoever keeps the smart robots connected."""

    @property
    def states(self) -> Mapping[str, str]:
        """Name in config.toml -> connected, lost, refused, taken or stopped."""
        ...


class Author(Protocol):
    """Whoever asks the language model."""

    @property
    def state(self) -> str:
        """ok or resting."""
        ...


class Check:
    """One question that may hang. It goes on behind a late answer, and is never asked twice at
    once."""

    def __init__(self, ask: Callable[[], Awaitable[Any]], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._task: asyncio.Task[Any] | None = None

    async def answer(self) -> tuple[Any, str]:
        """(what came back, "ok"), or (None, what is wrong)."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        done, _ = await asyncio.wait({self._task}, timeout=self._seconds)
        if not done:
            return None, f"no answer within {self._seconds:g} s"
        task, self._task = self._task, None
        if task is None or task.cancelled():
            return None, "cancelled"
        found: tuple[Any, str] = task.result()
        return found

    async def _run(self) -> tuple[Any, str]:
        try:
            return await self._ask(), "ok"
        except OneVoiceError as exc:
            return None, masked(str(exc))

    def close(self) -> None:
        """Asks no more."""
        if self._task is not None:
            self._task.cancel()


class Vitals:
    """What ``/readyz`` looks at: database, workers, age of the queues, the platform's token."""

    def __init__(
        self, store: Store, clock: Clock, workers: Mapping[str, asyncio.Task[None]],
        lead: Lead | None = None, limit: float = LIMIT,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._workers = store, clock, workers
        self._lead = lead or Alone()
        self._queues = Check(self._read_queues, limit)
        self._token = Check(self._warm, limit)
        self.gateway: Token | None = None
        self.robots: Robots | None = None
        self.author: Author | None = None

    async def look(self) -> dict[str, Any]:
        """``ok`` is true when every part works; the parts say what does not."""
        (queues, database), (_, platform) = await asyncio.gather(
            self._queues.answer(), self._token.answer()
        )
        if self.gateway is None:
            platform = "starting"
        dead = sorted(name for name, task in self._workers.items() if task.done())
        queues = queues or {}
        old = queues.get("queue_age_ms", 0) > QUEUE_AGE_MAX
        return {
            "ok": database == "ok" and platform == "ok" and not dead and not old,
            "database": database, "scheduler": self._scheduler(), "dead_workers": dead,
            "platform": platform, "queue_age": "old" if old else "ok", **queues,
            "robots": dict(self._states()), "process": self._lead.process,
            "model": self.author.state if self.author is not None else "off",
        }  # fmt: skip

    async def levels(self) -> Levels:
        """The same figures for ``/metrics``."""
        queues, _ = await self._queues.answer()
        return Levels(robots=self._states(), **(queues or {}))

    def _scheduler(self) -> str:
        """Of several processes one acts; the others are as well as it."""
        task = self._workers.get("tick")
        if task is None:
            return "not here"
        return "dead" if task.done() else "ok" if self._lead.leads(TICK) else "stands by"

    def close(self) -> None:
        """Leaves no question behind."""
        self._queues.close()
        self._token.close()

    def _states(self) -> Mapping[str, str]:
        return self.robots.states if self.robots is not None else {}

    async def _read_queues(self) -> dict[str, Any]:
        return await self._store.read(_queues, self._clock.now())

    async def _warm(self) -> None:
        if self.gateway is not None:
            await self.gateway.keep_warm()


def _queues(tx: Tx, now: int) -> dict[str, Any]:
    return {
        "inbox": inbox.counts(tx), "outbox": outbox.counts_by_state(tx),
        "queue_age_ms": inbox.queue_age(tx, now), "grants": rewardbook.waiting_by_state(tx),
    }  # fmt: skip


def routes(vitals: Vitals) -> list[web.AbstractRouteDef]:
    """``/healthz`` (it lives), ``/readyz`` (it works, as JSON), ``/metrics`` (Prometheus)."""

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "service": SERVICE})

    async def ready(_: web.Request) -> web.Response:
        found = await vitals.look()
        return web.json_response(found, status=200 if found["ok"] else 503)

    async def metrics(_: web.Request) -> web.Response:
        text = page(await vitals.levels())
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", live), web.get("/readyz", ready), web.get("/metrics", metrics)]


def traced(since: Callable[[int], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """``/trace`` of the sandbox: what was decided behind a number that the phone page has."""

    async def handle(request: web.Request) -> web.Response:
        asked = request.query.get("since", "0")
        known = asked.isascii() and asked.isdigit() and len(asked) < 16
        return web.json_response(since(int(asked) if known else 0))

    return handle
