"""The door to the street: signatures, encryption and XML of callbacks (pages 90930, 90968).

Strict on purpose: every fault is one error type, the padding and the receive id are verified,
signatures compare in constant time, and the XML parser knows no DTD.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.core.errors import BadInput, OneVoiceError

BLOCK = 32
MAX_DEPTH = 8
MAX_NODES = 4096
Tree = dict[str, Any]


class BadKey(BadInput, ValueError):
    """An EncodingAESKey is not 43 letters and digits."""


class BadCallback(OneVoiceError):
    """The request is not a genuine, well-formed callback; ``str()`` is one short reason."""


@dataclass(frozen=True, slots=True)
class Door:
    """One application's callback credentials. ``receive_id`` is the corp id ("" for robots)."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receive_id: str

    def __post_init__(self) -> None:
        self.key_bytes()

    def key_bytes(self) -> bytes:
        """The 32 bytes of the EncodingAESKey. Raises ValueError."""
        try:
            key = base64.b64decode(self.aes_key + "=")
        except ValueError:
            key = b""
        if len(self.aes_key) != 43 or len(key) != 32:
            raise BadKey("an EncodingAESKey has 43 letters and digits", fix="copy it again")
        return key


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """msg_signature: hex SHA-1 over the four strings in byte order."""
    joined = "".join(sorted((token, timestamp, nonce, encrypted)))
    return hashlib.sha1(joined.encode("utf-8", "replace")).hexdigest()  # noqa: S324 - the platform's rule


def open_letter(door: Door, signature: str, timestamp: str, nonce: str, encrypted: str) -> bytes:
    """Verifies, then decrypts. Raises BadCallback."""
    expected = sign(door.token, timestamp, nonce, encrypted)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise BadCallback("signature")
    return decrypt(door, encrypted)


def decrypt(door: Door, encrypted: str) -> bytes:
    """The message inside base64 ciphertext. Raises BadCallback."""
    try:
        raw = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise BadCallback("base64") from None
    if not raw or len(raw) % BLOCK:
        raise BadCallback("block size")
    key = door.key_bytes()
    cipher = Cipher(AES(key), CBC(key[:16])).decryptor()
    plain = _unpad(cipher.update(raw) + cipher.finalize())
    if len(plain) < 20:
        raise BadCallback("too short")
    (length,) = struct.unpack_from(">I", plain, 16)
    if length > len(plain) - 20:
        raise BadCallback("length field")
    message, receive_id = plain[20 : 20 + length], plain[20 + length :]
    if not hmac.compare_digest(receive_id, door.receive_id.encode()):
        raise BadCallback("receive id")
    return message


def encrypt(door: Door, message: bytes, prefix: bytes) -> str:
    """Ciphertext of a passive reply; ``prefix`` is 16 random bytes."""
    plain = prefix + struct.pack(">I", len(message)) + message + door.receive_id.encode()
    pad = BLOCK - len(plain) % BLOCK
    key = door.key_bytes()
    cipher = Cipher(AES(key), CBC(key[:16])).encryptor()
    sealed = cipher.update(plain + bytes([pad]) * pad) + cipher.finalize()
    return base64.b64encode(sealed).decode()


def _unpad(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise BadCallback("padding")
    return plain[:-pad]


def parse_xml(text: bytes) -> Tree:
    """A tree of dicts below the root; repeated elements become lists, text is kept as typed.

    Raises BadCallback for anything but plain, shallow, DTD-free XML in UTF-8.
    """
    parser = _Parser()
    try:
        parser.expat.Parse(text, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError):
        raise BadCallback("xml") from None
    if not isinstance(parser.root, dict):
        raise BadCallback("xml has no fields")
    return parser.root


class _Parser:
    def __init__(self) -> None:
        self.root: Tree | str | None = None
        self._stack: list[tuple[str, Tree, list[str]]] = []
        self._nodes = 0
        self.expat = expat.ParserCreate("utf-8")
        self.expat.buffer_text = True
        self.expat.StartDoctypeDeclHandler = self._refuse
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> None:
        raise BadCallback("xml with a DTD")

    def _start(self, name: str, _attributes: object) -> None:
        self._nodes += 1
        if len(self._stack) >= MAX_DEPTH or self._nodes > MAX_NODES:
            raise BadCallback("xml too deep or too wide")
        self._stack.append((name, {}, []))

    def _text(self, data: str) -> None:
        self._stack[-1][2].append(data)

    def _end(self, _name: str) -> None:
        name, children, words = self._stack.pop()
        value: Tree | str = children or "".join(words)
        if not self._stack:
            self.root = value
            return
        siblings = self._stack[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]
