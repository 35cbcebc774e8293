"""What the platform calls accounts: those of customer service and those of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.wecom.client import Api
from bot.wecom.errors import ApiError

PAGE, PAGES = 100, 50


async def kf_accounts(api: Api) -> list[Mapping[str, Any]]:
    """kf/account/list (page 94661): open_kfid, name and manage_privilege of every account that
    this application sees. Raises ApiError or CallFailed."""
    found: list[Mapping[str, Any]] = []
    for page in range(PAGES):
        answer = await api.call("kf/account/list", {"offset": page * PAGE, "limit": PAGE})
        rows = answer.get("account_list") or ()
        found += rows
        if len(rows) < PAGE:
            break
    return found


async def of_kf(api: Api) -> dict[str, str]:
    """Names by open_kfid."""
    return {str(row.get("open_kfid")): str(row.get("name") or "")
            for row in await kf_accounts(api)}  # fmt: skip


async def of_people(api: Api, userids: Iterable[str]) -> dict[str, str]:
    """user/get (page 90196): names of those whom the application sees, by userid. Raises
    CallFailed."""
    found = {}
    for userid in userids:
        try:
            answer = await api.call("user/get", userid=userid)
        except ApiError:  # not in its visible scope, or gone: he is known by his userid
            continue
        found[userid] = str(answer.get("name") or "")
    return found
