"""Style, scripts and htmx, each under a name that changes with its content, so that a browser may
keep it for good."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aiohttp import web

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# From the wheel of django-htmx, which is read without importing Django.
HTMX = {"htmx.js": ("htmx-2.min.js",), "sse.js": ("ext", "hx-sse-2.min.js")}
FOR_EVER = "public, max-age=31536000, immutable"
KEPT = web.ResponseKey("kept", bool)  # marks an answer that browsers may keep


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    packed: bytes
    type: str


@cache
def _files() -> dict[str, bytes]:
    own = files("bot.console").joinpath("static")
    found = {file.name: file.read_bytes() for file in own.iterdir()
             if file.name.rpartition(".")[2] in TYPES}  # fmt: skip
    wheel = files("django_htmx").joinpath("static", "django_htmx")
    return found | {name: wheel.joinpath(*path).read_bytes() for name, path in HTMX.items()}


class Statics:
    """All files, by the name under which pages ask for them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._assets: dict[str, Asset] = {}
        for name, body in _files().items():
            stem, _, kind = name.rpartition(".")
            hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{kind}"
            self._names[name] = hashed
            self._assets[hashed] = Asset(body, gzip.compress(body, 9, mtime=0), TYPES[kind])

    def name(self, plain: str) -> str:
        """The name with the content's hash. Raises KeyError."""
        return self._names[plain]

    def answer(self, request: web.Request) -> web.Response:
        """The file. Raises web.HTTPNotFound, also for the name of another version."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        packs = "gzip" in request.headers.get("Accept-Encoding", "")
        headers = {"Vary": "Accept-Encoding"}
        if packs:
            headers["Content-Encoding"] = "gzip"
        response = web.Response(body=asset.packed if packs else asset.body, headers=headers,
                                content_type=asset.type, charset="utf-8")  # fmt: skip
        response[KEPT] = True
        return response
