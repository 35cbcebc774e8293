"""One application, step by step: its secret, this server's address, its number, its modules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp

from bot.core import config as conf
from bot.core.clock import DAY
from bot.core.findings import Finding
from bot.wecom.client import Api, fetch_token
from bot.wecom.doctor import console, kf, staff
from bot.wecom.doctor.case import Case, find
from bot.wecom.doctor.walk import SECONDS, Step, walk
from bot.wecom.token import Tokens

NOT_PERMITTED = (48001, 48002)
FOLLOWERS = "externalcontact/get_follow_user_list"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppVisit:
    """An application and the means to ask for it."""

    case: Case
    name: str
    app: conf.App
    api: Api
    tokens: Tokens
    http: aiohttp.ClientSession

    @property
    def who(self) -> str:
        return f"app {self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        return ("wecom", "apps", self.name)

    def leads(self, module: str) -> bool:
        """True for the application through which the product uses a module."""
        first = self.case.first_app(module)
        return first is not None and first[0] == self.name


async def _token(visit: AppVisit) -> Iterable[Finding]:
    await visit.tokens.get()
    return ()


async def _door(visit: AppVisit) -> Iterable[Finding]:
    """Any call tells whether the address is trusted; this one wants no permission."""
    await visit.api.call("get_api_domain_ip")
    return ()


async def _agent(visit: AppVisit) -> Iterable[Finding]:
    found = await visit.api.call("agent/get", agentid=visit.app.agent_id)
    if found.get("close"):
        return [find("app-disabled", visit.case.spot(*visit.key), visit.who)]
    domain = str(found.get("redirect_domain") or "")
    return console.judge_trusted(visit.case, visit.name, visit.app, domain)


async def _login(visit: AppVisit) -> Iterable[Finding]:
    return await console.ask_qr_page(visit.case, visit.name, visit.app, visit.http)


async def _contact(visit: AppVisit) -> Iterable[Finding]:
    if visit.app.contact:
        await visit.api.call(FOLLOWERS)
    return ()


async def _staff(visit: AppVisit) -> Iterable[Finding]:
    if not _greets(visit):
        return ()
    answer = await visit.api.call(FOLLOWERS)
    return await staff.examine(visit.case, visit.api, answer.get("follow_user") or ())


async def _groups(visit: AppVisit) -> Iterable[Finding]:
    return await staff.groups(visit.case, visit.api) if _greets(visit) else ()


async def _bulk(visit: AppVisit) -> Iterable[Finding]:
    if _greets(visit):
        span = _last_day(visit)
        await visit.api.call("externalcontact/get_groupmsg_list_v2",
                             {"chat_type": "single", "limit": 1, **span})  # fmt: skip
    return ()


async def _moments(visit: AppVisit) -> Iterable[Finding]:
    if _greets(visit):
        await visit.api.call("externalcontact/get_moment_list", {"limit": 1, **_last_day(visit)})
    return ()


def _greets(visit: AppVisit) -> bool:
    return visit.leads("contact") and any(visit.case.of("contact"))


def _last_day(visit: AppVisit) -> dict[str, int]:
    now = visit.case.clock.now()
    return {"start_time": (now - DAY) // 1000, "end_time": now // 1000}


async def _kf(visit: AppVisit) -> Iterable[Finding]:
    if not visit.app.kf:
        return ()
    managed = await kf.managed(visit.api)
    return await kf.examine(visit.case, visit.api, managed) if visit.leads("kf") else ()


def _denied(rule: str) -> dict[int, str]:
    return dict.fromkeys(NOT_PERMITTED, rule)


STEPS: tuple[Step[AppVisit], ...] = (
    Step(name="token", probe=_token),
    Step(name="door", probe=_door, needs="token"),
    Step(name="agent", probe=_agent, needs="door"),
    Step(name="login", probe=_login, needs="door"),
    Step(name="contact", probe=_contact, needs="door", codes=_denied("contact-not-permitted")),
    Step(name="staff", probe=_staff, needs="contact"),
    Step(name="groups", probe=_groups, needs="contact", codes=_denied("groups-not-permitted")),
    Step(name="bulk", probe=_bulk, needs="contact", codes=_denied("bulk-not-permitted")),
    Step(name="moments", probe=_moments, needs="contact", codes=_denied("moments-not-permitted")),
    Step(name="kf", probe=_kf, needs="door", codes=_denied("kf-not-permitted")),
)


async def examine(case: Case, http: aiohttp.ClientSession) -> list[Finding]:
    """What is wrong with each application whose secret is there."""
    found: list[Finding] = []
    for name in case.config.wecom.apps:
        found += await walk(_visit(case, name, http), STEPS)
    return found


def _visit(case: Case, name: str, http: aiohttp.ClientSession) -> AppVisit:
    secret, corp = conf.app_secrets(case.config, name).secret, case.config.wecom.corp_id
    api, tokens = enter(case, secret, corp, http)
    return AppVisit(case=case, name=name, app=case.config.wecom.apps[name], api=api, tokens=tokens,
                    http=http)  # fmt: skip


def enter(
    case: Case, secret: str, corp: str, http: aiohttp.ClientSession
) -> tuple[Api, Tokens]:  # fmt: skip
    """The means to ask with one secret."""
    tokens = Tokens(lambda: fetch_token(http, case.base, corp, secret, SECONDS), case.clock)
    api = Api(base=case.base, corp_id=corp, secret=secret, tokens=tokens, http=http,
              timeout=SECONDS)  # fmt: skip
    return api, tokens
