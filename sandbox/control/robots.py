"""What staff do with a smart robot: write to it, open its chat, click its cards, rate it."""

from __future__ import annotations

from sandbox.control.base import Ask, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, items, number, obj, text
from sandbox.robots import files
from sandbox.robots.hub import Seat
from sandbox.rules import people

ONLY_SINGLE = ("image", "voice", "file", "video")
DAY_MS = 86_400_000


def _who(ask: Ask) -> tuple[Seat, str, str]:
    """The robot, the member, and the group he is in with it ("" = alone)."""
    seat = ask.rooms.robots.seat(ask.params["bot"])
    userid = people.staff(ask.world, ask.args["userid"]).userid
    chat = ask.args.get("chatid", "")
    if chat and chat not in seat.robot.groups:
        raise ControlError(f"robot {seat.robot.bot_id} is not in group {chat}", 409)
    if chat and userid not in ask.world.store.groups[chat].members:
        raise ControlError(f"{userid} is not in group {chat}", 409)
    return seat, userid, chat


def say(ask: Ask) -> Json:
    """A text, or another msgtype (image, voice, file, video only in a single chat; mixed)."""
    seat, userid, chat = _who(ask)
    kind = ask.args.get("msgtype", "text")
    if kind in ONLY_SINGLE and chat:
        raise ControlError(f"{kind} reaches a robot in a single chat only")
    raw = _message(ask, seat, kind)
    words = ask.body.get("text") if isinstance(ask.body.get("text"), str) else ""
    ask.world.say(chat or userid, "robot", userid, kind, words or "", raw)
    return ask.rooms.robots.message(seat, userid, chat, raw)


def _message(ask: Ask, seat: Seat, kind: str) -> Json:
    body = ask.body.get(kind)
    quote = {"quote": ask.args["quote"]} if "quote" in ask.args else {}
    if kind == "text":
        if not isinstance(body, str) or not body:
            raise ControlError("text is missing")
        return {"msgtype": "text", "text": {"content": body}} | quote
    if kind in files.KINDS and not body:
        body = files.offer(ask.world, seat.robot, kind)
    if not isinstance(body, dict):
        raise ControlError(f"{kind} is missing")
    return {"msgtype": kind, kind: body} | quote


def enter(ask: Ask) -> Json:
    """The member opens the single chat: enter_chat, once a day."""
    seat, userid, _ = _who(ask)
    seen = ask.world.store.shelf.setdefault("robot_entered", {})
    key, today = f"{seat.robot.bot_id}|{userid}", (ask.world.now() + 8 * 3_600_000) // DAY_MS
    if seen.get(key, {}).get("day") == today:
        return {"msgid": None, "req_id": None, "delivered": False}
    seen[key] = {"day": today}
    ask.world.mark()
    return ask.rooms.robots.event(seat, userid, "", "enter_chat", {})


def click(ask: Ask) -> Json:
    seat, userid, chat = _who(ask)
    chosen = [
        {"question_key": key, "option_ids": {"option_id": list(value)}}
        for key, value in ask.args.get("selected", {}).items()
    ]
    payload = {
        "card_type": ask.args.get("card_type", "button_interaction"),
        "event_key": ask.args.get("key", ""),
        "task_id": ask.args.get("task_id", ""),
    }
    payload |= {"selected_items": {"selected_item": chosen}} if chosen else {}
    return ask.rooms.robots.event(seat, userid, chat, "template_card_event", payload)


def feedback(ask: Ask) -> Json:
    """type 1 accurate, 2 inaccurate, 3 cancelled."""
    seat, userid, chat = _who(ask)
    payload = {"id": ask.args["id"], "type": ask.args["type"]}
    if payload["type"] == 2:
        payload |= {
            "content": ask.args.get("content", ""),
            "inaccurate_reason_list": ask.args.get("reasons", []),
        }
    return ask.rooms.robots.event(seat, userid, chat, "feedback_event", payload)


ONE = "/robots/{bot}"
WHO = {"userid": text(64, required=True), "chatid": text(64)}

ROUTES = (
    Route("POST", ONE + "/say", say, WHO | {"msgtype": text(), "quote": obj()}),
    Route("POST", ONE + "/enter", enter, WHO),
    Route(
        "POST",
        ONE + "/click",
        click,
        WHO | {"task_id": text(), "key": text(), "card_type": text(), "selected": obj()},
    ),
    Route(
        "POST",
        ONE + "/feedback",
        feedback,
        WHO
        | {
            "id": text(256, required=True),
            "type": number(1, 3, required=True),
            "content": text(),
            "reasons": items(number(1, 4)),
        },
    ),
)
