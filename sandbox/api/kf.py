"""Customer service (微信客服, pages 94638 to 94699, 95122, 95159)."""

from __future__ import annotations

from sandbox.api.base import BOTH, POST, Call, Endpoint, limit
from sandbox.errors import ApiError
from sandbox.fields import Json, items, number, strings, text
from sandbox.rules import kf_client, kf_log, kf_send, kf_session, media, payload
from sandbox.world.model import KfAccount
from sandbox.world.world import World

KFID = text(64, required=True, missing=95000, bad=95000, over=95000)
EXTERNAL = text(64, required=True, missing=41035, bad=40096)
MSGID = text(32, pattern=r"[0-9a-zA-Z_-]*", bad=40058)
INVALID_BATCH = 95031


def _granted(call: Call, open_kfid: str) -> KfAccount:
    """The account, if this app manages it (95000, 95004, 48007)."""
    found = kf_log.account(call.world, open_kfid)
    if found.app != call.app.name:
        raise ApiError(48007, open_kfid)
    return found


def account_list(call: Call) -> Json:
    found = [each for each in call.world.store.kf_accounts.values() if each.app == call.app.name]
    start = call.args.get("offset", 0)
    rows = [
        {
            "open_kfid": each.open_kfid,
            "name": each.name,
            "manage_privilege": True,
            "avatar": each.avatar or f"{call.world.base}/avatar/{each.open_kfid}",
        }
        for each in found[start : start + call.args.get("limit", 100)]
    ]
    return {"account_list": rows}


def account_add(call: Call) -> Json:
    media.valid(call.world, call.args["media_id"], "temp")
    made = KfAccount(
        open_kfid=call.world.next_id("wkSBX", 6), name=call.args["name"], app=call.app.name
    )
    call.world.store.kf_accounts[made.open_kfid] = made
    return {"open_kfid": made.open_kfid}


def account_update(call: Call) -> Json:
    found = _granted(call, call.args["open_kfid"])
    found.name = call.args.get("name", found.name)
    if "media_id" in call.args:
        media.valid(call.world, call.args["media_id"], "temp")
    call.world.mark()
    return {}


def account_del(call: Call) -> Json:
    found = _granted(call, call.args["open_kfid"])
    del call.world.store.kf_accounts[found.open_kfid]
    call.world.mark()
    return {}


def add_contact_way(call: Call) -> Json:
    found = _granted(call, call.args["open_kfid"])
    link = kf_client.make_link(call.world, found.open_kfid, call.args.get("scene", ""))
    return {"url": kf_client.url(call.world, link)}


def sync_msg(call: Call) -> Json:
    open_kfid = call.args.get("open_kfid", "")
    if open_kfid:
        _granted(call, open_kfid)
    chosen = kf_log.open_token(call.world, call.args.get("token", ""), open_kfid)
    found = kf_log.sync(
        call.world, chosen, call.args.get("cursor", ""), call.args.get("limit", 1000)
    )
    return {"next_cursor": found.cursor, "has_more": int(found.more), "msg_list": found.messages}


def send_msg(call: Call) -> Json:
    _granted(call, call.args["open_kfid"])
    message = payload.message(payload.KF, call.body)
    payload.check_media(call.world, [message])
    msgid = kf_send.send(
        call.world, call.args["open_kfid"], call.args["touser"], call.args.get("msgid", ""), message
    )
    return {"msgid": msgid}


def send_msg_on_event(call: Call) -> Json:
    message = payload.message(payload.KF_EVENT, call.body)
    msgid = kf_send.send_on_event(
        call.world, call.args["code"], call.args.get("msgid", ""), message
    )
    return {"msgid": msgid}


def state_get(call: Call) -> Json:
    _granted(call, call.args["open_kfid"])
    if call.args["external_userid"] not in call.world.store.customers:
        raise ApiError(40096)
    found = kf_session.session(call.world, call.args["open_kfid"], call.args["external_userid"])
    state = kf_session.state(call.world, found)
    servicer = {"servicer_userid": found.servicer} if state == kf_session.HUMAN else {}
    return {"service_state": state} | servicer


def state_trans(call: Call) -> Json:
    args = call.args
    _granted(call, args["open_kfid"])
    if args["external_userid"] not in call.world.store.customers:
        raise ApiError(40096)
    if args["service_state"] == kf_session.HUMAN and not args.get("servicer_userid"):
        raise ApiError(40063, "servicer_userid")
    code = kf_session.trans(
        call.world,
        args["open_kfid"],
        args["external_userid"],
        args["service_state"],
        args.get("servicer_userid", ""),
    )
    return {"msg_code": code} if code else {}


def servicer_list(call: Call) -> Json:
    found = _granted(call, call.args["open_kfid"])
    rows = [
        {"userid": userid, "status": status} | ({"stop_type": 0} if status else {})
        for userid, status in found.servicers.items()
    ]
    return {"servicer_list": rows}


def servicer_add(call: Call) -> Json:
    found = _granted(call, call.args["open_kfid"])
    return {"result_list": [_servicer(call.world, found, each, True) for each in _users(call)]}


