"""Whether somebody stands behind an account: servicers of kf, owners of staff accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.accounts import Code, Trouble
from bot.wecom.client import Api
from bot.wecom.errors import ApiError

STOPPED = 1  # page 94645
DISABLED, LEFT = 2, 5  # status of a member, page 90196
_KF: Mapping[int, Code] = {95000: "kf_gone", 95004: "kf_gone",
                           95017: "kf_unmanaged", 48007: "kf_unmanaged"}  # fmt: skip
_OWNER: Mapping[int, Code] = {60111: "owner_left", 40003: "owner_left"}
_STATUS: Mapping[int, Code] = {DISABLED: "owner_disabled", LEFT: "owner_left"}


async def of_kf(api: Api, open_kfid: str) -> Trouble:
    """kf/servicer/list (page 94645). Raises ApiError or CallFailed for what says nothing."""
    try:
        answer = await api.call("kf/servicer/list", open_kfid=open_kfid)
    except ApiError as exc:
        if code := _KF.get(exc.errcode):
            return Trouble(code, str(exc.errcode))
        raise
    rows: list[Mapping[str, Any]] = answer.get("servicer_list") or []
    if not rows:
        return Trouble("no_servicer")
    # a row of a department has no status: its people say for themselves whether they take chats
    stopped = all(row.get("status") == STOPPED for row in rows)
    return Trouble("servicers_stopped") if stopped else Trouble()


async def of_owners(api: Api, userids: Iterable[str]) -> dict[str, Trouble]:
    """By userid. Who may serve customers (page 92571) is well; of the others the directory tells
    why not (page 90196). Userids are case-insensitive. Raises ApiError or CallFailed."""
    answer = await api.call("externalcontact/get_follow_user_list")
    able = {str(userid).lower() for userid in answer.get("follow_user") or ()}
    return {each: Trouble() if each.lower() in able else await _owner(api, each)
            for each in userids}  # fmt: skip


async def _owner(api: Api, userid: str) -> Trouble:
    try:
        found = await api.call("user/get", userid=userid)
    except ApiError as exc:
        return Trouble(_OWNER.get(exc.errcode, "owner_unable"), str(exc.errcode))
    return Trouble(_STATUS.get(int(found.get("status") or 0), "owner_unable"))
