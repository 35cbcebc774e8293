"""The browser side of login: the authorize pages, where a person chooses who he is."""

from __future__ import annotations

import html
from urllib.parse import quote, urlencode

from aiohttp import web

from sandbox.errors import ApiError
from sandbox.pages import page
from sandbox.rules import login
from sandbox.world.config import App
from sandbox.world.world import World

SCOPES = ("snsapi_base", "snsapi_privateinfo")


class SignIn:
    """`/connect/oauth2/authorize` and `/wwlogin/sso/login` of the platform's login hosts."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _app(self, query: dict[str, str]) -> App:
        agent = query.get("agentid", "")
        apps = self._world.config.apps
        chosen = [app for app in apps if agent in ("", str(app.agent_id))]
        if query.get("appid") != self._world.store.corp_id or not chosen:
            raise ApiError(40013, "appid or agentid")
        return chosen[0]

    async def authorize(self, request: web.Request) -> web.Response:
        """A list of people; `?userid=` or `?external_userid=` answers for one of them at once."""
        query = dict(request.query)
        try:
            self._app(query)
            if "redirect_uri" not in query:
                raise ApiError(50001, "redirect_uri")
        except ApiError as error:
            return web.json_response({"errcode": error.errcode, "errmsg": error.errmsg}, status=400)
        person = query.get("userid") or query.get("external_userid")
        if person:
            return self._back(query, person)
        return self._choose(request)

    def _back(self, query: dict[str, str], person: str) -> web.Response:
        known = person in self._world.store.staff or person in self._world.store.customers
        if not known:
            return web.json_response({"error": f"nobody is {person}"}, status=404)
        scope = query.get("scope", SCOPES[0])
        code = login.make_code(self._world, person, scope)
        found = {"code": code, "state": query.get("state", "")}
        address = query["redirect_uri"]
        joint = "&" if "?" in address else "?"
        return web.Response(status=302, headers={"Location": address + joint + urlencode(found)})

    def _choose(self, request: web.Request) -> web.Response:
        rows = []
        for each in self._world.store.staff.values():
            link = html.escape(f"{request.path_qs}&userid={quote(each.userid)}", quote=True)
            rows.append(f'<li><a href="{link}">{html.escape(each.name)}</a></li>')
        return page("企业微信登录（沙盒）", "<p>你是谁？</p><ul>" + "".join(rows) + "</ul>")


def routes(world: World) -> list[web.RouteDef]:
    """The pages of the platform's login hosts, here on one."""
    found = SignIn(world)
    return [
        web.get("/connect/oauth2/authorize", found.authorize),
        web.get("/wwlogin/sso/login", found.authorize),
        web.get("/wwopen/sso/qrConnect", found.authorize),
    ]
