"""The bot's decisions and their reasons, read from `GET /trace` beside its callback address."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from urllib.parse import urlsplit

import aiohttp

from sandbox.fields import Json

KEEP = 400
OVERLAP_MS = 5_000
TIMEOUT_S = 2.0
# seconds between looks: while something happens, and while nothing does
BUSY_S, IDLE_S = 0.25, 3.0
BUSY_FOR_S = 8.0


class Decisions:
    """Follows the trace of whichever bot the callbacks go to; a bot without one gives nothing."""

    def __init__(self, base: Callable[[], str | None]) -> None:
        self._base = base
        self.known: deque[Json] = deque(maxlen=KEEP)
        self._seen: dict[tuple[int, str], None] = {}
        self._latest = 0
        self._busy_until = 0.0
        self._next = 0.0
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Decisions:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT_S))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.close()

    def hurry(self) -> None:
        """Something happened in the world: a decision may follow."""
        self._busy_until = time.monotonic() + BUSY_FOR_S

    async def fresh(self) -> list[Json]:
        """Decisions not given before, oldest first; nothing when it is not time to look yet."""
        now = time.monotonic()
        if now < self._next and not (now < self._busy_until and self._next - now > BUSY_S):
            return []
        self._next = now + (BUSY_S if now < self._busy_until else IDLE_S)
        return [row for row in await self._read() if self._take(row)]

    def _take(self, row: Json) -> bool:
        mark = (int(row["at"]), str(row["conversation"]))
        if mark in self._seen:
            return False
        self._seen[mark] = None
        if len(self._seen) > 2 * KEEP:
            del self._seen[next(iter(self._seen))]
        self._latest = max(self._latest, mark[0])
        self.known.append(row)
        return True

    async def _read(self) -> list[Json]:
        base = self._base()
        if base is None or self._http is None:
            return []
        parts = urlsplit(base)
        url = f"{parts.scheme}://{parts.netloc}/trace"
        since = {"since": str(max(self._latest - OVERLAP_MS, 0))}
        try:
            async with self._http.get(url, params=since) as answer:
                found = await answer.json() if answer.status == 200 else []
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return []
        rows = found if isinstance(found, list) else []
        return [row for row in rows if isinstance(row, dict) and {"at", "conversation"} <= set(row)]
