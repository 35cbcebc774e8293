"""A ``run`` that is under way here, as its health page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.core.config import Config

SECONDS = 3.0
SERVICE = "onevoice"
_ANY = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - asked, not bound


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """Its address, and what ``/readyz`` says about its robots."""

    base: str
    robots: Mapping[str, str] = field(default_factory=dict)


async def find_run(http: aiohttp.ClientSession, config: Config) -> Running | None:
    """The one that listens on ``[web]`` host and port, or None."""
    if not config.web.port:
        return None
    host = _ANY.get(config.web.host, config.web.host)
    base = f"http://{host}:{config.web.port}"
    live = await _json(http, f"{base}/healthz")
    if live.get("service") != SERVICE:
        return None
    robots = (await _json(http, f"{base}/readyz")).get("robots")
    return Running(base=base, robots=robots if isinstance(robots, dict) else {})


async def _json(http: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(SECONDS)) as answer:
            found = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
