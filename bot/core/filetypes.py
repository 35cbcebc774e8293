"""What a file is, by how it begins. What somebody says about it counts for nothing."""

from __future__ import annotations

import unicodedata

OTHER = "application/octet-stream"
AMR = "audio/amr"
_BEGINS = (
    (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"), (0, b"GIF89a", "image/gif"), (4, b"ftyp", "video/mp4"),
    (0, b"#!AMR\n", AMR),
)  # fmt: skip
# A browser shows or plays these in place; anything else is only ever offered for download.
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "video/mp4"})
NAME_MOST = 120
MB = 1024 * 1024
# The most bytes of a file that the corp's applications send, by kind (page 90253).
MOST_OF = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}


def type_of(content: bytes) -> str:
    """One of a short list of media types; ``application/octet-stream`` for all others."""
    known = (kind for skip, begin, kind in _BEGINS if content[skip:].startswith(begin))
    return next(known, OTHER)


def plain_name(name: str) -> str:
    """A file's name without folders, and without letters that hide or turn what is read (controls,
    direction marks): such a name may stand in a header and on a page."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c != '"')
    stem, dot, ending = kept.strip(" .").rpartition(".")
    room = NAME_MOST - len(dot) - len(ending)
    return f"{stem[:room]}{dot}{ending}"[:NAME_MOST]
