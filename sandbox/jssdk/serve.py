"""`/jssdk/ww.js` and what it posts to: signatures, seats, calls. Pages of any origin may ask."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox.errors import ApiError, ControlError
from sandbox.fields import Json
from sandbox.rules import login, sidebar
from sandbox.world.config import App
from sandbox.world.world import World

FOLDER = Path(__file__).parent
SCRIPTS = ("ww.js", "client.js")
ANYONE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Max-Age": "600",
}
Handler = Callable[[Json], Json]
WebHandler = Callable[[web.Request], Awaitable[web.Response]]


class JsSdk:
    """The calls, over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _app(self, agent: str) -> App:
        for app in self._world.config.apps:
            if agent == str(app.agent_id):
                return app
        raise ApiError(40056, agent)

    def check(self, given: Json) -> Json:
        """wx.config, or with `agent` wx.agentConfig: is the signature right?"""
        if given.get("corpid", self._world.store.corp_id) != self._world.store.corp_id:
            raise ApiError(40013)
        if given.get("agent"):
            login.check_agent_signature(self._world, self._app(str(given["agent"])), given)
        else:
            login.check_signature(self._world, None, given)
        return {}

    def agent(self, given: Json) -> Json:
        """agentConfig for an open chat: the seat that further calls name."""
        if given.get("corpid") != self._world.store.corp_id:
            raise ApiError(40013)
        where = sidebar.place(self._world, given)
        app = self._app(str(given.get("agentid", "")))
        return {"seat": sidebar.sit(self._world, app, where, given)}

    def context(self, given: Json) -> Json:
        """What getContext says before there is an agent identity."""
        return {"entry": sidebar.place(self._world, given).entry}

    def call(self, given: Json) -> Json:
        """One call of a page that has a seat."""
        args = given.get("args")
        name, seat = str(given.get("api", "")), str(given.get("seat", ""))
        return sidebar.call(self._world, name, seat, args if isinstance(args, dict) else {})


def face(handler: Handler) -> WebHandler:
    """One call as an HTTP handler: 200 with errcode 0, or 400 with why the client would fail."""

    async def handle(request: web.Request) -> web.Response:
        try:
            given = await request.json()
            if not isinstance(given, dict):
                raise ApiError(40058)
            found = {"errcode": 0, "errmsg": "ok"} | handler(given)
            return web.json_response(found, headers=ANYONE)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return failed(40058, "the body must be JSON")
        except ApiError as error:
            return failed(error.errcode, error.errmsg)
        except ControlError as error:
            return failed(-1, error.message)
        except sidebar.Refused as error:
            return failed(-1, str(error))

    return handle


def failed(errcode: int, words: str) -> web.Response:
    """An answer that makes the client's call fail."""
    told = {"errcode": errcode, "errmsg": words}
    return web.json_response(told, status=400, headers=ANYONE)


async def script(request: web.Request) -> web.Response:
    """The mock itself, and what makes the login page go on inside a client."""
    words = (FOLDER / request.path.rpartition("/")[2]).read_text(encoding="utf-8")
    return web.Response(text=words, content_type="text/javascript", headers=ANYONE)


async def allow(request: web.Request) -> web.Response:
    """What a browser asks before a page of another origin posts JSON."""
    return web.Response(status=204, headers=ANYONE)


def routes(world: World) -> list[web.RouteDef]:
    """Everything below /jssdk."""
    found = JsSdk(world)
    calls = {"check": found.check, "agent": found.agent, "context": found.context}
    calls["call"] = found.call
    posts = [web.post(f"/jssdk/{name}", face(handler)) for name, handler in calls.items()]
    scripts = [web.get(f"/jssdk/{name}", script) for name in SCRIPTS]
    return [*scripts, web.options("/jssdk/{call}", allow), *posts]
