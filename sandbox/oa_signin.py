"""网页授权 of an official account: who opens a page in WeChat is named by his openid (snsapi_base).

`/connect/oauth2/authorize` with the account's appid, then `/sns/oauth2/access_token`.
"""

from __future__ import annotations

import html
from urllib.parse import quote

from aiohttp import web

from sandbox.errors import ApiError
from sandbox.pages import page
from sandbox.rules import login, oa
from sandbox.world.config import OfficialAccount
from sandbox.world.world import World

SCOPE = "oa:"
SHOWN = 30
LIFE = 7200


def account_of(world: World, appid: str) -> OfficialAccount | None:
    """The account of an appid."""
    return next((each for each in world.config.oa if each.appid == appid), None)


def choose(request: web.Request, world: World, account: OfficialAccount) -> web.Response:
    """Who opens the page? In WeChat nobody is asked."""
    asks = f"<p>「{html.escape(account.title or account.name)}」的页面，你是谁：</p>"
    rows = customers(request, world)
    return page("网页授权（沙盒）", f"{asks}<ul>{rows}</ul>")


def customers(request: web.Request, world: World) -> str:
    """A line for each of the first customers."""
    made = []
    for id, one in list(world.store.customers.items())[:SHOWN]:
        link = html.escape(f"{request.path_qs}&external_userid={quote(id)}", quote=True)
        made.append(f'<li><a href="{link}">{html.escape(one.name)}</a></li>')
    return "".join(made)


def make_code(world: World, account: OfficialAccount, customer: str) -> str:
    """A code for his openid: one use, five minutes."""
    return login.make_code(world, oa.OPENID + customer, SCOPE + account.appid)


class Exchange:
    """`/sns/oauth2/access_token`; errors are the platform's numbers."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: web.Request) -> web.Response:
        """The openid behind a code."""
        try:
            return web.json_response(self._answer(dict(request.query)))
        except ApiError as error:
            return web.json_response({"errcode": error.errcode, "errmsg": error.errmsg})

    def _answer(self, query: dict[str, str]) -> dict[str, object]:
        account = account_of(self._world, query.get("appid", ""))
        if account is None:
            raise ApiError(40013)
        if query.get("secret") != account.secret:
            raise ApiError(40125, "invalid appsecret")
        if query.get("grant_type") != "authorization_code":
            raise ApiError(40002)
        openid = login.openid_of(self._world, query.get("code", ""), SCOPE + account.appid)
        return {"access_token": self._world.secret_id("SNS_", 64), "expires_in": LIFE,
                "refresh_token": self._world.secret_id("SNSR_", 64), "openid": openid,
                "scope": "snsapi_base"}  # fmt: skip
