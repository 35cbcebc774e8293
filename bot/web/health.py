"""Health and metrics for whoever operates the product."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Probe = Callable[[], Awaitable[dict[str, Any]]]


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
