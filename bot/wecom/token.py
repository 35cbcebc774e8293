"""One access token per secret: a single refresh in flight, its own expiry, kept warm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.core.clock import MINUTE, Clock
from bot.core.errors import OneVoiceError
from bot.core.meters import TOKENS
from bot.wecom.shared import Fresh, SharedToken

MARGIN = 5 * MINUTE
Fetch = Callable[[], Awaitable[tuple[str, int]]]


class Tokens:
    """Holds the token of one secret. ``fetch`` returns (token, lifetime in seconds).

    With ``shared`` it is that of all processes, and outlives this one.
    """

    def __init__(self, fetch: Fetch, clock: Clock, shared: SharedToken | None = None) -> None:
        self._fetch, self._clock, self._shared = fetch, clock, shared
        self._token, self._until = "", 0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good for a while. Raises what the fetch raises."""
        if self._clock.now() < self._until:
            return self._token
        # one that is only old is not dead: the platform may well give out the same one again
        return await self._renew(self._token, "")

    async def replace(self, dead: str) -> str:
        """A token other than ``dead``; of many callers with the same dead token one fetches."""
        return await self._renew(dead, dead)

    async def _renew(self, held: str, dead: str) -> str:
        async with self._lock:
            if self._token and self._token != held and self._clock.now() < self._until:
                return self._token
            found = await self._shared.find(dead) if self._shared else None
            if self._shared and not found:
                found = await self._shared.renew(dead, self._fresh)
            self._token, self._until = found or await self._fresh()
            return self._token

    async def _fresh(self) -> Fresh:
        try:
            token, seconds = await self._fetch()
        except OneVoiceError:
            TOKENS.add("failed")
            raise
        TOKENS.add("ok")
        return token, self._clock.now() + max(seconds * 1000 - MARGIN, MINUTE // 2)
