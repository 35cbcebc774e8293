"""Official accounts: appid, secret, the list of addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp

from bot.core import config as conf
from bot.core.findings import Finding
from bot.wecom.doctor.case import Case
from bot.wecom.doctor.walk import SECONDS, Step, walk
from bot.wecom.oa.accounts import fetch_token
from bot.wecom.oa.line import Credentials, Line

CODES = {40013: "oa-appid", 40001: "oa-secret", 40125: "oa-secret", 40164: "oa-ip"}


@dataclass(frozen=True, kw_only=True, slots=True)
class OaVisit:
    """An official account and the line to its platform."""

    case: Case
    name: str
    line: Line

    @property
    def who(self) -> str:
        return f"official account {self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        return ("wecom", "official_accounts", self.name)


async def _token(visit: OaVisit) -> Iterable[Finding]:
    """``stable_token`` gives the token that others use already, and kills none."""
    secret = conf.oa_secrets(visit.case.config, visit.name).secret
    account = visit.case.config.wecom.official_accounts[visit.name]
    await fetch_token(visit.line, Credentials(account.appid, secret))
    return ()


STEPS = (Step(name="token", probe=_token, codes=CODES),)


async def examine(case: Case, http: aiohttp.ClientSession) -> list[Finding]:
    """Every configured official account."""
    base = case.base if case.config.sandbox else case.config.wecom.oa_api.rstrip("/")
    line = Line(http, base, SECONDS)
    found: list[Finding] = []
    for name in case.config.wecom.official_accounts:
        found += await walk(OaVisit(case=case, name=name, line=line), STEPS)
    return found
