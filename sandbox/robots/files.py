"""Files that members send to a robot: an address for five minutes, encrypted (page 100719)."""

from __future__ import annotations

import base64
import hashlib

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.crypto import pad
from sandbox.fields import Json
from sandbox.rules import media
from sandbox.world.model import Robot
from sandbox.world.world import World

KINDS = ("image", "file", "video")
LIFE_MS = 5 * 60_000


def key_of(world: World, media_id: str) -> bytes:
    """The key of one address, made from the world's seed (long connection)."""
    return hashlib.sha256(f"{world.config.seed}:{media_id}".encode()).digest()


def offer(world: World, robot: Robot, kind: str) -> Json:
    """A sample file as the callback names it: `url`, and its `aeskey` unless the robot has one."""
    made = media.sample(world, kind)
    url = f"{world.base}/robot-file/{made.id}"
    if robot.mode == "callback":
        return {"url": f"{url}?robot={robot.bot_id}"}
    return {"url": url, "aeskey": base64.b64encode(key_of(world, made.id)).decode()}


def encrypt(key: bytes, data: bytes) -> bytes:
    """AES-256-CBC, PKCS#7 to a multiple of 32, IV = first 16 key bytes."""
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
        robot = self._world.store.robots.get(request.query.get("robot", ""))
        key = base64.b64decode(robot.aes_key + "=") if robot else key_of(self._world, found.id)
        return web.Response(body=encrypt(key, data), headers=head)
