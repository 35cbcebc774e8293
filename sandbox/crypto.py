"""Callback encryption as the platform does it (page 90968; layout in callbacks.md section 1).

plain = random(16) + length(4, big-endian) + message + receive id, padded with PKCS#7 to a multiple
of 32, then AES-256-CBC with IV = first 16 key bytes, then base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
PREFIX = 16


class BadCipher(ValueError):
    """The text was not encrypted with this key for this receive id."""


def signature(token: str, timestamp: str, nonce: str, encrypt: str) -> str:
    """Lower-case hex SHA-1 over the four strings, sorted byte-wise and joined."""
    parts = sorted(part.encode() for part in (token, timestamp, nonce, encrypt))
    return hashlib.sha1(b"".join(parts)).hexdigest()  # noqa: S324 - the platform's rule


def pad(data: bytes) -> bytes:
    """PKCS#7 to a multiple of 32: the pad byte is 1 to 32, beyond what block-16 libraries read."""
    count = BLOCK - len(data) % BLOCK
    return data + bytes([count]) * count


def unpad(data: bytes) -> bytes:
    """The reverse; every pad byte is checked."""
    count = data[-1] if data else 0
    if not 1 <= count <= BLOCK or len(data) < count or data[-count:] != bytes([count]) * count:
        raise BadCipher("bad padding")
    return data[:-count]


class Envelope:
    """Encrypts and signs for one receiver (an app, or a robot with an empty receive id)."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        try:
            self._key = base64.b64decode(aes_key + "=")
        except binascii.Error as error:
            raise ValueError("EncodingAESKey must be 43 characters of base64") from error
        if len(self._key) != 32:
            raise ValueError("EncodingAESKey must be 43 characters of base64")
        self.token = token
        self.receive_id = receive_id

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))

    def encrypt(self, message: bytes, random16: bytes) -> str:
        """Base64 ciphertext of the message; `random16` is the 16 byte prefix."""
        length = struct.pack(">I", len(message))
        plain = pad(random16 + length + message + self.receive_id.encode())
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message inside; BadCipher when key, padding, length or receive id do not fit."""
        try:
            raw = base64.b64decode(encrypted, validate=True)
            decryptor = self._cipher().decryptor()
            plain = unpad(decryptor.update(raw) + decryptor.finalize())
        except (binascii.Error, ValueError) as error:
            raise BadCipher("cannot be decrypted with this key") from error
        return self._open(plain)

    def _open(self, plain: bytes) -> bytes:
        if len(plain) < PREFIX + 4:
            raise BadCipher("too short")
        (length,) = struct.unpack(">I", plain[PREFIX : PREFIX + 4])
        message, receiver = plain[PREFIX + 4 : PREFIX + 4 + length], plain[PREFIX + 4 + length :]
        if len(message) != length or receiver != self.receive_id.encode():
            raise BadCipher("length or receive id does not fit")
        return message

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """`msg_signature` of one delivery."""
        return signature(self.token, timestamp, nonce, encrypted)

    def verify(self, given: str, timestamp: str, nonce: str, encrypted: str) -> bool:
        """Constant-time comparison with the right signature."""
        return hmac.compare_digest(given.encode(), self.sign(timestamp, nonce, encrypted).encode())
