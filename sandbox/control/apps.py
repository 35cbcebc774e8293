"""A staff member writes to an app or clicks in its chat (callbacks.md sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.control.base import Ask, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, obj, text
from sandbox.rules import appcards, people, sidebar
from sandbox.world.config import App
from sandbox.xmlform import Element

Elements = list[Element]


def _app(ask: Ask) -> App:
    wanted = ask.params["agent"]
    for app in ask.world.config.apps:
        if wanted in (str(app.agent_id), app.name):
            return app
    raise ControlError(f"no app {wanted}", 404)


def say(ask: Ask) -> Json:
    app, userid = _app(ask), people.staff(ask.world, ask.args["userid"]).userid
    if ask.args.get("event"):
        elements = _event(ask, app)
        name, made = ask.args["event"], {}
    else:
        msgid = 7_000_000_000_000_000_000 + ask.world.count("app-message")
        elements = [*_message(ask), ("MsgId", msgid)]
        name, made = ask.args.get("msgtype", "text"), {"msgid": str(msgid)}
    told = ask.world.emit_to(
        [app] if "app" in app.receives else [], name, [*elements, ("AgentID", app.agent_id)], userid
    )
    return made | {"callbacks": told}


def _message(ask: Ask) -> Elements:
    """A text, or any other msgtype with its XML elements under `fields`."""
    kind = ask.args.get("msgtype", "text")
    if kind != "text":
        return [("MsgType", kind), *_more(ask)]
    if not ask.args.get("text"):
        raise ControlError("text or event is missing")
    return [("MsgType", "text"), ("Content", ask.args["text"])]


def _more(ask: Ask) -> Elements:
    return [
        (str(key), value if isinstance(value, (int, float)) else str(value))
        for key, value in ask.args.get("fields", {}).items()
    ]


def _key(ask: Ask, app: App) -> Elements:
    return [("EventKey", ask.args.get("key", "")), *_more(ask)]


def _card(ask: Ask, app: App) -> Elements:
    """A click on a card: with a response code, and with what was selected."""
    task_id = ask.args.get("task_id", "")
    code = appcards.make_code(ask.world, app, task_id)
    found: Elements = [
        ("EventKey", ask.args.get("key", "")),
        ("TaskId", task_id),
        ("CardType", ask.args.get("card_type", "button_interaction")),
        ("ResponseCode", code),
    ]
    chosen: Elements = []
    for question, options in ask.args.get("selected", {}).items():
        ids: Elements = [("OptionId", str(each)) for each in options]
        chosen.append(("SelectedItem", [("QuestionKey", question), ("OptionIds", ids)]))
    return [*found, ("SelectedItems", chosen)] if chosen else found


EVENTS: dict[str, Callable[[Ask, App], Elements]] = {
    "subscribe": _key,
    "unsubscribe": _key,
    "enter_agent": _key,
    "click": _key,
    "view": _key,
    "view_miniprogram": _key,
    "scancode_push": _key,
    "scancode_waitmsg": _key,
    "LOCATION": lambda ask, app: _more(ask),
    "template_card_event": _card,
    "template_card_menu_event": _card,
}


def _event(ask: Ask, app: App) -> Elements:
    name = ask.args["event"]
    if name not in EVENTS:
        raise ControlError(f"event must be one of {', '.join(EVENTS)}")
    return [("MsgType", "event"), ("Event", name), *EVENTS[name](ask, app)]


def set_sidebar(ask: Ask) -> Json:
    """The page that the app has in the chat toolbar."""
    app = _app(ask)
    sidebar.set_page(ask.world, app, ask.args.get("url", ""))
    return {"sidebar": sidebar.page_of(ask.world, app, ask.rooms.callbacks.base)}


ROUTES = (
    Route("POST", "/apps/{agent}/sidebar", set_sidebar, {"url": text(1024)}),
    Route(
        "POST",
        "/apps/{agent}/say",
        say,
        {
            "userid": text(64, required=True),
            "text": text(),
            "event": text(),
            "msgtype": text(),
            "key": text(),
            "task_id": text(),
            "card_type": text(),
            "selected": obj(),
            "fields": obj(),
        },
    ),
)
