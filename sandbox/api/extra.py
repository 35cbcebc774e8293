"""Join ways, welcome material, transfers, acquisition, statistics (pages 92229, 92366, 92125,
97297, 92132)."""

from __future__ import annotations

from sandbox.api.base import CURSOR, GET, POST, Call, Endpoint, limit
from sandbox.api.contact import USERID
from sandbox.api.labels import CONFIG
from sandbox.errors import ApiError
from sandbox.fields import Json, flag, items, number, obj, strings, text
from sandbox.rules import acquisition, groups, joinways, people, statistics, templates, transfer
from sandbox.rules.payload import ATTACHMENTS, maybe_content


def join_add(call: Call) -> Json:
    return {"config_id": joinways.add(call.world, call.args).config_id}


def join_get(call: Call) -> Json:
    found = joinways.find(call.world, call.args["config_id"])
    return {"join_way": joinways.view(call.world, found)}


def join_update(call: Call) -> Json:
    joinways.update(call.world, joinways.find(call.world, call.args["config_id"]), call.args)
    return {}


def join_del(call: Call) -> Json:
    del call.world.store.join_ways[joinways.find(call.world, call.args["config_id"]).config_id]
    call.world.mark()
    return {}


def template_add(call: Call) -> Json:
    return {"template_id": templates.add(call.world, call.app.name, call.args)}


def template_edit(call: Call) -> Json:
    templates.edit(call.world, call.app.name, call.args["template_id"], call.args)
    return {}


def template_get(call: Call) -> Json:
    return templates.get(call.world, call.args["template_id"])


def template_del(call: Call) -> Json:
    templates.delete(call.world, call.app.name, call.args["template_id"])
    return {}


def _move(call: Call, resigned: bool) -> Json:
    args = call.args
    rows = transfer.start(
        call.world,
        args["handover_userid"],
        args["takeover_userid"],
        args["external_userid"],
        resigned,
    )
    return {"customer": rows}


def transfer_customer(call: Call) -> Json:
    return _move(call, False)


def transfer_resigned(call: Call) -> Json:
    return _move(call, True)


def transfer_result(call: Call) -> Json:
    args = call.args
    rows = transfer.result(call.world, args["handover_userid"], args["takeover_userid"])
    part, cursor = call.page(rows, "transfer", 1000)
    return {"customer": part, "next_cursor": cursor}


def unassigned(call: Call) -> Json:
    args = {"limit": call.args.get("page_size", 1000)}
    call.args = call.args | args
    part, cursor = call.page(transfer.unassigned(call.world), "unassigned", 1000)
    return {"info": part, "is_last": not cursor, "next_cursor": cursor}


def _groups_move(call: Call, resigned: bool) -> Json:
    """Each group that cannot move is listed with its code."""
    owner = people.contact_staff(call.world, call.args["new_owner"]).userid
    failed = []
    for chat_id in call.args["chat_id_list"]:
        try:
            groups.hand_over(call.world, chat_id, owner, resigned)
        except ApiError as error:
            failed.append({"chat_id": chat_id, "errcode": error.errcode, "errmsg": error.errmsg})
    return {"failed_chat_list": failed}


def group_onjob(call: Call) -> Json:
    return _groups_move(call, False)


def group_resigned(call: Call) -> Json:
    return _groups_move(call, True)


def link_list(call: Call) -> Json:
    part, cursor = call.page(acquisition.listing(call.world), "links", 100)
    return {"link_id_list": [row["link_id"] for row in part], "next_cursor": cursor}


def link_get(call: Call) -> Json:
    found = acquisition.find(call.world, call.args["link_id"])
    return {"link": acquisition.view(call.world, found), "range": found["range"]}


def link_create(call: Call) -> Json:
    return {"link": acquisition.view(call.world, acquisition.create(call.world, call.args))}


def link_update(call: Call) -> Json:
    found = acquisition.find(call.world, call.args["link_id"])
    found |= {key: call.args[key] for key in ("link_name", "range") if key in call.args}
    call.world.mark()
    return {}


def link_delete(call: Call) -> Json:
    acquisition.delete(call.world, call.args["link_id"])
    return {}


def link_customers(call: Call) -> Json:
    found = acquisition.find(call.world, call.args["link_id"])
    part, cursor = call.page(found["customers"], f"link:{found['link_id']}", 1000)
    return {"customer_list": part, "next_cursor": cursor}


def link_statistic(call: Call) -> Json:
    found = acquisition.find(call.world, call.args["link_id"])
    return {"click_link_customer_cnt": found["clicks"], "new_customer_cnt": len(found["customers"])}


def link_quota(call: Call) -> Json:
    return acquisition.quota(call.world)


def behavior(call: Call) -> Json:
    args = call.args
    users = args.get("userid") or people.contact_staff_ids(call.world)
    if args["end_time"] - args["start_time"] > 30 * statistics.DAY_S:
        raise ApiError(40058, "at most 30 days")
    return {
        "behavior_data": statistics.behavior(
            call.world, users, args["start_time"], args["end_time"]
        )
    }


def group_statistic(call: Call) -> Json:
    owners = call.args["owner_filter"]["userid_list"]
    rows = [{"owner": each, "data": statistics.owner(call.world, each)} for each in owners]
    start = call.args.get("offset", 0)
    part = rows[start : start + call.args.get("limit", 500)]
    return {"total": len(rows), "next_offset": start + len(part), "items": part}


