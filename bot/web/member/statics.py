"""The page's style and script, each under a name that changes with its content, so that a browser
may keep it for good."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Asset(NamedTuple):
    """One file as it is sent."""

    body: bytes
    packed: bytes
    type: str


@cache
def assets() -> dict[str, Asset]:
    """All files by the name under which they are sent."""
    found = {}
    for file in files("bot.web.member").joinpath("static").iterdir():
        stem, _, kind = file.name.rpartition(".")
        if kind in TYPES:
            body = file.read_bytes()
            name = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{kind}"
            found[name] = Asset(body, gzip.compress(body, 9, mtime=0), TYPES[kind])
    return found


@cache
def named(plain: str) -> str:
    """The name with the content's hash. Raises StopIteration for no file of ours."""
    stem, _, kind = plain.rpartition(".")
    return next(n for n in assets() if n.startswith(f"{stem}.") and n.endswith(f".{kind}"))
