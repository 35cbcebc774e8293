"""Bulk messages (pages 92135, 93338, 97610, 97611)."""

from __future__ import annotations

from sandbox.api.base import CURSOR, Call, Endpoint, limit
from sandbox.errors import ApiError
from sandbox.fields import Json, flag, items, number, obj, strings, text
from sandbox.rules import bulk
from sandbox.rules.payload import attachments, check_media, maybe_content
from sandbox.world.model import Bulk, Task
from sandbox.world.world import World

MONTH_S = 31 * 86_400
TAG_FILTER = obj(
    {"group_list": items(obj({"tag_list": strings(100, required=True)}), required=True)}
)


def add(call: Call) -> Json:
    args = call.args
    words = args.get("text", {}).get("content", "")
    parts = attachments(args.get("attachments", []))
    check_media(call.world, parts)
    if not words and not parts:
        raise ApiError(40063, "text or attachments")
    groups = args.get("tag_filter", {}).get("group_list", [])
    wanted = bulk.Wanted(
        chat_type=args["chat_type"],
        sender=args.get("sender", ""),
        customers=tuple(args.get("external_userid", ())),
        chats=tuple(args.get("chat_id_list", ())),
        tags=tuple(tuple(each["tag_list"]) for each in groups),
        allow_select=args.get("allow_select", False),
        text=words,
        attachments=parts,
    )
    made, failed = bulk.create(call.world, wanted)
    return {"fail_list": failed, "msgid": made.msgid}


def _parts(found: Bulk) -> Json:
    return ({"text": {"content": found.text}} if found.text else {}) | {
        "attachments": found.attachments
    }


def _shown(found: Bulk) -> Json:
    creator = {"creator": found.creator} if found.creator else {}
    return (
        {
            "msgid": found.msgid,
            "create_time": str(found.created_at // 1000),
            "create_type": found.create_type,
        }
        | creator
        | _parts(found)
    )


FILTERS = {0: (0,), 1: (1,), 2: (0, 1)}


def listing(call: Call) -> Json:
    args = call.args
    if args["end_time"] - args["start_time"] > MONTH_S:
        raise ApiError(40058, "at most one month")
    kinds = FILTERS[args["filter_type"]]
    rows = [
        _shown(each)
        for each in call.world.store.bulks.values()
        if each.chat_type == args["chat_type"]
        and each.create_type in kinds
        and args["start_time"] <= each.created_at // 1000 <= args["end_time"]
        and args.get("creator", each.creator) == each.creator
    ]
    part, cursor = call.page(rows, f"bulk:{args['chat_type']}", 50)
    return {"group_msg_list": part, "next_cursor": cursor}


def tasks(call: Call) -> Json:
    found = bulk.dispatched(call.world, call.args["msgid"])
    rows = [_task(call.world.store.tasks[task_id]) for task_id in found.tasks.values()]
    part, cursor = call.page(rows, f"tasks:{found.msgid}", 500)
    return {"task_list": part, "next_cursor": cursor}


def _task(task: Task) -> Json:
    if task.sent_at is None:
        return {"userid": task.userid, "status": 0}
    return {"userid": task.userid, "status": 2, "send_time": task.sent_at // 1000}


def results(call: Call) -> Json:
    found = bulk.dispatched(call.world, call.args["msgid"])
    task_id = found.tasks.get(call.args["userid"])
    if task_id is None:
        raise ApiError(40003, call.args["userid"])
    rows = _results(call.world, found, call.world.store.tasks[task_id])
    part, cursor = call.page(rows, f"results:{task_id}", 500)
    return {"send_list": part, "next_cursor": cursor}


def _results(world: World, found: Bulk, task: Task) -> list[Json]:
    """Group tasks whose groups the owner chose himself have only rows for what was sent."""
    name = "chat_id" if found.chat_type == "group" else "external_userid"
    chosen = task.targets if found.preset else list(task.results)
    rows = []
    for target in chosen:
        result = task.results.get(target)
        row: Json = {name: target, "userid": task.userid, "status": bulk.UNSENT}
        if result is not None:
            row |= {"status": result["status"]}
            row |= {"send_time": result["at"] // 1000} if result["status"] == bulk.SENT else {}
        rows.append(row)
    return rows


def old_results(call: Call) -> Json:
    """get_group_msg_result: the retired endpoint that older clients still call."""
    found = bulk.dispatched(call.world, call.args["msgid"])
    rows = [
        row
        for task_id in found.tasks.values()
        for row in _results(call.world, found, call.world.store.tasks[task_id])
    ]
    return {"check_status": 1, "detail_list": rows}


def remind(call: Call) -> Json:
    bulk.remind(call.world, call.args["msgid"])
    return {}


def cancel(call: Call) -> Json:
    bulk.cancel(call.world, call.args["msgid"])
    return {}


MSGID = text(128, required=True, missing=41046, bad=41047, over=41047)
TIME = number(0, required=True)

ENDPOINTS = tuple(
    Endpoint("externalcontact/" + path, handler, ("POST",), fields, "contact")
    for path, handler, fields in (
        (
            "add_msg_template",
            add,
            {
                "chat_type": text(default="single", choices=("single", "group")),
                "external_userid": strings(10_000),
                "chat_id_list": strings(2000),
                "tag_filter": TAG_FILTER,
                "sender": text(64),
                "allow_select": flag(),
                "text": obj({"content": maybe_content(4000)}),
                "attachments": items(obj(), 9),
            },
        ),
        (
            "get_groupmsg_list_v2",
            listing,
            {
                "chat_type": text(required=True, choices=("single", "group")),
                "start_time": TIME,
                "end_time": TIME,
                "creator": text(64),
                "limit": limit(100),
                "cursor": CURSOR,
                "filter_type": number(default=2, choices=(0, 1, 2)),
            },
        ),
        ("get_groupmsg_task", tasks, {"msgid": MSGID, "limit": limit(1000), "cursor": CURSOR}),
        (
            "get_groupmsg_send_result",
            results,
            {
                "msgid": MSGID,
                "userid": text(64, required=True, missing=41009),
                "limit": limit(1000),
                "cursor": CURSOR,
            },
        ),
        ("get_group_msg_result", old_results, {"msgid": MSGID}),
        ("remind_groupmsg_send", remind, {"msgid": MSGID}),
        ("cancel_groupmsg_send", cancel, {"msgid": MSGID}),
    )
)
