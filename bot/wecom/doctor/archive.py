"""The message archive: its secret, its permission, its seats. Messages are not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp

from bot.core import config as conf
from bot.core.findings import Finding
from bot.wecom.client import Api
from bot.wecom.doctor.app import enter
from bot.wecom.doctor.case import Case, find
from bot.wecom.doctor.walk import Step, walk

CODES = {40001: "archive-secret", 60020: "archive-ip", 301042: "archive-ip",
         48001: "archive-not-permitted", 48002: "archive-not-permitted"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveVisit:
    """The archive and the means to ask for it."""

    case: Case
    api: Api

    @property
    def who(self) -> str:
        return "archive"

    @property
    def key(self) -> tuple[str, ...]:
        return ("wecom", "archive")


async def _seats(visit: ArchiveVisit) -> Iterable[Finding]:
    answer = await visit.api.call("msgaudit/get_permit_user_list", {})
    seats = {str(userid).lower() for userid in answer.get("ids") or ()}
    return [find("archive-no-seat", each, f"persona {each.persona}, member {each.account}")
            for each in visit.case.of("contact") if each.account.lower() not in seats]  # fmt: skip


STEPS = (Step(name="seats", probe=_seats, codes=CODES),)


async def examine(case: Case, http: aiohttp.ClientSession) -> list[Finding]:
    """Only the native feed has a set-up on the platform."""
    if case.config.wecom.archive.feed != "native":
        return []
    secret = conf.archive_secret(case.config)
    api, _ = enter(case, secret, case.config.wecom.corp_id, http)
    return await walk(ArchiveVisit(case=case, api=api), STEPS)
