"""How an official account's platform is reached, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from bot.wecom.client import errcode_of, exchange
from bot.wecom.errors import ApiError


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach the platform: its base URL without /cgi-bin, and seconds for one call."""

    http: aiohttp.ClientSession
    base: str
    seconds: float

    async def post(
        self, path: str, body: Mapping[str, Any], seconds: float | None = None, **params: str
    ) -> dict[str, Any]:
        """The answer, whose errcode is 0. Raises ApiError or CallFailed."""
        url = f"{self.base}/cgi-bin/{path}"
        answer = await exchange(self.http, "post", url, params, orjson.dumps(dict(body)),
                                seconds or self.seconds)  # fmt: skip
        return _good(answer, path)

    async def get(self, path: str, **params: str) -> dict[str, Any]:
        """The same of a path beside /cgi-bin."""
        answer = await exchange(self.http, "get", f"{self.base}/{path}", params, None, self.seconds)
        return _good(answer, path)


def _good(answer: dict[str, Any], path: str) -> dict[str, Any]:
    code = errcode_of(answer, path)
    if code:
        raise ApiError(path, code, str(answer.get("errmsg", "")))
    return answer


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks for a token."""

    appid: str
    secret: str = field(repr=False)
