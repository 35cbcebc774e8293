"""How large a picture is, from the beginning of its file."""

from __future__ import annotations

from io import BytesIO

import imagesize


def pixels(head: bytes) -> tuple[int, int] | None:
    """(width, height) of a JPG or PNG; None where the beginning of the file does not tell."""
    try:
        width, height = imagesize.get(BytesIO(head))
    except (ValueError, IndexError, OSError):
        return None
    return (int(width), int(height)) if width > 0 and height > 0 else None
