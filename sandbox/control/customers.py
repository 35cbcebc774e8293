"""What customers do: exist, add and delete members, write to kf, react to moments."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from sandbox.control.base import Ask, Paged, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, flag, number, text
from sandbox.rules import acquisition, archive, joinways, kf_client, moments, people, transfer, ways

MAX_NEW = 100_000


def create(ask: Ask) -> Json:
    name, count = ask.args.get("name"), ask.args.get("n", 1)
    made = [people.make_customer(ask.world, name) for _ in range(count)]
    return {"ids": [each.id for each in made]}


def add(ask: Ask) -> Json:
    return people.add(
        ask.world,
        ask.args["userid"],
        ask.customer.id,
        state=ask.args.get("state", ""),
        add_way=ask.args.get("add_way", 1),
        half=ask.args.get("half", False),
    )


def delete(ask: Ask) -> Json:
    told = people.delete_by_customer(ask.world, ask.args["userid"], ask.customer.id)
    return {"customer": ask.customer.id, "userid": ask.args["userid"], "callbacks": told}


def say(ask: Ask) -> Json:
    entry = people.customer_says(ask.world, ask.customer.id, ask.args["userid"], ask.args["text"])
    archive.record(ask.world, ask.customer.id, [ask.args["userid"]], "", entry["raw"])
    return {"at": entry["at"]}


def messages(ask: Ask) -> Paged:
    return Paged(ask.world.store.received.get(ask.customer.id, []))


def react(ask: Ask) -> Json:
    return moments.react(
        ask.world,
        ask.customer.id,
        ask.params["moment"],
        ask.args.get("like"),
        ask.args.get("comment", ""),
        ask.args.get("userid", ""),
    )


def consent(ask: Ask) -> Json:
    return archive.consent(ask.world, ask.customer, ask.args["agree"])


def transfer_refuse(ask: Ask) -> Json:
    return transfer.refuse(ask.world, ask.customer.id)


def open_url(ask: Ask) -> Json:
    """Open a kf or acquisition link, or scan the QR code of a contact way or join way."""
    path = urlsplit(ask.args["url"]).path
    config = path.rpartition("/")[2]
    if path.startswith("/ca/"):
        return acquisition.open_link(ask.world, ask.customer.id, ask.args["url"])
    if path.startswith("/qr/"):
        if config in ask.world.store.join_ways:
            return joinways.scan(ask.world, ask.customer.id, config)
        return ways.scan(ask.world, ask.customer.id, config)
    link, param = kf_client.read_link(ask.world, ask.args["url"])
    found = kf_client.enter(ask.world, ask.customer.id, link.open_kfid, link.scene, param)
    return found | {"scene": link.scene, "scene_param": param}


# -- writing to a kf account ----------------------------------------------------------------------


def _enter(ask: Ask) -> Json:
    return kf_client.enter(
        ask.world,
        ask.customer.id,
        ask.args["open_kfid"],
        ask.args.get("scene", ""),
        ask.args.get("scene_param", ""),
    )


def _recall(ask: Ask) -> Json:
    msgid = ask.args.get("msgid", "")
    if not msgid:
        raise ControlError("recall needs msgid")
    return kf_client.recall(ask.world, ask.customer.id, ask.args["open_kfid"], msgid)


def _click(ask: Ask) -> Json:
    menu_id = str(ask.args.get("menu_id") or ask.args.get("id") or "")
    words = str(ask.body.get("text") or "")
    return kf_client.click(ask.world, ask.customer.id, ask.args["open_kfid"], menu_id, words)


def _refuse(ask: Ask) -> Json:
    return kf_client.refuse(ask.world, ask.customer.id, ask.args["open_kfid"], True)


def _accept(ask: Ask) -> Json:
    return kf_client.refuse(ask.world, ask.customer.id, ask.args["open_kfid"], False)


EVENTS: dict[str, Callable[[Ask], Json]] = {
    "enter_session": _enter,
    "recall": _recall,
    "user_recall_msg": _recall,
    "menu_click": _click,
    "click": _click,
    "refuse": _refuse,
    "accept": _accept,
}
TYPES = (
    "text",
    "image",
    "voice",
    "video",
    "file",
    "location",
    "link",
    "business_card",
    "miniprogram",
    "channels_shop_product",
    "channels_shop_order",
    "merged_msg",
    "channels",
    "meeting",
    "schedule",
    "note",
)


def kf(ask: Ask) -> Json:
    event = ask.args.get("event", "").replace(" ", "_").replace("-", "_")
    if event:
        if event not in EVENTS:
            raise ControlError(f"event must be one of {', '.join(EVENTS)}")
        return EVENTS[event](ask)
    kind = ask.args.get("msgtype", "text")
    if kind not in TYPES:
        raise ControlError(f"msgtype must be one of {', '.join(TYPES)}")
    body = ask.body.get(kind)
    if kind == "text" and not isinstance(body, dict):
        body = {"content": ask.body.get("text")}
        if not isinstance(body["content"], str):
            raise ControlError("text is missing")
    message = {"msgtype": kind, kind: body if isinstance(body, dict) else {}}
    return kf_client.write(ask.world, ask.customer.id, ask.args["open_kfid"], message)


USERID = text(64, required=True)
ONE = "/customers/{id}"

ROUTES = (
    Route("POST", "/customers", create, {"name": text(), "n": number(1, MAX_NEW)}),
    Route(
        "POST",
        ONE + "/add",
        add,
        {"userid": USERID, "state": text(), "add_way": number(), "half": flag()},
    ),
    Route("POST", ONE + "/delete", delete, {"userid": USERID}),
    Route("POST", ONE + "/say", say, {"userid": USERID, "text": text(required=True)}),
    Route(
        "POST",
        ONE + "/kf",
        kf,
        {
            "open_kfid": text(64, required=True),
            "msgtype": text(),
            "event": text(),
            "scene": text(),
            "scene_param": text(),
            "menu_id": text(),
            "id": text(),
            "msgid": text(),
        },
    ),
    Route("POST", ONE + "/open", open_url, {"url": text(required=True)}),
    Route("POST", ONE + "/refuse-transfer", transfer_refuse),
    Route("GET", ONE + "/messages", messages),
    Route(
        "POST",
        ONE + "/moments/{moment}",
        react,
        {"like": flag(), "comment": text(), "userid": text()},
    ),
    Route("POST", ONE + "/archive-consent", consent, {"agree": flag(required=True)}),
)
