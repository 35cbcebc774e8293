"""Message-push robots: whether their keys live, without a word into the chat.

An upload without a file tells: the platform looks at the key first, then misses the file. Nothing
is kept and nobody sees it. (That the key is looked at first is not written in the documentation;
any code but the three below therefore counts as a good key.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import aiohttp

from bot.core import config as conf
from bot.core.findings import Finding
from bot.wecom.client import errcode_of, exchange
from bot.wecom.doctor.case import Case
from bot.wecom.doctor.walk import SECONDS, Step, walk
from bot.wecom.errors import ApiError

PATH = "webhook/upload_media"
DEAD: Mapping[int, str] = {
    93000: "webhook-key", 93004: "webhook-disabled", 93008: "webhook-disabled",
    45009: "rate-limited",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookVisit:
    """A push robot and its key."""

    case: Case
    name: str
    http: aiohttp.ClientSession

    @property
    def who(self) -> str:
        return f"webhook {self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        return ("wecom", "webhooks", self.name)


async def _key(visit: WebhookVisit) -> Iterable[Finding]:
    query = {"key": conf.webhook_key(visit.case.config, visit.name), "type": "file"}
    url = f"{visit.case.base}/cgi-bin/{PATH}"
    answer = await exchange(visit.http, "post", url, query, b"", SECONDS)
    code = errcode_of(answer, PATH)
    if code in DEAD:
        raise ApiError(PATH, code, str(answer.get("errmsg", "")))
    return ()


STEPS = (Step(name="key", probe=_key, codes=DEAD),)


async def examine(case: Case, http: aiohttp.ClientSession) -> list[Finding]:
    """Every configured push robot."""
    found: list[Finding] = []
    for name in case.config.wecom.webhooks:
        found += await walk(WebhookVisit(case=case, name=name, http=http), STEPS)
    return found
