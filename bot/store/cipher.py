"""Texts of the database under a key: AES-256-GCM under a nonce of its own for what must not look
alike, AES-256-SIV (RFC 5297) for what must.

A sealed text says with which key and how: ``\\x02``, four signs for the key, one for the way
(see ``sealed.Seal``), and base64. What is empty says nothing of anybody and stays as it is.
"""

from __future__ import annotations

import os
from binascii import Error as NoBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.core.errors import OneVoiceError
from bot.core.lifecycle import MACHINES
from bot.store.engine import Row
from bot.store.sealed import Seal

SIGN = "\x02"  # no text of a person begins so
HEAD = 1 + 4 + 1  # characters before the base64
NONCE = 12  # bytes; at random, good for 2**32 texts of one key
PROOF = "同声"
KEPT = frozenset({"", "{}", "[]"})
STATES = (
    KEPT
    | {state for table in MACHINES.values() for state, _ in table}
    | {target for table in MACHINES.values() for target in table.values()}
)
SMALL = 1 << 31
SAME = 4_096  # texts that are sealed alike, as they were sealed last


class Unreadable(OneVoiceError):
    """A sealed text is of another key, or it was changed."""


class Key:
    """One secret, and what follows from it. ``id`` tells nothing of it."""

    def __init__(self, secret: str) -> None:
        made = HKDF(SHA256(), 64 + 32 + 32 + 3, salt=None, info=b"onevoice store").derive(
            secret.encode()
        )
        self.id = b2a_base64(made[128:], newline=False).decode()
        self._siv, self._gcm, self._mark = AESSIV(made[:64]), AESGCM(made[64:96]), made[96:128]
        self._fresh, self._equal = (f"{SIGN}{self.id}{seal.value}"
                                    for seal in (Seal.FRESH, Seal.EQUAL))  # fmt: skip
        self.alike = lru_cache(maxsize=SAME)(self._alike)

    def fresh(self, text: str) -> str:
        """The text under a nonce of its own."""
        nonce = os.urandom(NONCE)
        raw = nonce + self._gcm.encrypt(nonce, text.encode("utf-8", "surrogatepass"), None)
        return self._fresh + b2a_base64(raw, newline=False).decode()

    def _alike(self, text: str) -> str:
        raw = self._siv.encrypt(text.encode("utf-8", "surrogatepass"), None)
        return self._equal + b2a_base64(raw, newline=False).decode()

    def mark(self, number: int) -> int:
        """Another number, of 62 bits or, where the column has no more, of 31; 0, which stands for
        nothing, stays."""
        if not number:
            return number
        made = blake2b(number.to_bytes(8, "big"), key=self._mark, digest_size=8).digest()
        return int.from_bytes(made, "big") >> (2 if number > SMALL else 33) or 1

    def open(self, sealed: str) -> str:
        """The text again. Raises Unreadable."""
        try:
            raw = a2b_base64(sealed[HEAD:])
            if sealed[HEAD - 1] == Seal.FRESH:
                text = self._gcm.decrypt(raw[:NONCE], raw[NONCE:], None)
            else:
                text = self._siv.decrypt(raw, None)
        except (InvalidTag, NoBase64, ValueError):
            raise Unreadable("a sealed text of the database was changed, or is damaged") from None
        return text.decode("utf-8", "surrogatepass")


class Cipher:
    """Seals with the first of its keys, and opens with any. Used by any number of threads."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.key = keys[0]
        self._keys: Mapping[str, Key] = {key.id: key for key in keys}

    @property
    def ids(self) -> Iterable[str]:
        """The keys it knows."""
        return self._keys.keys()

    def close(self, seal: Seal, value: Any) -> Any:
        """A value, or a list of them, as it stands in the database."""
        if isinstance(value, str):
            return self._text(seal, value)
        if isinstance(value, (list, tuple)):
            return [self.close(seal, one) for one in value]
        if seal is Seal.MARK and isinstance(value, int):
            return self.key.mark(value)
        return value

    def _text(self, seal: Seal, text: str) -> str:
        if text in (STATES if seal is Seal.STATE else KEPT):
            return text
        return self.key.fresh(text) if seal is Seal.FRESH else self.key.alike(text)

    def open(self, text: str) -> str:
        """A text as it was. Raises Unreadable."""
        key = self._keys.get(text[1:5])
        if key is None:
            raise Unreadable("a text of the database is sealed with a key that is not configured")
        return key.open(text)

    def shown(self, rows: list[Row]) -> list[Row]:
        """The same rows, opened."""
        for row in rows:
            for name, value in row.items():
                if type(value) is str and value[:1] == SIGN:
                    row[name] = self.open(value)
        return rows
