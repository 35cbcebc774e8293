"""The control plane over HTTP: JSON in and out, 4xx with {"error": …} for a wrong request.

A list answer is a JSON array. With ?limit= (and ?cursor=) it is cut; the header X-Next-Cursor, and
for a part of the state the key next_cursor, name the next page.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.api.gate import dumps
from sandbox.control import apps, crowds, customers, groups, labels, oa, pay, robots, staff, views
from sandbox.control.base import Ask, Paged, Rooms, Route
from sandbox.errors import ApiError, ControlError
from sandbox.fields import Json, check

MODULES = (views, customers, staff, groups, apps, robots, oa, pay, labels, crowds)
WebHandler = Callable[[web.Request], Awaitable[web.Response]]


def routes(rooms: Rooms) -> list[web.RouteDef]:
    """Every control call, below /sandbox."""
    table: list[Route] = [route for module in MODULES for route in module.ROUTES]
    return [web.route(row.method, "/sandbox" + row.path, serve(row, rooms)) for row in table]


def serve(route: Route, rooms: Rooms) -> WebHandler:
    """One route as an HTTP handler."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await read_body(request)
            args = check(route.fields, body)
            ask = Ask(rooms, request.match_info, request.query, args, body)
            return answer(route.handler(ask), request)
        except ControlError as error:
            return web.json_response({"error": error.message}, status=error.status, dumps=dumps)
        except ApiError as error:
            told = {"error": error.errmsg, "errcode": error.errcode}
            return web.json_response(told, status=400, dumps=dumps)

    return handle


async def read_body(request: web.Request) -> Json:
    """The JSON object of a request; an empty body is an empty object."""
    raw = await request.read()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise ControlError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def _number(request: web.Request, name: str, default: int) -> int:
    value = request.query.get(name, "")
    if value and not value.isdigit():
        raise ControlError(f"{name} must be a number")
    return int(value) if value else default


def answer(found: Json | list[Any] | Paged, request: web.Request) -> web.Response:
    """The JSON answer, cut into a page when that was asked for."""
    if not isinstance(found, Paged):
        return web.json_response(found, dumps=dumps)
    start = _number(request, "cursor", 0)
    limit = _number(request, "limit", len(found.rows))
    rows = found.cut(start, limit)
    following = str(start + limit) if start + limit < len(found.rows) else ""
    shown: Any = {found.key: rows, "next_cursor": following} if found.key else rows
    head = {"X-Next-Cursor": following}
    return web.json_response(shown, dumps=dumps, headers=head)
