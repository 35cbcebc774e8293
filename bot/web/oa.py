"""``/callback/<official account>``: committed first, then ``success`` within the five seconds."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.pipeline.ingest import Ingest
from bot.web.callback import Callbacks, Refused, once
from bot.wecom.oa import codec
from bot.wecom.oa.codec import OaDoor

ANSWER = "success"


class OaCallbacks(Callbacks):
    """The doors of all official accounts; they stand beside those of the applications."""

    def __init__(self, doors: Mapping[str, OaDoor], ingest: Ingest, body_limit: int) -> None:
        super().__init__({}, ingest, body_limit)
        self._accounts = self._names = doors

    async def _verify(self, request: web.Request, name: str) -> str:
        return codec.echo(self._accounts[name], once(request))

    async def _receive(self, request: web.Request, name: str) -> str:
        tree = codec.open_letter(self._accounts[name], once(request), await self._body(request))
        try:
            await self._ingest.take_oa(name, tree)
        except ValueError as exc:
            raise Refused(400, str(exc)) from None
        return ANSWER
