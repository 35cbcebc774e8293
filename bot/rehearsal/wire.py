"""The gateway's way to a platform in this process: its own requests, without a socket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, cast

import aiohttp
from yarl import URL

from bot.core.clock import Clock
from bot.core.config import Config
from bot.rehearsal.stage import HOST, File, Stage
from bot.wecom.contacts.book import Book
from bot.wecom.gateway import Gateway
from bot.wecom.media import Shelf

API = "/cgi-bin/"
_NAME = re.compile(rb'filename="([^"]*)"')


class Reply:
    """What a request brought; used as aiohttp's response is."""

    def __init__(self, status: int, raw: bytes) -> None:
        self.status, self._raw = status, raw
        self.headers: Mapping[str, str] = {}

    async def read(self) -> bytes:
        """The body."""
        return self._raw

    async def __aenter__(self) -> Reply:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Nothing to close."""


class Wire:
    """What a gateway needs of an aiohttp session."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def request(self, method: str, url: URL | str, **more: Any) -> Reply:
        """One request, answered at once."""
        path, query = _split(url)
        data = more.get("data")
        file = _file(data) if isinstance(data, aiohttp.BytesIOPayload) else None
        body = data if isinstance(data, bytes) else b""
        return Reply(*self._stage.call(method.upper(), path, query, body, file))

    async def close(self) -> None:
        """Nothing is open."""


@lru_cache(maxsize=256)
def _split(url: URL | str) -> tuple[str, Mapping[str, str]]:
    """Path and query of an address; most calls differ in their body only."""
    address = URL(url)
    return address.path.removeprefix(API), dict(address.query)


def _file(form: aiohttp.BytesIOPayload) -> File:
    """The one file of a multipart form."""
    raw = form._value.getvalue()  # aiohttp has no public way to look into a payload of bytes
    mark = raw.partition(b"\r\n")[0]
    head, _, rest = raw.partition(b"\r\n\r\n")
    name = _NAME.search(head)
    return File(name[1].decode() if name else "", "application/octet-stream",
                rest[: rest.rindex(b"\r\n" + mark)])  # fmt: skip


class Straight(Gateway):
    """A gateway to a platform in this process."""

    def __init__(self, wire: Wire, config: Config, clock: Clock, shelf: Shelf, book: Book) -> None:
        super().__init__(config, HOST, clock, shelf=shelf, book=book)
        self._wire = wire

    def _session(self, limit: int) -> aiohttp.ClientSession:
        return cast(aiohttp.ClientSession, self._wire)
