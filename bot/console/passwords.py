"""Passwords: a rule about length, argon2id (RFC 9106), and an answer that takes equally long for
whoever has none."""

from __future__ import annotations

import asyncio
import base64
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.store.staff import normal

LEAST, MOST = 10, 128  # characters
AT_ONCE = 2  # each takes 64 MB and a processor for a moment
# Crockford's letters: none looks like another.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def fault(password: str, login: str) -> str:
    """The words for what is wrong with a new password, or empty."""
    text = _plain(password)
    if not LEAST <= len(text) <= MOST:
        return "password.length"
    if normal(text) == normal(login):
        return "password.login"
    return ""


def spelled(groups: int = 4) -> str:
    """A random word of 4-letter groups to read aloud or copy: 20 bits a group."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))


class Passwords:
    """Hashes and checks beside the event loop, few at once."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._nobody = _nobody(self._hasher)

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        async with self._room:
            return await asyncio.to_thread(self.hash_now, password)

    def hash_now(self, password: str) -> str:
        """The same at once, for commands."""
        return self._hasher.hash(_plain(password))

    async def right(self, kept: str, password: str) -> bool:
        """True when it is this password. An empty ``kept`` is never right, and no faster."""
        async with self._room:
            return await asyncio.to_thread(self._check, kept, password)

    def outdated(self, kept: str) -> bool:
        """True when it was hashed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _check(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept or self._nobody, _plain(password)[:MOST]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def _plain(password: str) -> str:
    """The same password from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def _nobody(hasher: PasswordHasher) -> str:
    """A hash that no password has, and that costs as much to check as any other."""
    made = (f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}$",
            base64.b64encode(bytes(hasher.salt_len)).rstrip(b"=").decode(), "$",
            base64.b64encode(bytes(hasher.hash_len)).rstrip(b"=").decode())  # fmt: skip
    return "".join(made)
