"""Pictures without what else stands in their files."""

from __future__ import annotations

import struct
import zlib

import pytest

from bot.core.pictures import plain


def segment(mark: int, body: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, place: bool = False) -> bytes:
    """As a telephone makes one, but for what it shows."""
    told = segment(0xE1, b"Exif\0\0 GPS 30.27N 120.15E") + segment(0xFE, b"GPS again")
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + (told if place else b"") \
        + segment(0xDB, b"\x01" * 65) + segment(0xC0, b"\x02" * 15) \
        + segment(0xDA, b"\x03" * 10) + b"coded \xff\x00 words" + b"\xff\xd9"  # fmt: skip


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*, place: bool = False) -> bytes:
    told = chunk(b"tEXt", b"GPS\x0030N") + chunk(b"eXIf", b"GPS") if place else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + told \
        + chunk(b"IDAT", b"pixels") + chunk(b"IEND", b"")  # fmt: skip


@pytest.mark.parametrize(("made", "kind"), [(jpeg, "image/jpeg"), (png, "image/png")])
def test_the_picture_stays_and_the_rest_goes(made, kind: str) -> None:
    assert plain(made()) == (kind, made())
    assert plain(made(place=True)) == (kind, made())
    assert plain(made() + b"GPS behind the end") == (kind, made())


def test_whatever_is_no_whole_picture_is_none() -> None:
    for made in (jpeg(place=True), png(place=True)):
        for cut in range(0, len(made) - 1, 3):
            assert plain(made[:cut]) is None, cut
    assert [plain(odd) for odd in (b"", b"GIF89a", b"\xff\xd8\xff\xd8\xff", b"<html>")] == [
        None
    ] * 4
