"""Files that members and staff sent: the platform keeps them for three days (page 90254).

The bytes are a stranger's. What they are is found by looking at them, never by what the platform
repeats of the sender's words.
"""

from __future__ import annotations

import asyncio

import aiohttp
import orjson

from bot.core.filetypes import plain_name, type_of
from bot.core.ports import MediaContent, PlatformAway
from bot.wecom.errors import REFRESH_ONCE, ApiError, CallFailed
from bot.wecom.token import Tokens

# A larger one is served in pieces only (830002); nothing that people send in a chat is.
MOST = 20 * 1024 * 1024
AT_ONCE = 4  # so that a page full of pictures holds at most 80 MB
GONE = frozenset({40007, 41006})
_JSON = "application/json"


class Downloads:
    """See ports.MediaBytes."""

    def __init__(
        self, http: aiohttp.ClientSession, base: str, tokens: Tokens, seconds: float
    ) -> None:
        self._http, self._base, self._tokens = http, base, tokens
        self._timeout = aiohttp.ClientTimeout(seconds)
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, media_id: str) -> MediaContent | None:
        async with self._slots:
            return await self._fetch(media_id)

    async def _fetch(self, media_id: str) -> MediaContent | None:
        try:
            token = await self._tokens.get()
            found = await self._get(media_id, token)
            if found in REFRESH_ONCE:
                found = await self._get(media_id, await self._tokens.replace(token))
        except (ApiError, CallFailed, aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise PlatformAway(f"media/get: {type(exc).__name__}") from None
        if isinstance(found, MediaContent):
            return found
        if found in GONE:
            return None
        raise PlatformAway(f"media/get: {found}")

    async def _get(self, media_id: str, token: str) -> MediaContent | int:
        """The file, or the errcode that came instead."""
        query = {"access_token": token, "media_id": media_id}
        url = f"{self._base}/cgi-bin/media/get"
        async with self._http.get(
            url, params=query, timeout=self._timeout, allow_redirects=False
        ) as response:
            raw = await _read(response)
            if response.status != 200 or raw is None:
                return -1
            named = response.content_disposition
            if response.content_type == _JSON and named is None:
                return _errcode(raw)
            name = named.filename if named is not None else None
            return MediaContent(raw, type_of(raw), plain_name(name or ""))


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, or None as soon as it is larger than it may be."""
    pieces = bytearray()
    async for piece in response.content.iter_any():
        pieces += piece
        if len(pieces) > MOST:
            return None
    return bytes(pieces)


def _errcode(raw: bytes) -> int:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return -1
    code = found.get("errcode", -1) if isinstance(found, dict) else -1
    return code if isinstance(code, int) else -1
