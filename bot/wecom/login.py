"""Staff log in with their WeCom account (pages 91022, 91023, 98152).

The userid comes from the platform, never from the browser. ``auth/getuserinfo`` answers for any
member of the corp, so the app's visible scope is asked for separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.core.ports import LoginRefused, PlatformAway, StaffIdentity
from bot.wecom.client import Api
from bot.wecom.errors import ApiError, CallFailed

INSIDE = "https://open.weixin.qq.com"
OUTSIDE = "https://login.work.weixin.qq.com"
CODE_MAX = 512
ACTIVE = 1
REFUSALS = {
    40029: "the code is invalid", 42003: "the code is older than 5 minutes",
    42022: "the code was used already", 40003: "no such member", 60111: "no such member",
    60011: "outside the app's visible scope", 60021: "outside the app's visible scope",
    50002: "outside the app's visible scope",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where the two login pages are; the sandbox plays both."""

    inside: str = INSIDE
    outside: str = OUTSIDE


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses of one application's two login pages."""

    corp_id: str
    agent_id: int
    hosts: Hosts

    def inside_url(self, redirect: str, state: str) -> str:
        """For a browser inside the client."""
        query = {"appid": self.corp_id, "redirect_uri": redirect, "response_type": "code",
                 "scope": "snsapi_base", "state": state, "agentid": self.agent_id}  # fmt: skip
        page = f"{self.hosts.inside}/connect/oauth2/authorize"
        return f"{page}?{urlencode(query)}#wechat_redirect"

    def qr_url(self, redirect: str, state: str) -> str:
        """For any other: a QR code to scan."""
        query = {"login_type": "CorpApp", "appid": self.corp_id, "agentid": self.agent_id,
                 "redirect_uri": redirect, "state": state, "lang": "zh"}  # fmt: skip
        return f"{self.hosts.outside}/wwlogin/sso/login?{urlencode(query)}"


class Login:
    """One application's login; see ports.StaffLogin."""

    def __init__(self, api: Api, corp_id: str, agent_id: int, hosts: Hosts) -> None:
        self._api, self._pages = api, Pages(corp_id, agent_id, hosts)

    def inside_url(self, redirect: str, state: str) -> str:
        return self._pages.inside_url(redirect, state)

    def qr_url(self, redirect: str, state: str) -> str:
        return self._pages.qr_url(redirect, state)

    async def who(self, code: str) -> StaffIdentity:
        if not 0 < len(code) <= CODE_MAX:
            raise LoginRefused("no code")
        found = await self._ask("auth/getuserinfo", code=code)
        userid = found.get("userid")
        if not isinstance(userid, str) or not userid:
            raise LoginRefused("not a member of the corp")
        member = await self._ask("user/get", userid=userid)
        if member.get("status", ACTIVE) != ACTIVE:
            raise LoginRefused("this member is disabled or has left")
        return StaffIdentity(userid=str(member.get("userid") or userid),
                             name=str(member.get("name", "")))  # fmt: skip

    @property
    def of_members(self) -> CustomerLogin:
        """The same for customers, inside WeChat."""
        return CustomerLogin(self)

    async def customer(self, code: str) -> str:
        """Which customer came back with a code; see ports.MemberLogin."""
        if not 0 < len(code) <= CODE_MAX:
            raise LoginRefused("no code")
        found = await self._ask("auth/getuserinfo", code=code)
        customer = found.get("external_userid")
        if not isinstance(customer, str) or not customer:
            raise LoginRefused("no customer of anybody in the app's scope")
        return customer

    async def _ask(self, path: str, **params: Any) -> dict[str, Any]:
        try:
            return await self._api.call(path, **params)
        except ApiError as exc:
            if exc.errcode in REFUSALS:
                raise LoginRefused(REFUSALS[exc.errcode]) from None
            raise PlatformAway(str(exc)) from None
        except CallFailed as exc:
            raise PlatformAway(str(exc)) from None


class CustomerLogin:
    """Who opens a page in WeChat and is somebody's customer (page 91023); see ports.MemberLogin."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def ask(self, redirect: str, state: str) -> str:
        return self._login.inside_url(redirect, state)

    async def who(self, code: str) -> str:
        return await self._login.customer(code)
