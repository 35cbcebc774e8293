"""Which adapters the configuration asks for."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import aiohttp

from bot.adapters.archive import ArchiveFeed
from bot.adapters.native import open_native
from bot.adapters.sandbox import SandboxFeed
from bot.core import config as conf
from bot.core.clock import Clock

SECONDS = 15


@contextlib.asynccontextmanager
async def archive_feed(
    config: conf.Config, sandbox: str | None, clock: Clock
) -> AsyncIterator[ArchiveFeed | None]:
    """The archive's feed while the block runs; None when there is none. Raises BadInput."""
    chosen = config.wecom.archive.feed
    if chosen == "native":
        secret = conf.archive_secret(config)
        folder = config.home / config.wecom.archive.keys
        yield open_native(config.wecom.corp_id, secret, folder, clock)
    elif chosen == "sandbox" and sandbox is not None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(SECONDS)) as http:
            yield SandboxFeed(http, sandbox, clock)
    else:
        yield None
