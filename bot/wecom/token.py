"""One access token per secret: a single refresh in flight, its own expiry, kept warm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.core.clock import MINUTE, Clock
from bot.core.errors import OneVoiceError
from bot.core.meters import TOKENS

MARGIN = 5 * MINUTE
Fetch = Callable[[], Awaitable[tuple[str, int]]]


class Tokens:
    """Holds the token of one secret. ``fetch`` returns (token, lifetime in seconds)."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._token, self._until = "", 0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good for a while. Raises what the fetch raises."""
        if self._clock.now() < self._until:
            return self._token
        return await self.replace(self._token)

    async def replace(self, dead: str) -> str:
        """A token other than ``dead``; of many callers with the same dead token one fetches."""
        async with self._lock:
            if self._token and self._token != dead and self._clock.now() < self._until:
                return self._token
            self._token, seconds = await self._counted()
            self._until = self._clock.now() + max(seconds * 1000 - MARGIN, MINUTE // 2)
            return self._token

    async def _counted(self) -> tuple[str, int]:
        try:
            found = await self._fetch()
        except OneVoiceError:
            TOKENS.add("failed")
            raise
        TOKENS.add("ok")
        return found
