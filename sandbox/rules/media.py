"""Uploaded media (pages 90253 to 90256, 95098): sizes, types, scopes, three days of life."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.world.model import Media
from sandbox.world.world import World

MB = 1024 * 1024
MIN_BYTES = 5
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Upload:
    """One part of a multipart request."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Limit:
    """Largest size, the code above it, and how the right kind of file begins or is called."""

    size: int
    over: int
    begins: tuple[bytes, ...] = ()
    endings: tuple[str, ...] = ()


JPG_PNG = (b"\xff\xd8\xff", b"\x89PNG")
IMAGE_NAMES = (".jpg", ".jpeg", ".png")
TEMP = {
    "image": Limit(10 * MB, 40009, JPG_PNG, IMAGE_NAMES),
    "voice": Limit(2 * MB, 40006, (b"#!AMR",), (".amr",)),
    "video": Limit(10 * MB, 40011, (), (".mp4",)),
    "file": Limit(20 * MB, 40006),
}
PERMANENT_IMAGE = Limit(2 * MB, 40009, JPG_PNG, IMAGE_NAMES)
ATTACHMENT = {
    "image": Limit(10 * MB, 40009, JPG_PNG, IMAGE_NAMES),
    "video": Limit(10 * MB, 40011, (), (".mp4",)),
    "file": Limit(10 * MB, 40006),
}
WEBHOOK = {"file": TEMP["file"], "voice": TEMP["voice"]}
SCOPES = {1: "moments", 2: "album"}


def inspect(upload: Upload | None, limit: Limit) -> Upload:
    """The upload, if it is not empty, not too big and of the right kind (44001, 40006, 40005 …)."""
    if upload is None or not upload.data:
        raise ApiError(44001)
    if len(upload.data) <= MIN_BYTES:
        raise ApiError(40006, "more than 5 bytes are needed")
    if len(upload.data) > limit.size:
        raise ApiError(limit.over, f"at most {limit.size} bytes")
    named = upload.filename.lower().endswith(limit.endings) if limit.endings else True
    begun = upload.data.startswith(limit.begins) if limit.begins else False
    if not named and not begun:
        raise ApiError(40005, f"wanted {', '.join(limit.endings)}")
    return upload


def keep(world: World, kind: str, scope: str, upload: Upload) -> Media:
    """Store an inspected upload under a new media id."""
    made = Media(
        id=world.secret_id("3", 60),
        kind=kind,
        scope=scope,
        filename=upload.filename or "file",
        content_type=upload.content_type or "application/octet-stream",
        size=len(upload.data),
        created_at=world.now(),
    )
    world.store.media[made.id] = made
    world.blobs.put(made.id, upload.data)
    return made


def valid(world: World, media_id: str, scope: str | None = None) -> Media:
    """A media id that still lives and belongs to this scope; 40007 otherwise."""
    found = world.store.media.get(media_id)
    if found is None or (scope is not None and found.scope != scope):
        raise ApiError(40007, media_id)
    if world.now() - found.created_at > world.settings.media_days * DAY_MS:
        raise ApiError(40007, "older than three days")
    return found


def _picture() -> bytes:
    """A small square in one colour, as PNG."""
    side, pixel = 48, b"\x4d\x6b\x57"
    rows = zlib.compress((b"\0" + pixel * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    made = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


# One second of silence: 50 AMR frames of 12.2 kbit/s (RFC 4867).
SILENCE = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50
SAMPLES = {
    "image": ("image.png", _picture()),
    "voice": ("voice.amr", SILENCE),
    "video": ("video.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom made by the sandbox"),
}
# What media/get says a file is; of a plain file, what the sender said.
TYPES = {"voice": "audio/amr", "video": "video/mp4"}


def type_of(found: Media, data: bytes) -> str:
    """The Content-Type of media/get."""
    if found.kind == "image":
        return "image/png" if data.startswith(JPG_PNG[1]) else "image/jpeg"
    return TYPES.get(found.kind, found.content_type)


# What a simulated customer says in a voice or a video stands behind its samples.
SPOKEN = b"\0\0says:"


def sample(world: World, kind: str, says: str = "") -> Media:
    """A small file for what a simulated customer sends."""
    name, data = SAMPLES.get(kind, (f"{kind}.bin", b"sample made by the sandbox"))
    if says:
        data += SPOKEN + says.encode()
    return keep(world, kind, "temp", Upload(name, "application/octet-stream", data))
