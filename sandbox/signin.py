"""The browser side of login: the pages where a person chooses who he is (pages 91022, 98152).

Inside the client there is nothing to choose: the member is known, and the page goes on at once. The
phone page's sidebar is such a client (`/jssdk/client.js`).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox import oa_signin
from sandbox.errors import ApiError
from sandbox.pages import page
from sandbox.rules import login
from sandbox.world.config import App, OfficialAccount
from sandbox.world.world import World

SCOPES = ("snsapi_base", "snsapi_privateinfo")
STATE = re.compile("[0-9a-zA-Z]{0,128}")
CLIENT = '<script src="/jssdk/client.js"></script>'
HINTS = {
    40013: "appid 不是这家企业的 CorpID。",
    40056: "没有这个 agentid 的应用。",
    41011: "缺少 agentid。",
    50001: "redirect_uri 的域名不是这个应用配置的域名。",
    50003: "应用已停用。",
    84025: "state 最多 128 个字节，只能用字母和数字。",
}


@dataclass(frozen=True)
class Door:
    """One of the two pages: which domain it sends people back to, and whether it knows them."""

    title: str
    domain: login.Domain
    agent: bool
    inside: bool


INSIDE = Door("网页授权（沙盒）", login.trusted_domain, agent=False, inside=True)
OUTSIDE = Door("企业微信扫码登录（沙盒）", login.login_domain, agent=True, inside=False)


class SignIn:
    """One door over one world."""

    def __init__(self, world: World, door: Door) -> None:
        self._world, self._door = world, door

    def _app(self, query: dict[str, str]) -> App:
        agent = query.get("agentid", "")
        if query.get("appid") != self._world.store.corp_id:
            raise ApiError(40013, "appid")
        if not agent and (self._door.agent or query.get("scope") == SCOPES[1]):
            raise ApiError(41011, "agentid")
        apps = self._world.config.apps
        chosen = [app for app in apps if agent in ("", str(app.agent_id))]
        if not chosen:
            raise ApiError(40056, agent)
        return self._returning(query, chosen)

    def _returning(self, query: dict[str, str], apps: list[App]) -> App:
        """The application whose domain is asked for."""
        address = query.get("redirect_uri", "")
        for app in apps:
            if login.inside(address, self._door.domain(self._world, app)):
                if not app.enabled:
                    raise ApiError(50003, app.name)
                return app
        raise ApiError(50001, address)

    async def handle(self, request: web.Request) -> web.Response:
        """A list of people; `?userid=` or `?external_userid=` answers for one of them at once."""
        query = dict(request.query)
        account = oa_signin.account_of(self._world, query.get("appid", ""))
        if self._door.inside and account is not None:
            return self._follower(request, account)
        try:
            app = self._app(query)
            if not STATE.fullmatch(query.get("state", "")):
                raise ApiError(84025, "state")
        except ApiError as error:
            return self._refused(error)
        person = query.get("userid") or query.get("external_userid")
        return self._back(query, person) if person else self._choose(request, app)

    def _follower(self, request: web.Request, account: OfficialAccount) -> web.Response:
        """The page of an official account; its domain is not told to the sandbox."""
        query = dict(request.query)
        person = query.get("external_userid", "")
        if person not in self._world.store.customers:
            return oa_signin.choose(request, self._world, account)
        return _sent(query, oa_signin.make_code(self._world, account, person))

    def _refused(self, error: ApiError) -> web.Response:
        """What a person sees instead: the platform's code, and what is meant."""
        said = f"{HINTS[error.errcode]}（错误码 {error.errcode}）"
        found = page(self._door.title, f"<p>{said}</p><p>{html.escape(error.errmsg)}</p>")
        found.set_status(400)
        return found

    def _back(self, query: dict[str, str], person: str) -> web.Response:
        member = self._world.store.staff.get(person)
        if not (member and member.active) and person not in self._world.store.customers:
            return web.json_response({"error": f"nobody is {person}"}, status=404)
        scope = query.get("scope", SCOPES[0])
        return _sent(query, login.make_code(self._world, person, scope))

    def _choose(self, request: web.Request, app: App) -> web.Response:
        rows = []
        for each in filter(lambda one: one.active, self._world.store.staff.values()):
            link = html.escape(f"{request.path_qs}&userid={quote(each.userid)}", quote=True)
            rows.append(f'<li><a href="{link}">{html.escape(each.name)}'
                        f'<small>{html.escape(each.userid)}</small></a></li>')  # fmt: skip
        asks = f"<p>「{html.escape(app.title or app.name)}」想知道你是谁：</p>"
        script = CLIENT if self._door.inside else ""
        if self._door.inside:
            rows.append(oa_signin.customers(request, self._world))
        return page(self._door.title, f"{asks}<ul>{''.join(rows)}</ul>{script}")


def _sent(query: dict[str, str], code: str) -> web.Response:
    """Back to the page that asked, with the code and the state that it gave."""
    found = {"code": code} | ({"state": query["state"]} if "state" in query else {})
    parts = urlsplit(query["redirect_uri"])
    asked = "&".join(filter(None, (parts.query, urlencode(found))))
    return web.Response(status=302, headers={"Location": urlunsplit(parts._replace(query=asked))})


def routes(world: World) -> list[web.RouteDef]:
    """The pages of the platform's login hosts, here on one."""
    inside, outside = SignIn(world, INSIDE), SignIn(world, OUTSIDE)
    return [
        web.get("/connect/oauth2/authorize", inside.handle),
        web.get("/wwlogin/sso/login", outside.handle),
        web.get("/wwopen/sso/qrConnect", outside.handle),
        web.get("/sns/oauth2/access_token", oa_signin.Exchange(world).handle),
    ]
