"""The archive of the bundled sandbox: plain JSON over HTTP, for laptops and tests.

``GET /sandbox/archive?seq=&limit=`` answers with the decrypted messages as a list;
``GET /sandbox/archive/media/ID`` with the bytes of a file.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp

from bot.adapters.archive import ArchiveMessage, FeedFailed, parse
from bot.core.clock import Clock

PIECE = 512 * 1024


class SandboxFeed:
    """See archive.ArchiveFeed."""

    def __init__(self, http: aiohttp.ClientSession, base: str, clock: Clock) -> None:
        self._http, self._base, self._clock = http, base, clock

    async def pull(self, seq: int, limit: int) -> Sequence[ArchiveMessage]:
        async with self._get("", {"seq": seq, "limit": limit}) as response:
            rows = await response.json()
        if not isinstance(rows, list):
            raise FeedFailed("the sandbox's archive answered with no list")
        now = self._clock.now()
        return [parse(int(row["seq"]), row, now) for row in rows]

    async def media(self, sdkfileid: str) -> AsyncIterator[bytes]:
        async with self._get(f"/media/{sdkfileid}", {}) as response:
            async for piece in response.content.iter_chunked(PIECE):
                yield piece

    @contextlib.asynccontextmanager
    async def _get(
        self, path: str, params: dict[str, Any]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._http.get(f"{self._base}/sandbox/archive{path}",
                                      params=params) as response:  # fmt: skip
                if response.status != 200:
                    raise FeedFailed(f"the sandbox's archive: HTTP {response.status}")
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as exc:
            raise FeedFailed(f"the sandbox's archive: {type(exc).__name__}") from None
