"""Signatures of the JS-SDK (pages 90506, 94313, 90514): tickets kept like tokens, SHA-1 over them.

Both tickets have limits of their own (page 90312: 400 an hour for the corp, 100 for the app), so
each is fetched once for all its users, in whichever process they are.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from bot.core.clock import Clock
from bot.core.ports import JsSignature, PlatformAway
from bot.wecom import shared
from bot.wecom.client import Api
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.token import Fetch, Tokens


def sign(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Hex SHA-1 over the four, in the platform's order, with the URL up to its ``#``."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _ticket(api: Api, path: str, **params: Any) -> Fetch:
    async def fetch() -> tuple[str, int]:
        answer = await api.call(path, **params)
        return str(answer["ticket"]), int(answer.get("expires_in", 7200))

    return fetch


class Signatures:
    """One application's signatures; see ports.JsSdk. With ``kept`` its tickets are those of all
    processes, sealed with the application's secret."""

    def __init__(
        self, api: Api, corp_id: str, agent_id: int, clock: Clock,
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
        kept: shared.Shelf | None = None,
    ) -> None:  # fmt: skip
        self.corp_id, self.agent_id = corp_id, agent_id
        self._clock, self._nonce = clock, nonce

        def tickets(purpose: str, path: str, **params: Any) -> Tokens:
            spot = shared.of(kept, corp_id, api.secret, purpose, clock)
            return Tokens(_ticket(api, path, **params), clock, spot)

        self._corp = tickets("jsapi", "get_jsapi_ticket")
        self._agent = tickets("agent_config", "ticket/get", type="agent_config")

    async def corp_signature(self, url: str) -> JsSignature:
        return await self._signed(self._corp, url)

    async def agent_signature(self, url: str) -> JsSignature:
        return await self._signed(self._agent, url)

    async def _signed(self, tickets: Tokens, url: str) -> JsSignature:
        try:
            ticket = await tickets.get()
        except (ApiError, CallFailed) as exc:
            raise PlatformAway(str(exc)) from None
        timestamp, nonce = self._clock.now() // 1000, self._nonce()
        return JsSignature(timestamp=timestamp, nonce=nonce,
                           signature=sign(ticket, nonce, timestamp, url))  # fmt: skip
