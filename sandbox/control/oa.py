"""A follower writes to the official account. openid `oSBX<customer id>` is that customer."""

from __future__ import annotations

from sandbox.control.base import Ask, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, text
from sandbox.rules import oa
from sandbox.xmlform import Element


def say(ask: Ask) -> Json:
    openid = ask.args["openid"]
    event = ask.args.get("event", "")
    if event:
        return {"openid": openid, "callbacks": _event(ask, openid, event)}
    if not ask.args.get("text"):
        raise ControlError("text or event is missing")
    oa.touch(ask.world, openid, "message")
    msgid = 6_000_000_000_000_000_000 + ask.world.count("oa-message")
    elements: list[Element] = [("MsgType", "text"), ("Content", ask.args["text"])]
    told = oa.say(ask.world, openid, "text", [*elements, ("MsgId", msgid)])
    return {"openid": openid, "msgid": str(msgid), "callbacks": told}


def _event(ask: Ask, openid: str, event: str) -> list[str]:
    if event not in oa.EVENTS:
        raise ControlError(f"event must be one of {', '.join(oa.EVENTS)}")
    oa.touch(ask.world, openid, event)
    elements: list[Element] = [("MsgType", "event"), ("Event", event)]
    elements.append(("EventKey", ask.args.get("key", "")))
    if ask.args.get("ticket"):
        elements.append(("Ticket", ask.args["ticket"]))
    return oa.say(ask.world, openid, event, elements)


ROUTES = (
    Route(
        "POST",
        "/oa/say",
        say,
        {
            "openid": text(128, required=True),
            "text": text(),
            "event": text(),
            "key": text(),
            "ticket": text(),
        },
    ),
)
