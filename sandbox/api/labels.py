"""Corporate tags and contact ways (pages 92117, 92118, 92572)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.api.base import CURSOR, Call, Endpoint, limit
from sandbox.api.contact import EXTERNAL, PERMISSION, USERID
from sandbox.fields import Json, flag, items, number, obj, strings, text
from sandbox.rules import people, tags, ways
from sandbox.rules.payload import ATTACHMENTS, maybe_content


def mark_tag(call: Call) -> Json:
    relation = people.related(call.world, call.args["userid"], call.args["external_userid"])
    tags.mark(call.world, relation, call.args.get("add_tag", []), call.args.get("remove_tag", []))
    return {}


def tag_list(call: Call) -> Json:
    args = call.args
    return {"tag_group": tags.listing(call.world, args.get("tag_id", []), args.get("group_id", []))}


def tag_add(call: Call) -> Json:
    args = call.args
    made = tags.add(
        call.world,
        args.get("group_id", ""),
        args.get("group_name", ""),
        args.get("order", 0),
        args["tag"],
    )
    return {"tag_group": made}


def tag_edit(call: Call) -> Json:
    tags.edit(call.world, call.args["id"], call.args.get("name", ""), call.args.get("order"))
    return {}


def tag_del(call: Call) -> Json:
    tags.delete(call.world, call.args.get("tag_id", []), call.args.get("group_id", []))
    return {}


def way_add(call: Call) -> Json:
    made = ways.add(call.world, call.args)
    qr = {"qr_code": ways.url(call.world, made)} if made.fields["scene"] == 2 else {}
    return {"config_id": made.config_id} | qr


def way_get(call: Call) -> Json:
    return {"contact_way": ways.view(call.world, ways.find(call.world, call.args["config_id"]))}


def way_list(call: Call) -> Json:
    rows = [
        {"config_id": each.config_id}
        for each in call.world.store.contact_ways.values()
        if not each.fields.get("is_temp")
    ]
    part, cursor = call.page(rows, "ways", 100)
    return {"contact_way": part, "next_cursor": cursor}


def way_update(call: Call) -> Json:
    ways.update(call.world, ways.find(call.world, call.args["config_id"]), call.args)
    return {}


def way_del(call: Call) -> Json:
    found = ways.find(call.world, call.args["config_id"])
    del call.world.store.contact_ways[found.config_id]
    call.world.mark()
    return {}


CONFIG = text(64, required=True, missing=41043, bad=41044)
TAG_ROW = obj({"name": text(max_chars=30, required=True), "order": number(0)})
CONCLUSIONS = obj(
    {"text": obj({"content": maybe_content(4000)})}
    | {
        kind: replace(ATTACHMENTS[kind], required=False)
        for kind in ("image", "link", "miniprogram")
    }
)
WAY_FIELDS = {
    "style": number(bad=41042),
    "remark": text(max_chars=30),
    "skip_verify": flag(),
    "state": text(max_chars=30),
    "user": strings(100, over=41041),
    "party": items(number()),
    "is_temp": flag(),
    "expires_in": number(1, 14 * 86400),
    "chat_expires_in": number(1, 14 * 86400),
    "unionid": text(64),
    "conclusions": CONCLUSIONS,
    "is_exclusive": flag(),
    "mark_source": flag(),
}

ENDPOINTS = tuple(
    Endpoint("externalcontact/" + path, handler, methods, fields, PERMISSION)
    for path, handler, methods, fields in (
        (
            "mark_tag",
            mark_tag,
            ("POST",),
            {
                "userid": USERID,
                "external_userid": EXTERNAL,
                "add_tag": strings(),
                "remove_tag": strings(),
            },
        ),
        (
            "get_corp_tag_list",
            tag_list,
            ("POST", "GET"),
            {"tag_id": strings(), "group_id": strings()},
        ),
        (
            "add_corp_tag",
            tag_add,
            ("POST",),
            {
                "group_id": text(),
                "group_name": text(max_chars=30),
                "order": number(0),
                "tag": items(TAG_ROW, required=True),
                "agentid": number(),
            },
        ),
        (
            "edit_corp_tag",
            tag_edit,
            ("POST",),
            {"id": text(required=True), "name": text(max_chars=30), "order": number(0)},
        ),
        ("del_corp_tag", tag_del, ("POST",), {"tag_id": strings(), "group_id": strings()}),
        (
            "add_contact_way",
            way_add,
            ("POST",),
            {
                "type": number(required=True, missing=41037, bad=41039, choices=(1, 2)),
                "scene": number(required=True, missing=41038, bad=41040, choices=(1, 2)),
            }
            | WAY_FIELDS,
        ),
        ("get_contact_way", way_get, ("POST",), {"config_id": CONFIG}),
        (
            "list_contact_way",
            way_list,
            ("POST",),
            {"start_time": number(), "end_time": number(), "cursor": CURSOR, "limit": limit(1000)},
        ),
        ("update_contact_way", way_update, ("POST",), {"config_id": CONFIG} | WAY_FIELDS),
        ("del_contact_way", way_del, ("POST",), {"config_id": CONFIG}),
    )
)
