"""Message archive, the REST helpers (page 91774). The feed itself has no HTTP API on the platform;
here it is `GET /sandbox/archive?seq=&limit=`."""

from __future__ import annotations

from sandbox.api.base import GET, POST, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, items, number, obj, text
from sandbox.rules import archive


def permitted(call: Call) -> Json:
    staff = call.world.store.staff.values()
    return {"ids": [each.userid for each in staff if each.active and each.archived]}


def single_agree(call: Call) -> Json:
    rows = [
        archive.agreed(call.world, each["userid"], each["exteranalopenid"])
        for each in call.args["info"]
    ]
    return {"agreeinfo": rows}


def room_agree(call: Call) -> Json:
    found = call.world.store.groups.get(call.args["roomid"])
    if found is None:
        raise ApiError(86001)
    rows = [
        archive.agreed(call.world, found.owner, each.id)
        for each in found.members.values()
        if each.type == 2
    ]
    return {
        "agreeinfo": [{key: value for key, value in row.items() if key != "userid"} for row in rows]
    }


def room(call: Call) -> Json:
    """Internal groups only."""
    found = call.world.store.groups.get(call.args["roomid"])
    if found is None or found.kind != "internal":
        raise ApiError(86001)
    members = [
        {"memberid": each.id, "jointime": each.joined_at // 1000} for each in found.members.values()
    ]
    return {
        "roomname": found.name,
        "creator": found.owner,
        "notice": found.notice,
        "room_create_time": found.created_at // 1000,
        "members": members,
    }


def robot_info(call: Call) -> Json:
    """A robot of the archive by its `wb…` id: here the bot id behind `wb`."""
    wanted = call.args["robot_id"].removeprefix("wb")
    found = call.world.store.robots.get(wanted)
    if found is None:
        raise ApiError(40058, "robot_id")
    return {"data": {"robot_id": call.args["robot_id"], "name": found.name, "creator_userid": ""}}


PAIR = obj(
    {
        "userid": text(64, required=True, missing=41009),
        "exteranalopenid": text(64, required=True, missing=41035),
    }
)
ROOM = {"roomid": text(64, required=True)}

ENDPOINTS = (
    Endpoint("msgaudit/get_permit_user_list", permitted, POST, {"type": number(1, 3)}, "archive"),
    Endpoint(
        "msgaudit/check_single_agree",
        single_agree,
        POST,
        {"info": items(PAIR, 100, required=True)},
        "archive",
    ),
    Endpoint("msgaudit/check_room_agree", room_agree, POST, ROOM, "archive"),
    Endpoint("msgaudit/groupchat/get", room, POST, ROOM, "archive"),
    Endpoint(
        "msgaudit/get_robot_info", robot_info, GET, {"robot_id": text(64, required=True)}, "archive"
    ),
)
