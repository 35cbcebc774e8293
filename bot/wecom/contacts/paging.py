"""Answers that come in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.wecom.client import Api
from bot.wecom.contacts.checks import Json

PAGES = 100_000


async def rows(
    api: Api, path: str, call: Mapping[str, Any], field: str, *, limit: int | None = None
) -> AsyncIterator[Any]:
    """Every row of ``field``, a page in memory at a time. Raises ApiError and CallFailed."""
    async for answer in pages(api, path, call, limit=limit):
        for row in answer.get(field) or ():
            yield row


async def pages(
    api: Api, path: str, call: Mapping[str, Any], *, limit: int | None = None
) -> AsyncIterator[Json]:
    """Every answer, until there is no further cursor, or it stands still."""
    sized = {**call, "limit": limit} if limit else dict(call)
    cursor = ""
    for _ in range(PAGES):
        answer = await api.call(path, {**sized, "cursor": cursor} if cursor else sized)
        yield answer
        after = str(answer.get("next_cursor") or "")
        if not after or after == cursor:
            return
        cursor = after
