"""Application group chats and the app's own menu (pages 90244 to 90248, 90231)."""

from __future__ import annotations

from sandbox.api.base import GET, POST, Call, Endpoint
from sandbox.fields import Json, number, strings, text
from sandbox.rules import appchat, payload

KINDS = {
    kind: payload.APP[kind]
    for kind in (
        "text",
        "image",
        "voice",
        "video",
        "file",
        "textcard",
        "news",
        "mpnews",
        "markdown",
    )
}


def create(call: Call) -> Json:
    return {"chatid": appchat.create(call.world, call.app, call.args)}


def update(call: Call) -> Json:
    found = appchat.own(call.world, call.app, call.args["chatid"])
    appchat.update(call.world, found, call.args)
    return {}


def get(call: Call) -> Json:
    found = appchat.own(call.world, call.app, call.args["chatid"])
    return {
        "chat_info": {
            "chatid": found.chat_id,
            "name": found.name,
            "owner": found.owner,
            "userlist": list(found.members),
        }
    }


def send(call: Call) -> Json:
    found = appchat.own(call.world, call.app, call.args["chatid"])
    appchat.send(call.world, call.app, found, payload.message(KINDS, call.body))
    return {}


CHAT = text(64, required=True, missing=86001, bad=86001)

ENDPOINTS = (
    Endpoint(
        "appchat/create",
        create,
        POST,
        {
            "name": text(max_chars=50, over=86003),
            "owner": text(64),
            "userlist": strings(2000, required=True),
            "chatid": text(32, pattern=r"[0-9a-zA-Z]+", bad=86001),
        },
        "message",
    ),
    Endpoint(
        "appchat/update",
        update,
        POST,
        {
            "chatid": CHAT,
            "name": text(max_chars=50, over=86003),
            "owner": text(64),
            "add_user_list": strings(2000),
            "del_user_list": strings(2000),
        },
        "message",
    ),
    Endpoint("appchat/get", get, GET, {"chatid": CHAT}, "message"),
    Endpoint(
        "appchat/send",
        send,
        POST,
        {
            "chatid": CHAT,
            "msgtype": text(required=True, missing=40008, bad=40008),
            "safe": number(0, 1),
        },
        "message",
        limited=False,
    ),
)
