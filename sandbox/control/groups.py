"""Group life and internal chats."""

from __future__ import annotations

from sandbox.control.base import Ask, Paged, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, flag, strings, text
from sandbox.rules import groups


def create(ask: Ask) -> Json:
    args = ask.args
    return groups.create(
        ask.world, args["kind"], args["owner"], args.get("members", []), args.get("name", "")
    )


def _who(ask: Ask) -> str:
    found = ask.args.get("customer") or ask.args.get("userid")
    if not found:
        raise ControlError("customer or userid is missing")
    return str(found)


def join(ask: Ask) -> Json:
    return groups.join(
        ask.world,
        ask.params["chat"],
        _who(ask),
        ask.args.get("state", ""),
        ask.args.get("invitor", ""),
    )


def leave(ask: Ask) -> Json:
    removed = ask.args.get("removed", False)
    return groups.leave(ask.world, ask.params["chat"], _who(ask), removed)


def say(ask: Ask) -> Json:
    chat, sender = ask.params["chat"], ask.args["from"]
    made = groups.say(ask.world, chat, sender, ask.args["text"])
    for seat in ask.rooms.robots.mentioned(chat, ask.args["text"]):
        raw = {"msgtype": "text", "text": {"content": ask.args["text"]}}
        made["robot"] = ask.rooms.robots.message(seat, sender, chat, raw)
    return made


def change(ask: Ask) -> Json:
    args = ask.args
    return groups.change(
        ask.world,
        ask.params["chat"],
        args.get("name", ""),
        args.get("notice"),
        args.get("owner", ""),
    )


def dismiss(ask: Ask) -> Json:
    return groups.dismiss(ask.world, ask.params["chat"])


def messages(ask: Ask) -> Paged:
    chat = ask.params["chat"]
    known = ask.world.store
    if chat not in known.groups and chat not in known.staff and chat not in known.chats:
        raise ControlError(f"no chat {chat}", 404)
    return Paged(known.chats.get(chat, []))


ONE = "/groups/{chat}"
WHO = {"customer": text(64), "userid": text(64)}

ROUTES = (
    Route(
        "POST",
        "/groups",
        create,
        {
            "kind": text(required=True),
            "owner": text(64, required=True),
            "members": strings(),
            "name": text(),
        },
    ),
    Route("POST", ONE + "/join", join, WHO | {"state": text(), "invitor": text()}),
    Route("POST", ONE + "/leave", leave, WHO | {"removed": flag()}),
    Route(
        "POST", ONE + "/say", say, {"from": text(64, required=True), "text": text(required=True)}
    ),
    Route("POST", ONE + "/change", change, {"name": text(), "notice": text(), "owner": text()}),
    Route("POST", ONE + "/dismiss", dismiss),
    Route("GET", "/chats/{chat}/messages", messages),
)
