"""Application messages and the message-push webhook (pages 90236, 94867, 94888, 91770)."""

from __future__ import annotations

from sandbox.api.base import POST, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, flag, items, number, obj, strings, text
from sandbox.rules import appcards, appmsg, cards, media, payload, webhook


def _split(value: str, most: int, code: int) -> tuple[str, ...]:
    found = tuple(part for part in value.split("|") if part)
    if len(found) > most:
        raise ApiError(code, f"at most {most}")
    return found


def _receivers(args: Json) -> appmsg.Receivers:
    wanted = appmsg.Receivers(
        _split(args.get("touser", ""), 1000, 40032),
        _split(args.get("toparty", ""), 100, 82002),
        _split(args.get("totag", ""), 100, 82003),
    )
    if not (wanted.users or wanted.parties or wanted.tags):
        raise ApiError(40063, "touser, toparty or totag")
    return wanted


def send(call: Call) -> Json:
    app, args = call.app, call.args
    appmsg.check_agent(call.world, app, args["agentid"])
    message = payload.message(payload.APP, call.body)
    found = appmsg.resolve(call.world, _receivers(args))
    same = args | {"body": message}
    known = appmsg.repeated(call.world, app, same)
    if known is not None:
        return {"msgid": known}
    msgid, code = appmsg.send(call.world, app, found.users, message)
    appmsg.remember_duplicate(call.world, app, same, msgid)
    answer: Json = {"msgid": msgid}
    for name, bad in (
        ("invaliduser", found.bad_users),
        ("invalidparty", found.bad_parties),
        ("invalidtag", found.bad_tags),
    ):
        answer |= {name: "|".join(bad)} if bad else {}
    return answer | ({"response_code": code} if code else {})


def recall(call: Call) -> Json:
    appmsg.recall(call.world, call.app, call.args["msgid"])
    return {}


def update_card(call: Call) -> Json:
    """One card, for everybody who has it or for those who are named."""
    world, args = call.world, call.args
    appmsg.check_agent(world, call.app, args["agentid"])
    change: Json = {key: args[key] for key in ("button", "template_card") if key in args}
    if not change:
        raise ApiError(40063, "button or template_card")
    if "template_card" in change:
        cards.check_card(cards.APP, change["template_card"], update=True)
    found = appmsg.resolve(world, _viewers(args))
    appcards.update(world, call.app, args["response_code"], change, found.users)
    return {"invaliduser": found.bad_users}


def _viewers(args: Json) -> appmsg.Receivers:
    users = tuple(args.get("userids", ()))
    parties, tags = args.get("partyids", []), args.get("tagids", [])
    if args.get("atall") or not (users or parties or tags):
        users = ("@all",)
    return appmsg.Receivers(users, tuple(map(str, parties)), tuple(map(str, tags)))


def push(call: Call) -> Json:
    webhook.group_of(call.world, call.args["key"])
    webhook.send(call.world, call.args["key"], payload.message(payload.WEBHOOK, call.body))
    return {}


def push_media(call: Call) -> Json:
    key, kind = call.args["key"], call.args["type"]
    webhook.group_of(call.world, key)
    upload = media.inspect(call.upload, media.WEBHOOK[kind])
    made = media.keep(call.world, kind, f"webhook:{key}", upload)
    return {"type": kind, "media_id": made.id, "created_at": str(made.created_at // 1000)}


AGENT = number(required=True, missing=41011, bad=40056)
KEY = text(128, required=True, missing=93000, bad=93000, over=93000)
KIND = text(required=True, missing=40008, bad=40008)

ENDPOINTS = (
    Endpoint(
        "message/send",
        send,
        POST,
        {
            "touser": text(),
            "toparty": text(),
            "totag": text(),
            "msgtype": KIND,
            "agentid": AGENT,
            "safe": number(choices=(0, 1, 2)),
            "enable_id_trans": flag(),
            "enable_duplicate_check": flag(),
            "duplicate_check_interval": number(1, 14_400),
        },
        "message",
        limited=False,
    ),
    Endpoint("message/recall", recall, POST, {"msgid": text(required=True)}, "message"),
    Endpoint(
        "message/update_template_card",
        update_card,
        POST,
        {
            "userids": strings(),
            "partyids": items(number()),
            "tagids": items(number()),
            "atall": flag(),
            "agentid": AGENT,
            "enable_id_trans": flag(),
            "response_code": text(required=True, missing=42014),
            "button": obj({"replace_name": text(required=True)}),
            "template_card": obj(),
        },
        "message",
    ),
    Endpoint("webhook/send", push, POST, {"key": KEY, "msgtype": KIND}, token=False, limited=False),
    Endpoint(
        "webhook/upload_media",
        push_media,
        POST,
        {
            "key": KEY,
            "type": text(required=True, missing=40004, bad=40004, choices=("file", "voice")),
        },
        token=False,
    ),
)
