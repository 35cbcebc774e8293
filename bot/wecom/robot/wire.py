"""Our bodies as a robot's messages (pages 101031, 101138, 101463). Words are markdown.

A body that a robot cannot carry is a BadBody: refused before anything is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.core.body import Body, Card, Link, Location, Markdown, Media, Menu, MenuItem, Rich, Text
from bot.core.config import Limits
from bot.wecom.cards import checked
from bot.wecom.wire import BadBody, within

Json = dict[str, Any]


def stream_id(dedupe: str) -> str:
    """Our id for an answer: equal for equal intentions. Feedback on it comes back under it."""
    return hashlib.sha256(dedupe.encode()).hexdigest()[:32]


def stream(name: str, text: str, finish: bool, limits: Limits, *, first: bool = True) -> Json:
    """One frame of a streamed answer; only the first may ask for feedback."""
    content = within(text, limits.robot_text_bytes, "the text")
    made: Json = {"id": name, "finish": finish, "content": content}
    if first:
        made["feedback"] = {"id": name}
    return {"msgtype": "stream", "stream": made}


def answer(body: Body, name: str, limits: Limits) -> Json:
    """Body of aibot_respond_msg: words as a finished stream, else as it is pushed."""
    text = words(body)
    return pushed(body, limits) if text is None else stream(name, text, True, limits)


def pushed(body: Body, limits: Limits) -> Json:
    """msgtype and object of aibot_send_msg, and of what goes to a response_url."""
    text = words(body)
    if text is not None:
        content = within(text, limits.robot_text_bytes, "the text")
        return {"msgtype": "markdown", "markdown": {"content": content}}
    match body:
        case Card(card):
            return {"msgtype": "template_card", "template_card": checked(card, "robot")}
        case Media(kind, _, media_id) if media_id:
            return {"msgtype": kind, kind: {"media_id": media_id}}
    raise BadBody(f"a robot cannot carry {type(body).__name__}")


def welcome(body: Body, limits: Limits) -> Json:
    """Body of aibot_respond_welcome_msg: text or a card (page 101463)."""
    if isinstance(body, Card):
        return pushed(body, limits)
    text = words(body)
    if text is None:
        raise BadBody(f"a robot's welcome cannot carry {type(body).__name__}")
    return {"msgtype": "text",
            "text": {"content": within(text, limits.robot_text_bytes, "the text")}}  # fmt: skip


def update(card: Mapping[str, Any]) -> Json:
    """Body of aibot_respond_update_msg, for everybody who sees the card (page 101032)."""
    return {"response_type": "update_template_card",
            "template_card": checked(card, "robot", update=True)}  # fmt: skip


def words(body: Body) -> str | None:
    """A body as markdown, or None when it is none of words."""
    match body:
        case Text(text) | Markdown(text):
            return text
        case Rich(text, attachments):
            parts = [words(part) for part in attachments]
            return None if None in parts else "\n".join([text, *map(str, parts)])
        case Link(title, url, desc):
            return f"[{title}]({url})" + (f"\n{desc}" if desc else "")
        case Menu(head, items, tail):
            return "\n".join(filter(None, [head, *map(_item, items), tail]))
        case Location(name=name, address=address):
            return f"{name} {address}".strip()
    return None


def _item(item: MenuItem) -> str:
    return f"- [{item.text}]({item.url})" if item.kind == "view" else f"- {item.text}"
