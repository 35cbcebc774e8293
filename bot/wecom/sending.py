"""One function per way out. Each makes one call and says what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.config import Limits
from bot.core.model import TO_CLIENT, NeedsHuman, Outbound, Outcome, Sent, Unsure
from bot.core.policy import UNKNOWN
from bot.wecom import appmsg, push, wire
from bot.wecom.client import Api
from bot.wecom.contacts.moments import wire_moment
from bot.wecom.errors import ApiError
from bot.wecom.files import Assets

KF_POOL, KF_HELD = 2, 3  # service_state: waiting for a person, held by one
WELCOME_SPENT = frozenset({41050, 41051, 41096})


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """An outbox row, whom it is for, and how long its call may take."""

    row: Outbound
    receivers: Sequence[str] = ()
    limits: Limits
    seconds: float
    agent_id: int = 0
    webhook_key: str = field(default="", repr=False)
    assets: Assets | None = None


Send = Callable[[Api, Parcel], Awaitable[Outcome]]


def kf_msgid(dedupe: str) -> str:
    """Our msgid: 32 of ``[0-9a-zA-Z_-]``, equal for equal intentions, so a repeat is recognised."""
    return hashlib.sha256(dedupe.encode()).hexdigest()[:32]


async def kf(api: Api, parcel: Parcel) -> Outcome:
    """kf/send_msg, or kf/send_msg_on_event when the row carries an event's code (page 95122)."""
    row, msgid = parcel.row, kf_msgid(parcel.row.dedupe)
    if TO_CLIENT in row.data:
        return await _transfer(api, parcel)
    body = wire.kf(row.body, parcel.limits)
    code = row.data.get("code")
    if code:
        path, call = "kf/send_msg_on_event", {"code": code, "msgid": msgid, **body}
    else:
        path = "kf/send_msg"
        call = {"touser": row.peer, "open_kfid": row.account, "msgid": msgid, **body}
    try:
        answer = await api.call(path, call, seconds=parcel.seconds)
    except ApiError as exc:
        repeated = row.note.startswith(UNKNOWN)
        if repeated and exc.errcode in parcel.limits.kf_duplicate_errcodes:
            return Sent(msgid, note="the first attempt had arrived")
        raise
    return Sent(str(answer.get("msgid") or msgid))


async def _transfer(api: Api, parcel: Parcel) -> Outcome:
    """kf/service_state/trans (page 94669): to one person in the client, or into their pool."""
    row, servicer = parcel.row, parcel.row.data.get("servicer")
    to = (
        {"service_state": KF_HELD, "servicer_userid": servicer}
        if servicer
        else {"service_state": KF_POOL}
    )
    call = {"open_kfid": row.account, "external_userid": row.peer, **to}
    await api.call("kf/service_state/trans", call, seconds=parcel.seconds)
    return Sent()


async def welcome(api: Api, parcel: Parcel) -> Outcome:
    """externalcontact/send_welcome_msg (page 92137). The code works once, so repeating is safe."""
    row = parcel.row
    call = {"welcome_code": row.data["code"], **wire.rich(row.body, parcel.limits)}
    try:
        await api.call("externalcontact/send_welcome_msg", call, seconds=parcel.seconds)
    except ApiError as exc:
        if row.note.startswith(UNKNOWN) and exc.errcode in WELCOME_SPENT:
            return Unsure(f"the code is spent ({exc.errcode}), by our first call or by a chat",
                          final=True)  # fmt: skip
        raise
    return Sent()


async def bulk_single(api: Api, parcel: Parcel) -> Outcome:
    """A bulk task to customers of one account; its owner must tap (page 92135)."""
    return await _bulk(api, parcel, {"chat_type": "single",
                                     "external_userid": list(parcel.receivers)})  # fmt: skip


async def bulk_group(api: Api, parcel: Parcel) -> Outcome:
    """A bulk task to customer groups of one owner, who must tap (page 92135)."""
    return await _bulk(api, parcel, {"chat_type": "group", "chat_id_list": list(parcel.receivers)})


async def _bulk(api: Api, parcel: Parcel, target: dict[str, Any]) -> Outcome:
    call = {**target, "sender": parcel.row.account, **wire.rich(parcel.row.body, parcel.limits)}
    answer = await api.call("externalcontact/add_msg_template", call, seconds=parcel.seconds)
    refused = answer.get("fail_list") or ()
    return NeedsHuman(str(answer["msgid"]), tuple(str(peer) for peer in refused))


async def moment(api: Api, parcel: Parcel) -> Outcome:
    """A moments task for one account; its owner must publish (page 95094)."""
    call = {"visible_range": {"sender_list": {"user_list": [parcel.row.account]}},
            **wire_moment(parcel.row.body, parcel.limits)}  # fmt: skip
    answer = await api.call("externalcontact/add_moment_task", call, seconds=parcel.seconds)
    return NeedsHuman(f"job:{answer['jobid']}")


# (channel, kind) before (channel, any kind).
WAYS: Mapping[tuple[str, str], Send] = {
    ("kf", ""): kf,
    ("contact", "welcome"): welcome,
    ("contact", ""): bulk_single,
    ("group", ""): bulk_group,
    ("moment", ""): moment,
    ("app", ""): appmsg.send,
    ("webhook", ""): push.send,
}


def way_of(row: Outbound) -> Send | None:
    """The function that sends this row, or None when no channel can."""
    return WAYS.get((row.channel, row.kind)) or WAYS.get((row.channel, ""))
