"""Customer contact: people, remarks, welcome (pages 92113 to 92115, 92994, 92137)."""

from __future__ import annotations

from sandbox.api.base import BOTH, CURSOR, GET, Call, Endpoint, limit
from sandbox.errors import ApiError
from sandbox.fields import Json, items, obj, strings, text
from sandbox.rules import people, welcome
from sandbox.rules.payload import attachments, check_media, maybe_content, words
from sandbox.world.model import Customer, Relation
from sandbox.world.world import World

PERMISSION = "contact"
EXTERNAL = text(64, required=True, missing=41035, bad=40096)
USERID = text(64, required=True, missing=41009, bad=40003)


def _person(world: World, each: Customer) -> Json:
    return {
        "external_userid": each.id,
        "name": each.name,
        "type": 1,
        "gender": each.gender,
        "avatar": f"{world.base}/avatar/{each.id}",
        "unionid": each.unionid,
    }


def _link(relation: Relation) -> Json:
    found = {
        "userid": relation.userid,
        "remark": relation.remark,
        "description": relation.description,
        "createtime": relation.created_at // 1000,
        "remark_mobiles": relation.remark_mobiles,
        "oper_userid": relation.oper_userid,
        "add_way": relation.add_way,
    }
    found |= {"remark_corp_name": relation.remark_company} if relation.remark_company else {}
    return found | ({"state": relation.state} if relation.state else {})


def _tags(world: World, relation: Relation) -> list[Json]:
    found = [world.store.tags[tag] for tag in relation.tags if tag in world.store.tags]
    return [
        {
            "group_name": world.store.tag_groups[each.group].name,
            "tag_name": each.name,
            "tag_id": each.id,
            "type": 1,
        }
        for each in found
    ]


def follow_users(call: Call) -> Json:
    found = people.contact_staff_ids(call.world)
    return {"follow_user": [each for each in found if call.app.sees(each)]}


def customer_list(call: Call) -> Json:
    member = people.contact_staff(call.world, call.args["userid"])
    found = call.world.store.relations.get(member.userid, {}).values()
    ids = [each.customer for each in found if not each.half]
    if not ids:
        raise ApiError(84061)
    return {"external_userid": ids}


def customer_get(call: Call) -> Json:
    person = people.customer(call.world, call.args["external_userid"])
    found = [each for each in call.world.relations_of(person.id) if not each.half]
    if not found:
        raise ApiError(84061)
    rows = [_link(each) | {"tags": _tags(call.world, each)} for each in found]
    part, cursor = call.page(rows, f"get:{person.id}", 500)
    return {
        "external_contact": _person(call.world, person),
        "follow_user": part,
        "next_cursor": cursor,
    }


def batch_get(call: Call) -> Json:
    """`userid` instead of `userid_list` is the older form, which wechatpy still sends."""
    world = call.world
    users = call.args.get("userid_list") or [call.args.get("userid", "")]
    if not users[0]:
        raise ApiError(41009, "userid_list")
    for userid in users:
        people.staff(world, userid)
    rows = [
        relation
        for userid in users
        for relation in world.store.relations.get(userid, {}).values()
        if not relation.half
    ]
    scope = "batch:" + ",".join(users)
    part, cursor = call.page([{"r": each} for each in rows], scope, 50)
    found = [
        {
            "external_contact": _person(world, world.store.customers[each["r"].customer]),
            "follow_info": _link(each["r"]) | {"tag_id": each["r"].tags},
        }
        for each in part
    ]
    return {"external_contact_list": found, "next_cursor": cursor}


REMARK_FIELDS = {
    "remark": text(max_chars=20),
    "description": text(max_chars=150),
    "remark_company": text(max_chars=20),
    "remark_mobiles": strings(),
    "remark_pic_mediaid": text(128),
}


def remark(call: Call) -> Json:
    relation = people.related(call.world, call.args["userid"], call.args["external_userid"])
    if not any(name in call.body for name in REMARK_FIELDS):
        raise ApiError(40063, "nothing to change")
    set_remark(call.world, relation, call.body | call.args)
    return {}


def set_remark(world: World, relation: Relation, values: Json) -> None:
    """Write what is given; an empty string clears, `[""]` clears the mobiles."""
    for name in ("remark", "description", "remark_company"):
        if name in values:
            setattr(relation, name, values[name] or "")
    if "remark_mobiles" in values:
        relation.remark_mobiles = [each for each in values["remark_mobiles"] if each]
    world.mark()


def send_welcome(call: Call) -> Json:
    world = call.world
    text_part = call.args.get("text", {}).get("content", "")
    parts = attachments(call.args.get("attachments", []))
    check_media(world, parts)
    if not text_part and not parts:
        raise ApiError(40063, "text or attachments")
    code = welcome.claim(world, call.args["welcome_code"])
    call.after.append(lambda: setattr(code, "sending", False))
    first: list[Json] = [{"msgtype": "text", "text": {"content": text_part}}] if text_part else []
    for raw in first + parts:
        told = raw | {"welcome_code": code.code}
        world.receive(code.customer, "contact", code.userid, raw["msgtype"], words(raw), told)
    return {}


WELCOME_TEXT = obj({"content": maybe_content(4000)})
ENDPOINTS = tuple(
    Endpoint("externalcontact/" + path, handler, methods, fields, PERMISSION)
    for path, handler, methods, fields in (
        ("get_follow_user_list", follow_users, BOTH, {}),
        ("list", customer_list, GET, {"userid": USERID}),
        ("get", customer_get, GET, {"external_userid": EXTERNAL, "cursor": CURSOR}),
        (
            "batch/get_by_user",
            batch_get,
            ("POST",),
            {
                "userid_list": strings(100),
                "userid": text(64),
                "cursor": CURSOR,
                "limit": limit(100),
            },
        ),
        (
            "remark",
            remark,
            ("POST",),
            {"userid": USERID, "external_userid": EXTERNAL} | REMARK_FIELDS,
        ),
        (
            "send_welcome_msg",
            send_welcome,
            ("POST",),
            {
                "welcome_code": text(512, required=True, missing=41049, bad=41050, over=41050),
                "text": WELCOME_TEXT,
                "attachments": items(obj(), 9),
            },
        ),
    )
)
