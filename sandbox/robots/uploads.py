"""Media over the long connection: init, chunks in any order, finish (page 101463)."""

from __future__ import annotations

import base64
import binascii
import hashlib

from sandbox.errors import ApiError
from sandbox.fields import Json, check, number, text
from sandbox.robots.hub import Seat
from sandbox.rules.media import TEMP, Upload, keep
from sandbox.world.world import World

CHUNK, CHUNKS = 512 * 1024, 100
SESSION_MS = 30 * 60_000
PER_MINUTE, PER_HOUR = 30, 1000

INIT = {
    "type": text(required=True, missing=40004, bad=40004, choices=tuple(TEMP)),
    "filename": text(256, required=True),
    "total_size": number(1, required=True),
    "total_chunks": number(1, CHUNKS, required=True),
    "md5": text(32),
}
PART = {
    "upload_id": text(required=True),
    "chunk_index": number(0, CHUNKS, required=True),
    "base64_data": text(required=True),
}


def init(world: World, seat: Seat, body: Json) -> Json:
    """Open an upload; 45009 over 30 a minute, the type's own code when it is too big."""
    wanted = check(INIT, body)
    limit = TEMP[wanted["type"]]
    if wanted["total_size"] > limit.size:
        raise ApiError(limit.over, "total_size")
    key, now = f"upload:{seat.robot.bot_id}", world.now()
    if not world.windows.hit(key, now, PER_MINUTE) or not world.windows.hit(
        key, now, PER_HOUR, 3_600_000
    ):
        raise ApiError(45009, "uploads")
    for old in [each for each, row in seat.uploads.items() if now - row["at"] > SESSION_MS]:
        del seat.uploads[old]
    upload_id = world.secret_id("UP", 24)
    seat.uploads[upload_id] = wanted | {"at": now, "parts": {}}
    return {"upload_id": upload_id}


def _open(world: World, seat: Seat, upload_id: str) -> Json:
    found = seat.uploads.get(upload_id)
    if found is None or world.now() - found["at"] > SESSION_MS:
        raise ApiError(40058, "upload_id")
    return found


def chunk(world: World, seat: Seat, body: Json) -> Json:
    """One piece, numbered from 0 or from 1; a repeated one is ignored."""
    part = check(PART, body)
    found = _open(world, seat, part["upload_id"])
    try:
        data = base64.b64decode(part["base64_data"], validate=True)
    except (binascii.Error, ValueError):
        raise ApiError(40035, "base64_data") from None
    if len(data) > CHUNK:
        raise ApiError(40006, "chunk over 512 KB")
    found["parts"].setdefault(part["chunk_index"], data)
    return {}


def finish(world: World, seat: Seat, body: Json) -> Json:
    """All pieces together; 40058 when some are missing or size or md5 differ."""
    upload_id = check({"upload_id": text(required=True)}, body)["upload_id"]
    found = _open(world, seat, upload_id)
    parts: dict[int, bytes] = found["parts"]
    data = b"".join(parts[index] for index in sorted(parts))
    if len(parts) != found["total_chunks"] or len(data) != found["total_size"]:
        raise ApiError(40058, "chunks are missing")
    if found.get("md5") and hashlib.md5(data, usedforsecurity=False).hexdigest() != found["md5"]:
        raise ApiError(40058, "md5")
    del seat.uploads[upload_id]
    upload = Upload(found["filename"], "application/octet-stream", data)
    made = keep(world, found["type"], f"robot:{seat.robot.bot_id}", upload)
    return {"type": made.kind, "media_id": made.id, "created_at": str(made.created_at // 1000)}
