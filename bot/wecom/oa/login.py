"""Members at a page, recognised by an official account (网页授权, scope ``snsapi_base``): nobody is
asked, and nothing but the openid is learned. Service accounts that are verified have it."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.core.ports import LoginRefused, PlatformAway
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.login import CODE_MAX
from bot.wecom.oa.line import Credentials, Line

REFUSED = {40029: "the code is invalid", 40163: "the code was used already",
           42003: "the code is older than 5 minutes"}  # fmt: skip


class FollowerLogin:
    """One account's; see ports.MemberLogin. ``inside``: the host of the platform's page."""

    def __init__(self, line: Line, who: Credentials, inside: str) -> None:
        self._line, self._who, self._inside = line, who, inside

    def ask(self, redirect: str, state: str) -> str:
        query = {"appid": self._who.appid, "redirect_uri": redirect, "response_type": "code",
                 "scope": "snsapi_base", "state": state}  # fmt: skip
        return f"{self._inside}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    async def who(self, code: str) -> str:
        if not 0 < len(code) <= CODE_MAX:
            raise LoginRefused("no code")
        try:
            found = await self._line.get(
                "sns/oauth2/access_token", appid=self._who.appid, secret=self._who.secret,
                code=code, grant_type="authorization_code")  # fmt: skip
        except ApiError as exc:
            if exc.errcode in REFUSED:
                raise LoginRefused(REFUSED[exc.errcode]) from None
            raise PlatformAway(str(exc)) from None
        except CallFailed as exc:
            raise PlatformAway(str(exc)) from None
        openid = found.get("openid")
        if not isinstance(openid, str) or not openid:
            raise LoginRefused("the answer names nobody")
        return openid