def servicer_del(call: Call) -> Json:
    found = _granted(call, call.args["open_kfid"])
    return {"result_list": [_servicer(call.world, found, each, False) for each in _users(call)]}


def _users(call: Call) -> list[str]:
    found: list[str] = call.args.get("userid_list", [])
    if not found and not call.args.get("department_id_list"):
        raise ApiError(40063, "userid_list or department_id_list")
    return found


def _servicer(world: World, found: KfAccount, userid: str, wanted: bool) -> Json:
    if userid not in world.store.staff:
        return {"userid": userid, "errcode": 60111, "errmsg": "userid not found"}
    known = userid in found.servicers
    if wanted:
        found.servicers.setdefault(userid, 0)
    else:
        found.servicers.pop(userid, None)
    world.mark()
    return {"userid": userid, "errcode": 0, "errmsg": "ignored" if known == wanted else "success"}


def batchget(call: Call) -> Json:
    """Nickname and entry of people who asked within 48 hours; 95031 when nobody did."""
    rows: list[Json] = []
    invalid: list[str] = []
    known = False
    for customer in call.args["external_userid_list"]:
        row = _customer(call, customer)
        known = known or customer in call.world.store.customers
        if row is None:
            invalid.append(customer)
        else:
            rows.append(row)
    if not rows and known:
        raise ApiError(INVALID_BATCH)
    return {"customer_list": rows, "invalid_external_userid": invalid}


def _customer(call: Call, customer: str) -> Json | None:
    world = call.world
    person = world.store.customers.get(customer)
    keys = (f"{each}|{customer}" for each in world.store.kf_accounts)
    found = [world.store.kf_sessions[key] for key in keys if key in world.store.kf_sessions]
    oldest = world.now() - world.settings.kf_window_hours * kf_log.HOUR_MS
    recent = [each for each in found if (each.last_seen or 0) >= oldest]
    if person is None or not recent:
        return None
    row = {
        "external_userid": person.id,
        "nickname": person.name,
        "gender": person.gender,
        "avatar": f"{world.base}/avatar/{person.id}",
        "unionid": person.unionid,
    }
    if call.args.get("need_enter_session_context"):
        last = max(recent, key=lambda each: each.last_seen or 0)
        row["enter_session_context"] = {"scene": last.scene, "scene_param": last.scene_param}
    return row


PAIR = {"open_kfid": KFID, "external_userid": EXTERNAL}
SCENE = text(32, pattern=r"[0-9a-zA-Z_-]*", bad=40058)
SERVICERS = {
    "open_kfid": KFID,
    "userid_list": strings(100),
    "department_id_list": items(number(), 100),
}
NAME = text(max_chars=16, over=95006)

ENDPOINTS = tuple(
    Endpoint("kf/" + path, handler, methods, fields, "kf")
    for path, handler, methods, fields in (
        ("account/list", account_list, BOTH, {"offset": number(0), "limit": limit(100)}),
        (
            "account/add",
            account_add,
            POST,
            {
                "name": text(max_chars=16, required=True, missing=95006, over=95006),
                "media_id": text(128, required=True, missing=41006, bad=40007),
            },
        ),
        (
            "account/update",
            account_update,
            POST,
            {"open_kfid": KFID, "name": NAME, "media_id": text(128)},
        ),
        ("account/del", account_del, POST, {"open_kfid": KFID}),
        ("add_contact_way", add_contact_way, POST, {"open_kfid": KFID, "scene": SCENE}),
        (
            "sync_msg",
            sync_msg,
            POST,
            {
                "cursor": text(64),
                "token": text(128),
                "limit": limit(1000),
                "voice_format": number(0, 1),
                "open_kfid": text(64, bad=95000, over=95000),
            },
        ),
        (
            "send_msg",
            send_msg,
            POST,
            {
                "touser": EXTERNAL,
                "open_kfid": KFID,
                "msgid": MSGID,
                "msgtype": text(required=True, missing=40008, bad=40008),
            },
        ),
        (
            "send_msg_on_event",
            send_msg_on_event,
            POST,
            {
                "code": text(512, required=True, missing=41049, bad=41050),
                "msgid": MSGID,
                "msgtype": text(required=True, missing=40008, bad=40008),
            },
        ),
        ("service_state/get", state_get, POST, PAIR),
        (
            "service_state/trans",
            state_trans,
            POST,
            PAIR
            | {
                "service_state": number(required=True, choices=(0, 1, 2, 3, 4)),
                "servicer_userid": text(64),
            },
        ),
        ("servicer/list", servicer_list, BOTH, {"open_kfid": KFID}),
        ("servicer/add", servicer_add, POST, SERVICERS),
        ("servicer/del", servicer_del, POST, SERVICERS),
        (
            "customer/batchget",
            batchget,
            POST,
            {
                "external_userid_list": strings(100, required=True, missing=41035),
                "need_enter_session_context": number(0, 1),
            },
        ),
    )
)
