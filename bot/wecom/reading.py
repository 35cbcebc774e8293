"""What is fetched from the platform: kf messages, names, results of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.contacts import Profile
from bot.core.model import Inbound, Outbound, TapResult, TapStatus
from bot.wecom.client import Api
from bot.wecom.errors import ApiError
from bot.wecom.inbound import from_kf

NOBODY_ASKED = 95031
RESULT_NOTES = {2: "not a friend of this account any more", 3: "above the platform's monthly cap"}


@dataclass(frozen=True, slots=True)
class KfPage:
    """One page of a kf account's log."""

    messages: tuple[Inbound, ...]
    cursor: str
    more: bool


async def kf_page(api: Api, open_kfid: str, cursor: str, token: str, now: int) -> KfPage:
    """kf/sync_msg (page 94670). Serialise per account. Raises ApiError 95007 for a dead token."""
    call = {"open_kfid": open_kfid, "cursor": cursor, "token": token, "limit": 1000}
    answer = await api.call("kf/sync_msg", {k: v for k, v in call.items() if v})
    entries = answer.get("msg_list") or ()
    return KfPage(
        tuple(from_kf(open_kfid, entry, now) for entry in entries),
        str(answer.get("next_cursor") or cursor),
        bool(answer.get("has_more")),
    )


async def name_of(api: Api, external_userid: str) -> str:
    """The customer's nickname (page 92114)."""
    answer = await api.call("externalcontact/get", external_userid=external_userid)
    return str(answer.get("external_contact", {}).get("name", ""))


async def kf_profiles(api: Api, customers: Sequence[str]) -> dict[str, Profile]:
    """Nicknames and union ids of at most 100 kf customers who wrote within 48 hours; of nobody when
    none of them did (page 95159, errcode 95031)."""
    try:
        answer = await api.call("kf/customer/batchget", {"external_userid_list": list(customers)})
    except ApiError as error:
        if error.errcode == NOBODY_ASKED:
            return {}
        raise
    rows = answer.get("customer_list") or ()
    return {str(row["external_userid"]): Profile(str(row.get("nickname") or ""),
                                                 str(row.get("unionid") or ""))
            for row in rows}  # fmt: skip


async def kf_link(api: Api, open_kfid: str, scene: str) -> str:
    """A link that opens the chat with a kf account (page 94665)."""
    answer = await api.call("kf/add_contact_way", {"open_kfid": open_kfid, "scene": scene})
    return str(answer["url"])


async def tap_status(api: Api, row: Outbound) -> TapStatus:
    """How far a task that waits for a tap has come."""
    task = row.provider_id or ""
    if row.channel == "moment":
        return await _moment_status(api, row.account, task)
    return await _bulk_status(api, row.account, task)


async def _bulk_status(api: Api, account: str, msgid: str) -> TapStatus:
    tasks = await _all(api, "externalcontact/get_groupmsg_task", {"msgid": msgid}, "task_list")
    if not any(t.get("userid") == account and t.get("status") == 2 for t in tasks):
        return TapStatus(done=False)
    sends = await _all(api, "externalcontact/get_groupmsg_send_result",
                       {"msgid": msgid, "userid": account}, "send_list")  # fmt: skip
    results = tuple(
        TapResult(peer=str(s.get("external_userid") or s.get("chat_id")), ok=s["status"] == 1,
                  at=_ms(s.get("send_time")), note=RESULT_NOTES.get(s["status"], ""))
        for s in sends if s.get("status")
    )  # fmt: skip
    return TapStatus(done=all(s.get("status") for s in sends), tapped=True, results=results)


async def _moment_status(api: Api, account: str, task: str) -> TapStatus:
    if task.startswith("job:"):
        answer = await api.call("externalcontact/get_moment_task_result",
                                jobid=task.removeprefix("job:"))  # fmt: skip
        if answer.get("status") != 3:
            return TapStatus(done=False)
        result = answer.get("result", {})
        if int(result.get("errcode", 0)):
            return TapStatus(done=True, note=f"{result['errcode']}: {result.get('errmsg', '')}")
        task = str(result["moment_id"])
    tasks = await _all(api, "externalcontact/get_moment_task", {"moment_id": task}, "task_list")
    mine = [t for t in tasks if t.get("userid") == account]
    if not any(t.get("publish_status") == 1 for t in mine):
        return TapStatus(done=False, task=task)
    return TapStatus(done=True, tapped=True, task=task,
                     results=(TapResult(peer=account, ok=True),))  # fmt: skip


async def _all(api: Api, path: str, call: dict[str, object], field: str) -> list[dict[str, Any]]:
    """Every row of a paged answer."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await api.call(path, {**call, **({"cursor": cursor} if cursor else {})})
        rows += answer.get(field) or []
        cursor = str(answer.get("next_cursor") or "")
        if not cursor:
            return rows


def _ms(seconds: object) -> int | None:
    return int(seconds) * 1000 if isinstance(seconds, (int, str)) and seconds else None
