"""Product albums (95096), sensitive words (95097), kf knowledge (95971, 95972), kf upgrade (94674)
and statistics (95489, 95490): stored or counted, never acting by themselves."""

from __future__ import annotations

from sandbox.api.base import BOTH, CURSOR, GET, POST, Call, Endpoint, Handler, limit
from sandbox.api.kf import KFID, PAIR
from sandbox.errors import ApiError
from sandbox.fields import Json, Schema, items, number, obj, strings, text
from sandbox.fields import need as need_field
from sandbox.rules import kf_log, media, shelves
from sandbox.rules.payload import MEDIA_ID

ALBUM, RULE, GROUP, INTENT = "album", "intercept", "kf_group", "kf_intent"
RULES_PER_CORP = 100
DAY_S = 86_400


def _pictures(call: Call) -> None:
    """Pictures of an album are uploaded as attachments of type 2 (40007)."""
    for each in call.args.get("attachments", []):
        media.valid(call.world, each["image"]["media_id"], "album")


def album_add(call: Call) -> Json:
    _pictures(call)
    return {"product_id": shelves.put(call.world, ALBUM, "prod", call.args)}


def album_get(call: Call) -> Json:
    key = call.args["product_id"]
    return {"product": {"product_id": key} | shelves.get(call.world, ALBUM, key)}


def album_list(call: Call) -> Json:
    rows = [{"product_id": key} | row for key, row in shelves.rows(call.world, ALBUM).items()]
    part, cursor = call.page(rows, ALBUM, 50)
    return {"product_list": part, "next_cursor": cursor}


def album_update(call: Call) -> Json:
    _pictures(call)
    shelves.change(call.world, ALBUM, call.args["product_id"], call.args)
    return {}


def album_del(call: Call) -> Json:
    shelves.drop(call.world, ALBUM, call.args["product_id"])
    return {}


def rule_add(call: Call) -> Json:
    if len(shelves.rows(call.world, RULE)) >= RULES_PER_CORP:
        raise ApiError(81017, "rules per corp")
    return {"rule_id": shelves.put(call.world, RULE, "rule", call.args)}


def rule_list(call: Call) -> Json:
    rows = [
        {"rule_id": key, "rule_name": row["rule_name"], "create_time": row["create_time"]}
        for key, row in shelves.rows(call.world, RULE).items()
    ]
    return {"rule_list": rows}


def rule_get(call: Call) -> Json:
    key = call.args["rule_id"]
    row = shelves.get(call.world, RULE, key)
    extra = {"semantics_list": row.get("semantics_list", [])}
    kept = {name: row[name] for name in row if name != "semantics_list"}
    return {"rule": {"rule_id": key} | kept | {"extra_rule": extra}}


def rule_update(call: Call) -> Json:
    given = dict(call.args)
    added = given.pop("add_applicable_range", {})
    removed = given.pop("remove_applicable_range", {})
    row = shelves.get(call.world, RULE, given.pop("rule_id"))
    shelves.change_range(row, "applicable_range", added, removed)
    row.update(given)
    call.world.mark()
    return {}


def rule_del(call: Call) -> Json:
    shelves.drop(call.world, RULE, call.args["rule_id"])
    return {}


def group_add(call: Call) -> Json:
    return {"group_id": shelves.put(call.world, GROUP, "kg", call.args)}


def group_mod(call: Call) -> Json:
    shelves.change(call.world, GROUP, call.args["group_id"], call.args)
    return {}


def group_del(call: Call) -> Json:
    shelves.drop(call.world, GROUP, call.args["group_id"])
    return {}


def group_list(call: Call) -> Json:
    rows = [
        {"group_id": key, "name": row["name"]}
        for key, row in shelves.rows(call.world, GROUP).items()
    ]
    part, cursor = call.page(rows, GROUP, 100)
    return {"group_list": part, "next_cursor": cursor, "has_more": int(bool(cursor))}


def intent_add(call: Call) -> Json:
    shelves.get(call.world, GROUP, call.args["group_id"])
    return {"intent_id": shelves.put(call.world, INTENT, "ki", call.args)}


def intent_mod(call: Call) -> Json:
    shelves.change(call.world, INTENT, call.args["intent_id"], call.args)
    return {}


def intent_del(call: Call) -> Json:
    shelves.drop(call.world, INTENT, call.args["intent_id"])
    return {}


def intent_list(call: Call) -> Json:
    rows = [
        {"intent_id": key} | row
        for key, row in shelves.rows(call.world, INTENT).items()
        if call.args.get("group_id") in (None, row["group_id"])
    ]
    part, cursor = call.page(rows, INTENT, 100)
    return {"intent_list": part, "next_cursor": cursor, "has_more": int(bool(cursor))}


def upgrade_config(call: Call) -> Json:
    store = call.world.store
    members = [each.userid for each in store.staff.values() if each.can_add and each.active]
    chats = [each.chat_id for each in store.groups.values() if each.kind == "customer"]
    return {
        "member_range": {"userid_list": members, "department_id_list": []},
        "groupchat_range": {"chat_id_list": chats},
    }


def upgrade(call: Call) -> Json:
    """A hint for the servicer in his client; the customer gets nothing. 95021 out of range."""
    kf_log.account(call.world, call.args["open_kfid"])
    wanted = call.args.get("member" if call.args["type"] == 1 else "groupchat", {})
    config = upgrade_config(call)
    known = (*config["member_range"]["userid_list"], *config["groupchat_range"]["chat_id_list"])
    if wanted.get("userid", wanted.get("chat_id")) not in known:
        raise ApiError(95021)
    return {}


