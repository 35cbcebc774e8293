"""Customer groups (pages 92120, 92122). Nothing here writes into a group."""

from __future__ import annotations

from sandbox.api.base import CURSOR, Call, Endpoint, limit
from sandbox.fields import Json, number, obj, strings, text
from sandbox.rules import groups
from sandbox.world.model import Group, GroupMember
from sandbox.world.world import World


def listing(call: Call) -> Json:
    owners = call.args.get("owner_filter", {}).get("userid_list")
    wanted = call.args.get("status_filter", 0)
    found = [each for each in call.world.store.groups.values() if each.kind == "customer"]
    rows = [
        {"chat_id": each.chat_id, "status": _status(call.world, each)}
        for each in found
        if not owners or each.owner in owners
    ]
    if wanted:
        rows = [row for row in rows if row["status"] == wanted]
    part, cursor = call.page(rows, "groups", 1000)
    return {"group_chat_list": part, "next_cursor": cursor}


def _status(world: World, group: Group) -> int:
    """0, or 1 while its owner has left and nobody took the group over."""
    owner = world.store.staff.get(group.owner)
    return int(owner is not None and not owner.active)


def get(call: Call) -> Json:
    found = groups.customer_group(call.world, call.args["chat_id"])
    named = bool(call.args.get("need_name", 0))
    members = [_member(call.world, each, named) for each in found.members.values()]
    return {
        "group_chat": {
            "chat_id": found.chat_id,
            "name": found.name,
            "owner": found.owner,
            "create_time": found.created_at // 1000,
            "notice": found.notice,
            "member_list": members,
            "admin_list": [{"userid": each} for each in found.admins],
            "member_version": f"v{found.version}",
        }
    }


def _member(world: World, each: GroupMember, named: bool) -> Json:
    shown: Json = {
        "userid": each.id,
        "type": each.type,
        "join_time": each.joined_at // 1000,
        "join_scene": each.join_scene,
        "group_nickname": "",
    }
    shown |= {"invitor": {"userid": each.invitor}} if each.invitor else {}
    shown |= {"state": each.state} if each.state else {}
    person = world.store.customers.get(each.id)
    member = world.store.staff.get(each.id)
    if person is not None:
        shown["unionid"] = person.unionid
    if named:
        shown["name"] = person.name if person else member.name if member else ""
    return shown


ENDPOINTS = (
    Endpoint(
        "externalcontact/groupchat/list",
        listing,
        ("POST",),
        {
            "status_filter": number(0, 3),
            "cursor": CURSOR,
            "limit": limit(1000, required=True),
            "owner_filter": obj({"userid_list": strings(100)}),
        },
        "contact",
    ),
    Endpoint(
        "externalcontact/groupchat/get",
        get,
        ("POST",),
        {"chat_id": text(64, required=True), "need_name": number(0, 1)},
        "contact",
    ),
)
