"""The official accounts of the config: a token each, and the one call that answers followers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from bot.core import config as conf
from bot.core.clock import Clock
from bot.core.contacts import Profile
from bot.core.model import Never, Outbound, Outcome, Sent
from bot.core.span import parse_span
from bot.wecom import shared
from bot.wecom.codec import Door
from bot.wecom.errors import REFRESH_ONCE, ApiError, CallFailed
from bot.wecom.login import INSIDE
from bot.wecom.oa import wire
from bot.wecom.oa.codec import OaDoor
from bot.wecom.oa.errors import outcome_of
from bot.wecom.oa.line import Credentials, Line
from bot.wecom.oa.login import FollowerLogin
from bot.wecom.token import Tokens
from bot.wecom.wire import BadBody


async def fetch_token(line: Line, who: Credentials) -> tuple[str, int]:
    """(token, lifetime in seconds). ``stable_token`` does not kill the token of another process.

    Raises ApiError or CallFailed, which did not arrive anywhere that matters.
    """
    try:
        answer = await line.post("stable_token", {
            "grant_type": "client_credential", "appid": who.appid, "secret": who.secret,
        })  # fmt: skip
    except CallFailed as exc:
        raise CallFailed(exc.path, str(exc), arrived=False) from None
    token, seconds = answer.get("access_token"), answer.get("expires_in", 7200)
    if not isinstance(token, str) or not token or not isinstance(seconds, int):
        raise CallFailed("stable_token", "the answer holds no token", arrived=False)
    return token, seconds


class Account:
    """One account's calls: the token is renewed at most once for each."""

    def __init__(
        self, line: Line, who: Credentials, clock: Clock, shelf: shared.Shelf | None = None
    ) -> None:
        self._line = line
        kept = shared.of(shelf, who.appid, who.secret, "stable_token", clock)
        self._tokens = Tokens(lambda: fetch_token(line, who), clock, kept)

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POSTs ``body``. Raises ApiError or CallFailed."""
        token = await self._tokens.get()
        try:
            return await self._line.post(path, body, access_token=token)
        except ApiError as exc:
            if exc.errcode not in REFRESH_ONCE:
                raise
        return await self._line.post(path, body, access_token=await self._tokens.replace(token))


class OfficialAccounts:
    """All accounts by name."""

    def __init__(
        self, config: conf.Config, base: str, clock: Clock, http: aiohttp.ClientSession,
        shelf: shared.Shelf | None = None,
    ) -> None:  # fmt: skip
        seconds = parse_span(config.deliver.call_timeout) / 1000
        line = Line(http, base if config.sandbox else config.wecom.oa_api.rstrip("/"), seconds)
        self._line, self._inside = line, base if config.sandbox else INSIDE
        self._who = {name: Credentials(account.appid, conf.oa_secrets(config, name).secret)
                     for name, account in config.wecom.official_accounts.items()}  # fmt: skip
        self._accounts = {name: Account(line, who, clock, shelf) for name, who in self._who.items()}

    async def send(self, row: Outbound) -> Outcome:
        """message/custom/send for one row; never raises for what the platform does."""
        account = self._accounts.get(row.account)
        if account is None:
            return Never("no_account", f"config.toml has no official account {row.account}")
        try:
            await account.call("message/custom/send", wire.message(row.peer, row.body))
        except BadBody as exc:
            return Never("bad_body", str(exc))
        except (ApiError, CallFailed) as exc:
            return outcome_of(exc)
        return Sent()

    def login(self, account: str) -> FollowerLogin:
        """How an account's followers are recognised at a page; see ports.MemberLogin."""
        return FollowerLogin(self._line, self._who[account], self._inside)

    async def profiles(self, account: str, openids: Sequence[str]) -> dict[str, Profile]:
        """What the platform tells of at most 100 followers, by openid (user/info/batchget); since
        2021 that is no nickname. Raises ApiError or CallFailed."""
        found = self._accounts.get(account)
        if found is None:
            return {}
        wanted = [{"openid": one, "lang": "zh_CN"} for one in openids]
        answer = await found.call("user/info/batchget", {"user_list": wanted})
        return {str(row["openid"]): Profile(union_id=str(row.get("unionid") or ""))
                for row in answer.get("user_info_list") or ()}  # fmt: skip


def doors(config: conf.Config) -> Mapping[str, OaDoor]:
    """Callback credentials by account. Raises BadInput."""
    made = {}
    for name, account in config.wecom.official_accounts.items():
        secrets = conf.oa_secrets(config, name)
        safe = account.mode == "safe"
        sealed = Door(secrets.token, secrets.aes_key, account.appid) if safe else None
        made[name] = OaDoor(secrets.token, sealed)
    return made
