"""Files that members send to a robot: an address for five minutes, encrypted (page 100719)."""

from __future__ import annotations

import base64
import hashlib

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.crypto import pad
from sandbox.fields import Json
from sandbox.rules import media
from sandbox.world.world import World

KINDS = ("image", "file", "video")
LIFE_MS = 5 * 60_000


def key_of(world: World, media_id: str) -> bytes:
    """The key of one address, made from the world's seed."""
    return hashlib.sha256(f"{world.config.seed}:{media_id}".encode()).digest()


def offer(world: World, kind: str) -> Json:
    """A sample file as the callback names it: `url` and its `aeskey`."""
    made = media.sample(world, kind)
    key = base64.b64encode(key_of(world, made.id)).decode()
    return {"url": f"{world.base}/robot-file/{made.id}", "aeskey": key}


def encrypt(world: World, media_id: str, data: bytes) -> bytes:
    """AES-256-CBC, PKCS#7 to a multiple of 32, IV = first 16 key bytes."""
    key = key_of(world, media_id)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(pad(data)) + encryptor.finalize()


class Shelf:
    """Serves the encrypted bytes."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: web.Request) -> web.Response:
        found = self._world.store.media.get(request.match_info["media"])
        if found is None or self._world.now() - found.created_at > LIFE_MS:
            return web.json_response({"error": "gone"}, status=404)
        data = self._world.blobs.get(found.id) or b""
        head = {"Content-Disposition": f'attachment; filename="{found.filename}"'}
        return web.Response(body=encrypt(self._world, found.id, data), headers=head)
