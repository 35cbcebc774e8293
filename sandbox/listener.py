"""A service that makes words of voices, as the transcription protocol has it: a form with ``file``,
JSON with ``text`` in return. It hears what a simulated customer was given to say."""

from __future__ import annotations

import asyncio

from aiohttp import BodyPartReader, web

from sandbox.api.gate import cut
from sandbox.calls import Calls
from sandbox.faults import Faults
from sandbox.rules.media import SPOKEN
from sandbox.world.world import World

PATH = "/v1/audio/transcriptions"


class Listener:
    """Serves the one call; faults on ``api`` for its path strike it."""

    def __init__(self, world: World, faults: Faults, calls: Calls) -> None:
        self._world, self._faults, self._calls = world, faults, calls

    def routes(self) -> list[web.RouteDef]:
        """The one door."""
        return [web.post(PATH, self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """What is said in the file."""
        row = self._calls.begin({"at": self._world.now(), "path": PATH, "method": "POST",
                                 "query": {}, "body": {}})  # fmt: skip
        hit = self._faults.hit("api", PATH)
        if hit.delay_s:
            await asyncio.sleep(hit.delay_s)
        if "drop_before" in hit:
            self._calls.end(row, 0, None, sorted(hit.kinds))
            return cut(request)
        content = None if "http500" in hit else await _file(request)
        status = 500 if "http500" in hit else 400 if content is None else 200
        self._calls.end(row, status, 0, sorted(hit.kinds))
        if content is None:
            return web.json_response({"error": {"message": "no file"}}, status=status)
        said = content.partition(SPOKEN)[2].decode("utf-8", "replace")
        return web.json_response({"text": said})


async def _file(request: web.Request) -> bytes | None:
    if not request.content_type.startswith("multipart/"):
        return None
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "file":
            return bytes(await part.read(decode=False))
    return None
