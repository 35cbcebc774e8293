"""``/callback/<official account>``: committed first, then ``success`` within the five seconds."""

from __future__ import annotations

import re
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
        self._accounts = doors

    def routes(self) -> list[web.AbstractRouteDef]:
        """Routes by name; they must come before the applications' pattern."""
        made: list[web.AbstractRouteDef] = []
        for name in self._accounts:
            path = f"/callback/{{app:{re.escape(name)}}}"
            made += [web.get(path, self._checked(self._verify), allow_head=False),
                     web.post(path, self._checked(self._receive))]  # fmt: skip
        return made

    async def _verify(self, request: web.Request) -> str:
        return codec.echo(self._accounts[request.match_info["app"]], once(request))

    async def _receive(self, request: web.Request) -> str:
        name = request.match_info["app"]
        tree = codec.open_letter(self._accounts[name], once(request), await self._body(request))
        try:
            await self._ingest.take_oa(name, tree)
        except ValueError as exc:
            raise Refused(400, str(exc)) from None
        return ANSWER