def group_by_day(call: Call) -> Json:
    """One row a day; the owners are summed."""
    start, end = call.args["day_begin_time"], call.args.get("day_end_time")
    end = start if end is None else end
    if end - start > 30 * statistics.DAY_S:
        raise ApiError(40058, "at most 30 days")
    owners = call.args["owner_filter"]["userid_list"]
    rows = [statistics.owner(call.world, each) for each in owners]
    total = {key: sum(row[key] for row in rows) for key in rows[0]}
    days = range(start, end + 1, statistics.DAY_S)
    return {"items": [{"stat_time": day, "data": total} for day in days]}


def chat_info(call: Call) -> Json:
    return acquisition.chat_info(call.world, call.args["chat_key"])


JOIN = {
    "scene": number(required=True, missing=41038, bad=41040, choices=(1, 2)),
    "remark": text(max_chars=30),
    "auto_create_room": number(0, 1, default=1),
    "room_base_name": text(max_chars=40),
    "room_base_id": number(0),
    "state": text(max_chars=30),
    "chat_id_list": strings(5, required=True, over=41091),
    "mark_source": flag(),
}
TEMPLATE = {
    "text": obj({"content": maybe_content(3000)}),
    "notify": number(0, 1),
    "agentid": number(),
} | {kind: obj(row.fields) for kind, row in ATTACHMENTS.items()}
TEMPLATE_ID = text(64, required=True)
PAIR = {"handover_userid": USERID, "takeover_userid": USERID}
MOVE = PAIR | {
    "external_userid": strings(100, required=True, missing=41035),
    "transfer_success_msg": text(max_chars=200),
}
PAIR_PAGE = PAIR | {"cursor": CURSOR}
CHATS = {"chat_id_list": strings(100, required=True), "new_owner": USERID}
LINK = {"link_id": text(64, required=True)}
RANGE = obj({"user_list": strings(500), "department_list": items(number())}, required=True)
TIMES = {"start_time": number(0, required=True), "end_time": number(0, required=True)}
DAYS = {
    "day_begin_time": number(0, required=True),
    "day_end_time": number(0),
    "owner_filter": obj({"userid_list": strings(100, required=True)}, required=True),
}
CA = "customer_acquisition/"

ENDPOINTS = tuple(
    Endpoint("externalcontact/" + path, handler, methods, fields, "contact")
    for path, handler, methods, fields in (
        ("groupchat/add_join_way", join_add, POST, JOIN),
        ("groupchat/get_join_way", join_get, POST, {"config_id": CONFIG}),
        ("groupchat/update_join_way", join_update, POST, JOIN | {"config_id": CONFIG}),
        ("groupchat/del_join_way", join_del, POST, {"config_id": CONFIG}),
        ("group_welcome_template/add", template_add, POST, TEMPLATE),
        (
            "group_welcome_template/edit",
            template_edit,
            POST,
            TEMPLATE | {"template_id": TEMPLATE_ID, "text": obj({"content": maybe_content(4000)})},
        ),
        ("group_welcome_template/get", template_get, POST, {"template_id": TEMPLATE_ID}),
        ("group_welcome_template/del", template_del, POST, {"template_id": TEMPLATE_ID}),
        ("transfer_customer", transfer_customer, POST, MOVE),
        ("transfer_result", transfer_result, POST, PAIR_PAGE),
        ("resigned/transfer_customer", transfer_resigned, POST, MOVE),
        ("resigned/transfer_result", transfer_result, POST, PAIR_PAGE),
        (
            "get_unassigned_list",
            unassigned,
            POST,
            {"page_id": number(0), "page_size": number(1, 1000), "cursor": CURSOR},
        ),
        ("groupchat/onjob_transfer", group_onjob, POST, CHATS),
        ("groupchat/transfer", group_resigned, POST, CHATS),
        (CA + "list_link", link_list, POST, {"limit": limit(100), "cursor": CURSOR}),
        (CA + "get", link_get, POST, LINK),
        (
            CA + "create_link",
            link_create,
            POST,
            {
                "link_name": text(max_chars=30, required=True),
                "range": RANGE,
                "skip_verify": flag(),
                "priority_option": obj(),
                "mark_source": flag(),
            },
        ),
        (
            CA + "update_link",
            link_update,
            POST,
            LINK | {"link_name": text(max_chars=30), "range": obj(RANGE.fields)},
        ),
        (CA + "delete_link", link_delete, POST, LINK),
        (CA + "customer", link_customers, POST, LINK | {"limit": limit(1000), "cursor": CURSOR}),
        (CA + "get_chat_info", chat_info, POST, {"chat_key": text(128, required=True)}),
        (CA + "statistic", link_statistic, POST, LINK | TIMES),
        ("customer_acquisition_quota", link_quota, GET, {}),
        (
            "get_user_behavior_data",
            behavior,
            POST,
            TIMES | {"userid": strings(100), "partyid": items(number(), 100)},
        ),
        ("groupchat/statistic_group_by_day", group_by_day, POST, DAYS),
        (
            "groupchat/statistic",
            group_statistic,
            POST,
            DAYS
            | {
                "order_by": number(1, 4),
                "order_asc": number(0, 1),
                "offset": number(0),
                "limit": limit(1000),
            },
        ),
    )
)
