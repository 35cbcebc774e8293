"""Pictures that people send, without what else stands in their files: where and when they were
taken, and with what."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.filetypes import type_of

JPEG, PNG = "image/jpeg", "image/png"
# What a picture needs in order to be shown: pixels, colours, see-through places.
_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB",
                     b"iCCP", b"sBIT", b"pHYs"})  # fmt: skip
_BEGIN = b"\x89PNG\r\n\x1a\n"
_SCAN, _END = 0xDA, 0xD9
# APP0 (JFIF), APP2 (colours) and APP14 (how colours are coded) stay of those with 0xE0 to 0xEF.
_APPS = frozenset(range(0xE0, 0xF0)) - {0xE0, 0xE2, 0xEE}
_COMMENT = 0xFE


def plain(content: bytes) -> tuple[str, bytes] | None:
    """Its type and the picture alone; None for whatever is no whole JPEG or PNG."""
    kind = type_of(content)
    try:
        if kind == JPEG:
            return JPEG, b"".join(_segments(content))
        if kind == PNG:
            return PNG, _BEGIN + b"".join(_kept(content))
    except (IndexError, ValueError):
        return None
    return None


def _segments(content: bytes) -> Iterator[bytes]:
    """JPEG (ITU-T T.81, annex B): marked segments, then what is coded, to the end."""
    yield content[:2]
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        mark = content[at + 1]
        if mark == _SCAN:
            break
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        if size < 2 or at + 2 + size > len(content):
            raise ValueError("cut off")
        if mark not in _APPS and mark != _COMMENT:
            yield content[at : at + 2 + size]
        at += 2 + size
    end = content.rfind(bytes((0xFF, _END)))
    if end < at:
        raise ValueError("cut off")
    yield content[at : end + 2]


def _kept(content: bytes) -> Iterator[bytes]:
    """PNG (ISO/IEC 15948): chunks of length, type, data and sum, to IEND."""
    at, last = len(_BEGIN), b""
    while last != b"IEND":
        size, last = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(content):
            raise ValueError("cut off")
        if last in _CHUNKS:
            yield content[at:end]
        at = end
