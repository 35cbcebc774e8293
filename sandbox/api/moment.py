"""Moments (pages 95094, 93333, 97612)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.api.base import CURSOR, GET, POST, Call, Endpoint, limit
from sandbox.errors import ApiError
from sandbox.fields import Field, Json, items, number, obj, strings, text
from sandbox.rules import moments
from sandbox.rules.payload import MEDIA_ID, URL, check_media, maybe_content, message
from sandbox.world.model import Moment

SPAN_S = 30 * 86_400
ATTACHMENTS: Mapping[str, Field] = {
    "image": obj({"media_id": MEDIA_ID}, required=True),
    "video": obj({"media_id": MEDIA_ID}, required=True),
    "link": obj({"title": text(64), "url": URL, "media_id": MEDIA_ID}, required=True),
}


def _attachments(rows: list[Json]) -> list[Json]:
    """Up to nine images, or one video, or one link."""
    found = [message(ATTACHMENTS, each) for each in rows]
    kinds = {each["msgtype"] for each in found}
    if len(kinds) > 1 or (kinds - {"image"} and len(found) > 1):
        raise ApiError(40058, "nine images, or one video, or one link")
    return found


def add(call: Call) -> Json:
    args = call.args
    words = args.get("text", {}).get("content", "")
    parts = _attachments(args.get("attachments", []))
    if not words and not parts:
        raise ApiError(41088)
    check_media(call.world, parts, "moments")
    visible = args.get("visible_range", {})
    senders, people = visible.get("sender_list", {}), visible.get("external_contact_list", {})
    users, tags = senders.get("user_list", []), people.get("tag_list", [])
    everybody = bool(senders.get("department_list")) or not (users or tags)
    job = moments.create(call.world, users, everybody, tags, words, parts)
    return {"jobid": job.jobid}


def task_result(call: Call) -> Json:
    job = call.world.store.moment_jobs.get(call.args["jobid"])
    if job is None:
        raise ApiError(40058, "jobid")
    status = moments.job_status(call.world, job)
    result = {
        "errcode": 0,
        "errmsg": "ok",
        "moment_id": job.moment_id,
        "invalid_sender_list": {"user_list": job.invalid_users, "department_list": []},
        "invalid_external_contact_list": {"tag_list": job.invalid_tags},
    }
    if not call.world.store.moments[job.moment_id].tasks:
        result |= {"errcode": 41061, "errmsg": "no member can publish"}
    return {"status": status, "type": "add_moment_task"} | (
        {"result": result} if status == moments.DONE else {}
    )


def _shown(found: Moment) -> Json:
    shown: Json = {
        "moment_id": found.moment_id,
        "create_time": found.created_at // 1000,
        "create_type": found.create_type,
        "visible_type": 0 if found.tags else 1,
        "text": {"content": found.text},
    }
    shown |= {"creator": found.creator} if found.creator else {}
    images = [each["image"] for each in found.attachments if each["msgtype"] == "image"]
    shown |= {"image": images} if images else {}
    for each in found.attachments:
        if each["msgtype"] in ("video", "link"):
            shown[each["msgtype"]] = each[each["msgtype"]]
    return shown


FILTERS = {0: (0,), 1: (1,), 2: (0, 1)}


def listing(call: Call) -> Json:
    args = call.args
    if args["end_time"] - args["start_time"] > SPAN_S:
        raise ApiError(40058, "at most 30 days")
    kinds = FILTERS[args["filter_type"]]
    rows = [
        _shown(each)
        for each in call.world.store.moments.values()
        if each.create_type in kinds
        and args["start_time"] <= each.created_at // 1000 <= args["end_time"]
        and args.get("creator", each.creator) == each.creator
    ]
    part, cursor = call.page(rows, "moments", 20)
    return {"moment_list": part, "next_cursor": cursor}


def tasks(call: Call) -> Json:
    found = moments.find(call.world, call.args["moment_id"])
    if found.create_type == 1:
        raise ApiError(41067, "corp moments only")
    rows = [
        {"userid": userid, "publish_status": int(call.world.store.tasks[task_id].status == "sent")}
        for userid, task_id in found.tasks.items()
    ]
    part, cursor = call.page(rows, f"moment:{found.moment_id}", 500)
    return {"task_list": part, "next_cursor": cursor}


def customers(call: Call) -> Json:
    """The customers that this member's moment is meant for."""
    found = moments.find(call.world, call.args["moment_id"])
    userid = call.args["userid"]
    if userid not in found.tasks:
        raise ApiError(41061, userid)
    task = call.world.store.tasks[found.tasks[userid]]
    chosen = task.targets or [each.customer for each in moments.audience(call.world, found, userid)]
    rows = [{"userid": userid, "external_userid": each} for each in chosen]
    part, cursor = call.page(rows, f"moment-to:{task.id}", 1000)
    return {"customer_list": part, "next_cursor": cursor}


def results(call: Call) -> Json:
    """The customers who can see what this member published."""
    _, task = moments.published(call.world, call.args["moment_id"], call.args["userid"])
    rows = [{"external_userid": each} for each in task.results]
    part, cursor = call.page(rows, f"moment-sent:{task.id}", 3000)
    return {"customer_list": part, "next_cursor": cursor}


def comments(call: Call) -> Json:
    userid = call.args["userid"]
    found, _ = moments.published(call.world, call.args["moment_id"], userid)
    rows = [
        {k: v for k, v in each.items() if k != "content"} for each in found.comments.get(userid, [])
    ]
    return {"comment_list": rows, "like_list": found.likes.get(userid, [])}


def cancel(call: Call) -> Json:
    moments.cancel(call.world, call.args["moment_id"])
    return {}


MOMENT = text(64, required=True, missing=41059, bad=41060, over=41060)
USERID = text(64, required=True, missing=41009, bad=41061)
TIME = number(0, required=True)
ONE = {"moment_id": MOMENT, "userid": USERID}
VISIBLE = obj(
    {
        "sender_list": obj({"user_list": strings(100_000), "department_list": items(number())}),
        "external_contact_list": obj({"tag_list": strings()}),
    }
)
WORDS = maybe_content(4000, 2000)

ENDPOINTS = tuple(
    Endpoint("externalcontact/" + path, handler, methods, fields, "contact")
    for path, handler, methods, fields in (
        (
            "add_moment_task",
            add,
            POST,
            {
                "visible_range": VISIBLE,
                "text": obj({"content": WORDS}),
                "attachments": items(obj(), 9),
            },
        ),
        ("get_moment_task_result", task_result, GET, {"jobid": text(64, required=True)}),
        (
            "get_moment_list",
            listing,
            POST,
            {
                "start_time": TIME,
                "end_time": TIME,
                "creator": text(64),
                "cursor": CURSOR,
                "filter_type": number(default=2, choices=(0, 1, 2)),
                "limit": limit(20),
            },
        ),
        (
            "get_moment_task",
            tasks,
            POST,
            {"moment_id": MOMENT, "cursor": CURSOR, "limit": limit(1000)},
        ),
        (
            "get_moment_customer_list",
            customers,
            POST,
            ONE | {"cursor": CURSOR, "limit": limit(1000)},
        ),
        ("get_moment_send_result", results, POST, ONE | {"cursor": CURSOR, "limit": limit(5000)}),
        ("get_moment_comments", comments, POST, ONE),
        ("cancel_moment_task", cancel, POST, {"moment_id": MOMENT}),
    )
)