def cancel_upgrade(call: Call) -> Json:
    kf_log.account(call.world, call.args["open_kfid"])
    return {}


def statistic(call: Call) -> Json:
    """Per day: sessions, customers and their messages, counted from the log."""
    args = call.args
    if args["end_time"] - args["start_time"] > 31 * DAY_S:
        raise ApiError(40058, "at most 31 days")
    log = kf_log.account(call.world, args["open_kfid"]).log
    rows = [
        _day([entry["m"] for entry in log if day <= entry["at"] // 1000 < day + DAY_S], day)
        for day in range(args["start_time"], args["end_time"] + 1, DAY_S)
    ]
    return {"statistic_list": rows}


def _day(messages: list[Json], day: int) -> Json:
    written = [each for each in messages if each["origin"] == 3]
    people = {each["external_userid"] for each in written}
    counts = {
        "session_cnt": len(people),
        "customer_cnt": len(people),
        "customer_msg_cnt": len(written),
        "upgrade_service_customer_cnt": 0,
    }
    return {"stat_time": day, "statistic": counts}


def need(name: str) -> Json:
    return {name: text(64, required=True)}


PICTURE = obj(
    {
        "type": text(required=True, choices=("image",)),
        "image": obj({"media_id": MEDIA_ID}, required=True),
    }
)
PART = {
    "description": text(max_chars=300),
    "price": number(0, 5_000_000),
    "product_sn": text(128, pattern=r"[0-9a-zA-Z]+"),
    "attachments": items(PICTURE, 9),
}
PRODUCT = {name: row if name == "product_sn" else need_field(row) for name, row in PART.items()}
WORDS = items(text(max_chars=32), 300, required=True)
RANGE = obj({"user_list": strings(1000), "department_list": items(number(), 1000)})
RULE_FIELDS = {
    "semantics_list": items(number(1, 3)),
    "applicable_range": RANGE,
    "intercept_type": number(1, 2),
}
NEW_RULE = RULE_FIELDS | {
    "rule_name": text(max_chars=20, required=True),
    "word_list": WORDS,
    "intercept_type": number(1, 2, required=True),
    "applicable_range": need_field(RANGE),
}
QUESTION = {"question": obj(), "similar_questions": obj(), "answers": items(obj(), 1)}
STAT = {
    "open_kfid": KFID,
    "servicer_userid": text(64),
    "start_time": number(0, required=True),
    "end_time": number(0, required=True),
}
NAME = text(max_chars=12, required=True)
PAGE = {"cursor": CURSOR, "limit": limit(1000)}

Row = tuple[str, Handler, tuple[str, ...], Schema]
CONTACT: tuple[Row, ...] = (
    ("add_product_album", album_add, POST, PRODUCT),
    ("get_product_album", album_get, POST, need("product_id")),
    ("get_product_album_list", album_list, POST, {"cursor": CURSOR, "limit": limit(100)}),
    ("update_product_album", album_update, POST, PART | need("product_id")),
    ("delete_product_album", album_del, POST, need("product_id")),
    (
        "add_intercept_rule",
        rule_add,
        POST,
        NEW_RULE,
    ),
    ("get_intercept_rule_list", rule_list, GET, {}),
    ("get_intercept_rule", rule_get, POST, need("rule_id")),
    (
        "update_intercept_rule",
        rule_update,
        POST,
        RULE_FIELDS
        | need("rule_id")
        | {
            "rule_name": text(max_chars=20),
            "word_list": items(text(max_chars=32), 300),
            "add_applicable_range": RANGE,
            "remove_applicable_range": RANGE,
        },
    ),
    ("del_intercept_rule", rule_del, POST, need("rule_id")),
)
SERVICE: tuple[Row, ...] = (
    ("knowledge/add_group", group_add, POST, {"name": NAME}),
    ("knowledge/mod_group", group_mod, POST, need("group_id") | {"name": NAME}),
    ("knowledge/del_group", group_del, POST, need("group_id")),
    ("knowledge/list_group", group_list, POST, PAGE | {"group_id": text(64)}),
    ("knowledge/add_intent", intent_add, POST, need("group_id") | QUESTION),
    ("knowledge/mod_intent", intent_mod, POST, need("intent_id") | QUESTION),
    ("knowledge/del_intent", intent_del, POST, need("intent_id")),
    (
        "knowledge/list_intent",
        intent_list,
        POST,
        PAGE | {"group_id": text(64), "intent_id": text(64)},
    ),
    ("customer/get_upgrade_service_config", upgrade_config, BOTH, {}),
    (
        "customer/upgrade_service",
        upgrade,
        POST,
        PAIR | {"type": number(required=True, choices=(1, 2)), "member": obj(), "groupchat": obj()},
    ),
    ("customer/cancel_upgrade_service", cancel_upgrade, POST, PAIR),
    ("get_corp_statistic", statistic, POST, STAT),
    ("get_servicer_statistic", statistic, POST, STAT),
)
ENDPOINTS = (
    *(
        Endpoint("externalcontact/" + path, handler, methods, fields, "contact")
        for path, handler, methods, fields in CONTACT
    ),
    *(
        Endpoint("kf/" + path, handler, methods, fields, "kf")
        for path, handler, methods, fields in SERVICE
    ),
)
