"""Files through a robot: up in pieces (page 101463), down and decrypted (page 100719)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wecom.errors import CallFailed
from bot.wecom.robot import frames
from bot.wecom.robot.link import Link
from bot.wecom.wire import BadBody

CHUNK, CHUNKS_MAX = 512 * 1024, 100
BLOCK = 32
MEGABYTE = 1024 * 1024
# The plug-ins of the platform keep to these.
SIZES: Mapping[str, int] = {"image": 10 * MEGABYTE, "video": 10 * MEGABYTE,
                            "voice": 2 * MEGABYTE, "file": 20 * MEGABYTE}  # fmt: skip
DOWN_MAX = 100 * MEGABYTE
_UTF8_NAME = re.compile(r"filename\*=UTF-8''([^;\s]+)", re.I)
_NAME = re.compile(r'filename="?([^";]+)"?', re.I)


class BadMedia(CallFailed):
    """The bytes cannot be decrypted: a wrong key, or not what was offered."""

    def __init__(self, why: str) -> None:
        super().__init__("media", why, arrived=True)


@dataclass(frozen=True, slots=True)
class File:
    """A downloaded file; ``name`` is what the sender's client called it."""

    name: str
    data: bytes


async def upload(link: Link, kind: str, name: str, data: bytes) -> str:
    """Sends a file up; its media_id, good for three days and for this robot.

    Raises BadBody (kind, size), ApiError, or CallFailed. Pieces are numbered from 0, as the
    platform's own SDKs do.
    """
    if kind not in SIZES or not 0 < len(data) <= SIZES[kind]:
        raise BadBody(f"a robot cannot carry {len(data)} bytes as {kind}")
    pieces = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    head = {"type": kind, "filename": name, "total_size": len(data), "total_chunks": len(pieces),
            "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}  # fmt: skip
    upload_id = str((await link.ask(frames.UPLOAD_INIT, head)).body["upload_id"])
    for index, piece in enumerate(pieces):
        part = {"upload_id": upload_id, "chunk_index": index,
                "base64_data": base64.b64encode(piece).decode()}  # fmt: skip
        await link.ask(frames.UPLOAD_CHUNK, part)
    done = await link.ask(frames.UPLOAD_FINISH, {"upload_id": upload_id})
    return str(done.body["media_id"])


async def download(
    http: aiohttp.ClientSession, url: str, aeskey: str, seconds: float, most: int = DOWN_MAX
) -> File:
    """Fetches and decrypts what a member sent; its address lives five minutes.

    Raises CallFailed (gone, too large, unreachable) or BadMedia.
    """
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(seconds)) as response:
            if response.status != 200:
                raise CallFailed("media", f"HTTP {response.status}", arrived=True)
            sealed = await _read(response, most + BLOCK)
            name = _filename(response.headers.get("Content-Disposition", ""))
    except (TimeoutError, aiohttp.ClientError, OSError) as exc:
        raise CallFailed("media", type(exc).__name__, arrived=False) from None
    return File(name, decrypt(sealed, aeskey))


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    parts, total = [], 0
    async for part in response.content.iter_chunked(CHUNK):
        total += len(part)
        if total > most:
            raise CallFailed("media", "too large", arrived=True)
        parts.append(part)
    return b"".join(parts)


def decrypt(sealed: bytes, aeskey: str) -> bytes:
    """AES-256-CBC, IV = first half of the key, padded to 32. Raises BadMedia."""
    try:
        key = base64.b64decode(aeskey.rstrip("=") + "=" * (-len(aeskey.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        raise BadMedia("the key is no base64") from None
    if len(key) != 32 or not sealed or len(sealed) % 16:
        raise BadMedia("the key or the length is wrong")
    cipher = Cipher(AES(key), CBC(key[:16])).decryptor()
    plain = cipher.update(sealed) + cipher.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise BadMedia("the padding is wrong")
    return plain[:-pad]


def _filename(header: str) -> str:
    if found := _UTF8_NAME.search(header):
        return unquote(found[1])
    found = _NAME.search(header)
    return unquote(found[1]).strip() if found else ""
