"""Served people, group ids of mini-programs, temporary chats, the retired transfer (pages 99434,
94828, 92572, 92124)."""

from __future__ import annotations

from sandbox.api.base import CURSOR, POST, Call, Endpoint, limit
from sandbox.api.contact import EXTERNAL, PERMISSION, USERID
from sandbox.errors import ApiError
from sandbox.fields import Json, text
from sandbox.rules import people, served, transfer


def contact_list(call: Call) -> Json:
    cursor, most = call.args.get("cursor", ""), call.args.get("limit", 1000)
    rows, following = served.page(call.world, cursor, most)
    return {"info_list": rows, "next_cursor": following}


def opengid_to_chatid(call: Call) -> Json:
    return {"chat_id": served.chat_of(call.world, call.args["opengid"])}


def close_temp_chat(call: Call) -> Json:
    """Temporary chats end by themselves here; the pair must exist."""
    people.staff(call.world, call.args["userid"])
    people.customer(call.world, call.args["external_userid"])
    return {}


def old_transfer(call: Call) -> Json:
    """externalcontact/transfer: one customer of a member who has left; older clients call it."""
    args = call.args
    wanted = [args["external_userid"]]
    users = args["handover_userid"], args["takeover_userid"]
    (row,) = transfer.start(call.world, *users, wanted, True)
    if row["errcode"]:
        raise ApiError(row["errcode"])
    return {}


ENDPOINTS = tuple(
    Endpoint("externalcontact/" + path, handler, POST, fields, PERMISSION)
    for path, handler, fields in (
        ("contact_list", contact_list, {"cursor": CURSOR, "limit": limit(1000)}),
        ("opengid_to_chatid", opengid_to_chatid, {"opengid": text(128, required=True)}),
        ("close_temp_chat", close_temp_chat, {"userid": USERID, "external_userid": EXTERNAL}),
        (
            "transfer",
            old_transfer,
            {"external_userid": EXTERNAL, "handover_userid": USERID, "takeover_userid": USERID},
        ),
    )
)
