"""The gate of /cgi-bin/: every request passes it once, in this order.

known path -> faults -> method -> token and IP -> frequency -> permission -> fields -> rule. The
rule is judged the moment the request has arrived; an injected delay holds back only the answer.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
from email.utils import formatdate

from aiohttp import BodyPartReader, web

from sandbox.api.base import Answer, Binary, Call, Endpoint
from sandbox.api.table import build
from sandbox.calls import Calls
from sandbox.errors import ApiError
from sandbox.faults import CALM, Faults, Trouble
from sandbox.fields import Json, check
from sandbox.rules import tokens
from sandbox.rules.media import Upload
from sandbox.world.config import App
from sandbox.world.world import World

HINT = "more info at https://open.work.weixin.qq.com/devtool/query?e="
# paths with a limit on calls in flight -> the setting that holds it
PARALLEL = {"kf/sync_msg": "kf_sync_parallel"}


@dataclass(frozen=True)
class Arrived:
    """A request that was read to its end."""

    method: str
    remote: str
    query: Json
    body: Json
    upload: Upload | None = None
    broken: bool = False

    def shown(self) -> Json:
        """The body for the call log, without the bytes of an upload."""
        if self.upload is None:
            return self.body
        return {"filename": self.upload.filename, "size": len(self.upload.data)}


def dumps(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False)


class Gate:
    """Serves the endpoint table over HTTP."""

    def __init__(self, world: World, faults: Faults, calls: Calls) -> None:
        self._world = world
        self._faults = faults
        self._calls = calls
        self._table = build()
        self._flying: Counter[str] = Counter()

    def straight(self, path: str, arrived: Arrived) -> tuple[int, Answer]:
        """The same for a caller in this process: every check but the wire's own, and no faults.
        HTTP status and answer."""
        row = self._begin(path, arrived)
        endpoint = self._table.get(path)
        if endpoint is None:
            self._calls.end(row, 404, None, [])
            return 404, {"errcode": 404, "errmsg": f"no API {path}"}
        call = Call(self._world, {}, arrived.body, upload=arrived.upload, remote=arrived.remote)
        errcode, answer = self._judge(endpoint, arrived, call, CALM)
        row["app"] = call.caller.name if call.caller else None
        self._calls.end(row, 200, errcode, [])
        for follow_up in call.after:
            follow_up()
        return 200, answer

    def _begin(self, path: str, arrived: Arrived) -> Json:
        query = {k: v for k, v in arrived.query.items() if k != "access_token"}
        row = {"at": self._world.now(), "path": path, "method": arrived.method, "query": query}
        return self._calls.begin(row | {"body": arrived.shown()})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"].strip("/")
        arrived = await read(request)
        row = self._begin(path, arrived)
        endpoint = self._table.get(path)
        if endpoint is None:
            self._calls.end(row, 404, None, [])
            return web.json_response({"errcode": 404, "errmsg": f"no API {path}"}, status=404)
        trouble = self._faults.hit("api", path)
        self._flying[path] += 1
        try:
            answer = await self._serve(request, endpoint, arrived, row, trouble)
            answer.headers["Date"] = formatdate(self._world.now() / 1000, usegmt=True)
            return answer
        finally:
            self._flying[path] -= 1

    async def _serve(
        self,
        request: web.Request,
        endpoint: Endpoint,
        arrived: Arrived,
        row: Json,
        trouble: Trouble,
    ) -> web.StreamResponse:
        named = sorted(trouble.kinds)
        if "drop_before" in trouble:
            self._calls.end(row, 0, None, named)
            await asyncio.sleep(trouble.delay_s)
            return cut(request)
        if "http500" in trouble:
            self._calls.end(row, 500, None, named)
            await asyncio.sleep(trouble.delay_s)
            return web.Response(status=500, text="internal error")
        call = Call(self._world, {}, arrived.body, upload=arrived.upload, remote=arrived.remote)
        errcode, answer = self._judge(endpoint, arrived, call, trouble)
        row["app"] = call.caller.name if call.caller else None
        self._calls.end(row, 0 if "drop_after" in trouble else 200, errcode, named)
        try:
            if trouble.delay_s:
                await asyncio.sleep(trouble.delay_s)
        finally:
            for follow_up in call.after:
                follow_up()
        if "drop_after" in trouble:
            return cut(request)
        return respond(request, answer, garbled="bad_json" in trouble)

    def _judge(
        self, endpoint: Endpoint, arrived: Arrived, call: Call, trouble: Trouble
    ) -> tuple[int, Answer]:
        try:
            self._refuse(endpoint, arrived, trouble)
            self._admit(endpoint, arrived, call)
            call.args = check(endpoint.fields, arrived.query | arrived.body)
            answer = endpoint.handler(call)
        except ApiError as error:
            words = f"{error.errmsg}, hint: [{self._world.now()}], {HINT}{error.errcode}"
            return error.errcode, {"errcode": error.errcode, "errmsg": words}
        if isinstance(answer, Binary):
            return 0, answer
        return 0, {"errcode": 0, "errmsg": "ok"} | answer

    def _refuse(self, endpoint: Endpoint, arrived: Arrived, trouble: Trouble) -> None:
        """Injected refusals, wrong methods and bodies that are not JSON objects."""
        if "rate_limit" in trouble:
            raise ApiError(trouble.errcode or 45009, "injected")
        if "token_expired" in trouble and endpoint.token:
            tokens.expire(self._world, arrived.query.get("access_token", ""))
            raise ApiError(trouble.errcode or 42001, "injected")
        if arrived.method not in endpoint.methods:
            raise ApiError(40063, f"http method must be {' or '.join(endpoint.methods)}")
        if arrived.broken:
            raise ApiError(40058, "the body must be a JSON object in UTF-8")

    def _admit(self, endpoint: Endpoint, arrived: Arrived, call: Call) -> None:
        """Token, trusted IP, permission, frequency and calls in flight."""
        if endpoint.token:
            call.caller = tokens.open_app(self._world, arrived.query.get("access_token", ""))
            self._check_app(call.caller, endpoint, arrived.remote)
        rules, now = self._world.settings, self._world.now()
        limit = rules.limits_api_per_minute
        if endpoint.limited and not self._world.windows.hit(f"api:{endpoint.path}", now, limit):
            raise ApiError(45009, endpoint.path)
        most = PARALLEL.get(endpoint.path)
        if most is not None and self._flying[endpoint.path] > getattr(rules, most):
            raise ApiError(45033, endpoint.path)

    def _check_app(self, app: App, endpoint: Endpoint, remote: str) -> None:
        if app.trusted_ips and remote not in app.trusted_ips:
            raise ApiError(60020, f"from ip: {remote}")
        if not app.enabled:
            raise ApiError(50003)
        if endpoint.path.startswith(app.forbids):
            raise ApiError(48002, endpoint.path)
        if endpoint.permission and endpoint.permission not in app.permissions:
            raise ApiError(48002, endpoint.permission)


async def read(request: web.Request) -> Arrived:
    """Read a request: a JSON object (raw or escaped), a multipart upload, or nothing."""
    method, query = request.method, dict(request.query)
    remote = request.remote or ""
    if request.content_type.startswith("multipart/"):
        return Arrived(method, remote, query, {}, await _upload(request))
    raw = await request.read()
    if not raw.strip():
        return Arrived(method, remote, query, {})
    try:
        body = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Arrived(method, remote, query, {}, broken=True)
    if not isinstance(body, dict):
        return Arrived(method, remote, query, {}, broken=True)
    return Arrived(method, remote, query, body)


async def _upload(request: web.Request) -> Upload | None:
    """The part named `media`, else the first one that has a file name."""
    found = None
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=True))
        name = part.filename or ""
        if part.name == "media" or (found is None and name):
            kind = part.headers.get("Content-Type", "")
            found = Upload(name, kind, data)
    return found


def cut(request: web.Request) -> web.Response:
    """Cut the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def respond(request: web.Request, answer: Answer, garbled: bool) -> web.Response:
    """JSON, or the bytes of a media file with optional Range."""
    if isinstance(answer, Binary):
        return _binary(request, answer)
    body = dumps(answer)
    return web.Response(
        text=body[: len(body) // 2] if garbled else body, content_type="application/json"
    )


def _binary(request: web.Request, answer: Binary) -> web.Response:
    head = {
        "Content-Disposition": f'attachment; filename="{answer.filename}"',
        "Content-Type": answer.content_type,
    }
    span = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
    if span is None:
        return web.Response(body=answer.data, headers=head)
    start, end = int(span[1]), int(span[2] or len(answer.data) - 1)
    part = answer.data[start : end + 1]
    head["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(answer.data)}"
    return web.Response(status=206, body=part, headers=head)
