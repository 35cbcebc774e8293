"""One access token for all processes: refreshed by one of them, readable by those who know the
secret it was fetched with.

A copy of the database gives nobody a token: it is sealed with a key that is derived from that
secret (HKDF-SHA256, AES-256-GCM), and even its row is named by a digest that needs the secret.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.core import clock
from bot.core.clock import SECOND, Clock
from bot.core.errors import OneVoiceError
from bot.core.watch import Seen

log = logging.getLogger(__name__)
NONCE, KEY, NAME = 12, 32, 16  # bytes
LOOK_AGAIN = 0.05  # seconds
PATIENCE = 3 * SECOND  # with a refresh of another process: a welcome has 20 seconds
Fresh = tuple[str, int]  # a token, and until when (UTC ms) it is good


class Shelf(Protocol):
    """Where sealed tokens lie, and who refreshes which."""

    async def find(self, id: str) -> tuple[str, int] | None:
        """What was kept, and until when it is good."""
        ...

    async def begin(self, id: str, gone: Seen | None) -> Seen | None:
        """Takes the refresh upon oneself (None), or says who does it."""
        ...

    async def keep(self, id: str, sealed: str, until: int) -> None:
        """Keeps a new one for everybody and ends the refresh."""
        ...

    async def leave(self, id: str) -> None:
        """The refresh failed."""
        ...


class Seal:
    """Closes and opens what belongs to one secret. ``purpose`` tells its uses apart."""

    def __init__(self, corp: str, secret: str, purpose: str) -> None:
        context = f"onevoice/{corp}/{purpose}".encode()
        made = HKDF(SHA256(), KEY + NAME, salt=None, info=context).derive(secret.encode())
        self._key, self.id = AESGCM(made[:KEY]), made[KEY:].hex()

    def close(self, text: str) -> str:
        """Sealed, as text; another each time."""
        nonce = secrets.token_bytes(NONCE)
        data = self._key.encrypt(nonce, text.encode(), self.id.encode())
        return base64.b64encode(nonce + data).decode()

    def open(self, sealed: str) -> str | None:
        """What ``close`` was given; None for anything else."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._key.decrypt(raw[:NONCE], raw[NONCE:], self.id.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error):
            return None


class SharedToken:
    """One token on the shelf. When the shelf does not work, every process helps itself."""

    def __init__(
        self, shelf: Shelf, seal: Seal, wall: Clock, steady: Callable[[], int] = clock.monotonic
    ) -> None:
        self._shelf, self._seal, self._wall, self._steady = shelf, seal, wall, steady

    async def find(self, dead: str) -> Fresh | None:
        """A good one other than ``dead``, or None."""
        try:
            row = await self._shelf.find(self._seal.id)
        except OneVoiceError as exc:
            log.warning("shared tokens: %s", exc)
            return None
        token = self._seal.open(row[0]) if row is not None else None
        if row is None or not token or token == dead or self._wall.now() >= row[1]:
            return None
        return token, row[1]

    async def renew(self, dead: str, fetch: Callable[[], Awaitable[Fresh]]) -> Fresh:
        """A good one other than ``dead``: of many processes one fetches. Raises what it raises."""
        if found := await self._wait(dead):
            return found
        try:
            made = await fetch()
        except BaseException:
            await self._try(self._shelf.leave(self._seal.id))
            raise
        await self._try(self._shelf.keep(self._seal.id, self._seal.close(made[0]), made[1]))
        return made

    async def _wait(self, dead: str) -> Fresh | None:
        """What another process fetched; None when it is this one's turn."""
        rival: Seen | None = None
        since = self._steady()
        while True:
            patient = self._steady() - since < PATIENCE
            try:
                seen = await self._shelf.begin(self._seal.id, None if patient else rival)
            except OneVoiceError as exc:
                log.warning("shared tokens: %s", exc)
                return None
            if found := await self.find(dead):
                if seen is None:
                    await self._try(self._shelf.leave(self._seal.id))
                return found
            if seen is None:
                return None
            if seen != rival:
                rival, since = seen, self._steady()
            await asyncio.sleep(LOOK_AGAIN)

    async def _try(self, work: Awaitable[None]) -> None:
        try:
            await work
        except OneVoiceError as exc:
            log.warning("shared tokens: %s", exc)


def of(
    shelf: Shelf | None, corp: str, secret: str, purpose: str, wall: Clock
) -> SharedToken | None:
    """The token of one secret, where there is a shelf."""
    return None if shelf is None else SharedToken(shelf, Seal(corp, secret, purpose), wall)
