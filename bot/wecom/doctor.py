"""Walks the platform's set-up in the order in which an administrator does it.

Stops at the first fault of each application: what comes after it cannot be judged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

from bot.core import config as conf
from bot.core.clock import SystemClock
from bot.core.findings import ERROR, Finding
from bot.wecom.client import Api, fetch_token
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.token import Tokens

SECONDS = 5.0
FIXES: dict[int, str] = {
    40001: "the secret does not belong to this corp: copy it again from the app's page",
    40013: "corp_id is wrong: 我的企业 → 企业信息 → 企业 ID",
    40056: "agent_id is not this app's: copy AgentId from the app's page",
    301002: "the secret belongs to another app than agent_id",
    48002: "add the app to the module's list of callable apps (可调用接口的应用)",
    48007: "assign the kf accounts to this app (通过 API 管理微信客服账号)",
    50003: "enable the app in the admin console",
    60011: "put the staff accounts into the app's visible scope",
    60020: "add this server's IP to the app's trusted list (企业可信IP); the message names it",
    84074: "give the staff accounts the customer-contact feature (客户联系 → 权限配置)",
}
Probe = Callable[[Api, conf.App], Awaitable[object]]


async def _token(api: Api, app: conf.App) -> object:
    return await api.call("get_api_domain_ip")


async def _agent(api: Api, app: conf.App) -> object:
    return await api.call("agent/get", agentid=app.agent_id)


async def _contact(api: Api, app: conf.App) -> object:
    return await api.call("externalcontact/get_follow_user_list") if app.contact else None


async def _kf(api: Api, app: conf.App) -> object:
    return await api.call("kf/account/list", {"offset": 0, "limit": 100}) if app.kf else None


PROBES: tuple[tuple[str, Probe], ...] = (
    ("secret and trusted IP", _token),
    ("application", _agent),
    ("customer contact", _contact),
    ("kf", _kf),
)


async def examine(config: conf.Config, base: str) -> list[Finding]:
    """What is wrong with the set-up of each application, with its fix."""
    found = []
    async with aiohttp.ClientSession() as http:
        for name, app in config.wecom.apps.items():
            api = _api(config, name, base.rstrip("/"), http)
            for step, probe in PROBES:
                try:
                    await probe(api, app)
                except (ApiError, CallFailed) as exc:
                    found.append(_finding(name, step, exc))
                    break
    return found


def _api(config: conf.Config, name: str, base: str, http: aiohttp.ClientSession) -> Api:
    secret, corp = conf.app_secrets(config, name).secret, config.wecom.corp_id
    tokens = Tokens(lambda: fetch_token(http, base, corp, secret, SECONDS), SystemClock())
    return Api(base=base, corp_id=corp, secret=secret, tokens=tokens, http=http, timeout=SECONDS)


def _finding(app: str, step: str, exc: ApiError | CallFailed) -> Finding:
    code = exc.errcode if isinstance(exc, ApiError) else 0
    words = f"{exc.errcode} {exc.errmsg}" if isinstance(exc, ApiError) else str(exc)
    fix = FIXES.get(code, "see the error code in the platform's list")
    if isinstance(exc, CallFailed):
        fix = "the platform does not answer: check the network, or start the sandbox"
    return Finding(file="config.toml", line=1, rule="online", severity=ERROR,
                   message=f"app {app}, {step}: {words}", fix=fix)  # fmt: skip
