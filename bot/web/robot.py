"""``/callback/<robot>``: the door of a smart robot in URL mode (pages 100719, 101033).

JSON instead of XML, an empty receive id, and 200 with nothing in it: answers go to the message's
response_url once they are on disk. Only a refresh of a stream is answered at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from aiohttp import web

from bot.core.clock import Clock
from bot.core.model import Inbound
from bot.pipeline.ingest import Ingest
from bot.web.callback import Callbacks, Refused
from bot.wecom.codec import Door, encrypt, sign


class Desk(Protocol):
    """What a door needs to know about robots."""

    def read(self, robot: str, body: Mapping[str, Any]) -> Inbound:
        """A decrypted callback in our words. Raises ValueError when it names nothing."""
        ...

    async def stream(self, robot: str, stream_id: str) -> str | None:
        """The words of an answer, or None when it is not known (yet)."""
        ...


class RobotCallbacks(Callbacks):
    """The doors of all robots in URL mode; they stand beside those of the applications."""

    def __init__(
        self, doors: Mapping[str, Door], ingest: Ingest, body_limit: int, desk: Desk, clock: Clock
    ) -> None:
        super().__init__(doors, ingest, body_limit)
        self._desk, self._clock = desk, clock

    async def _receive(self, request: web.Request, name: str) -> str:
        knock = self._knock(request, name)
        encrypted = _object(await self._body(request), "no JSON").get("encrypt")
        if not isinstance(encrypted, str) or not encrypted:
            raise Refused(400, "no encrypt")
        body = _object(knock.open(encrypted), "no JSON inside")
        if body.get("msgtype") == "stream":
            return await self._refreshed(name, body, knock.door, knock.nonce)
        try:
            await self._ingest.accept(self._desk.read(name, body))
        except ValueError as exc:
            raise Refused(400, str(exc)) from None
        return ""

    async def _refreshed(self, name: str, body: Mapping[str, Any], door: Door, nonce: str) -> str:
        """The present state of a stream, or nothing: then the platform asks again."""
        asked = body.get("stream")
        stream_id = asked.get("id") if isinstance(asked, dict) else None
        text = await self._desk.stream(name, stream_id) if isinstance(stream_id, str) else None
        if text is None:
            return ""
        state = {"msgtype": "stream", "stream": {"id": stream_id, "finish": True, "content": text}}
        return self._sealed(door, orjson.dumps(state), nonce)

    def _sealed(self, door: Door, message: bytes, nonce: str) -> str:
        """The envelope of an answer; its keys are all lower-case (page 101031)."""
        sealed, now = encrypt(door, message, secrets.token_bytes(16)), self._clock.now() // 1000
        signature = sign(door.token, str(now), nonce, sealed)
        return orjson.dumps({"encrypt": sealed, "msgsignature": signature, "timestamp": now,
                             "nonce": nonce}).decode()  # fmt: skip


def _object(raw: bytes, reason: str) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(400, reason) from None
    if not isinstance(found, dict):
        raise Refused(400, reason)
    return found
