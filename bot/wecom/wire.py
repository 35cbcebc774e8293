"""Our bodies as the platform's JSON, channel by channel, with the byte limits of each.

A body a channel cannot carry is a BadBody: refused before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.core.body import (
    Body,
    Card,
    Link,
    Location,
    Markdown,
    Media,
    Menu,
    MenuItem,
    MiniProgram,
    Rich,
    Text,
)  # fmt: skip
from bot.core.config import Limits
from bot.core.errors import OneVoiceError

Json = dict[str, Any]


class BadBody(OneVoiceError):
    """This channel cannot carry this message."""


def size(text: str) -> int:
    """Bytes in UTF-8, the platform's unit."""
    return len(text.encode())


def within(text: str, limit: int, what: str) -> str:
    """The text itself. Raises BadBody when it is longer than ``limit`` bytes."""
    if size(text) > limit:
        raise BadBody(f"{what} has {size(text)} bytes, {limit} are allowed")
    return text


def kf(body: Body, limits: Limits) -> Json:
    """msgtype and object of kf/send_msg (page 94677)."""
    match body:
        case Text(text) | Rich(text, ()):
            return _typed("text", {"content": within(text, limits.kf_text_bytes, "the text")})
        case Menu():
            return _typed("msgmenu", _menu(body))
        case Media(kind, _, media_id):
            return _typed(kind, {"media_id": media_id})
        case Link(title, url, desc, picture):
            return _typed("link", {"title": within(title, 128, "the title"),
                                   "url": within(url, 2048, "the link"),
                                   "desc": within(desc, 512, "the description"),
                                   "thumb_media_id": picture})  # fmt: skip
        case MiniProgram(appid, page, title, thumb):
            return _typed("miniprogram", {"appid": appid, "pagepath": page,
                                          "title": within(title, 64, "the title"),
                                          "thumb_media_id": thumb})  # fmt: skip
        case Location(latitude, longitude, name, address):
            return _typed("location", {"latitude": latitude, "longitude": longitude,
                                       "name": name, "address": address})  # fmt: skip
    raise BadBody(f"kf cannot carry {type(body).__name__}")


def rich(body: Body, limits: Limits) -> Json:
    """text and attachments of a welcome, a bulk task or a moment (pages 92137, 92135, 95094)."""
    if isinstance(body, Text):
        body = Rich(body.text)
    if not isinstance(body, Rich):
        raise BadBody(f"a welcome or task cannot carry {type(body).__name__}")
    if len(body.attachments) > 9:
        raise BadBody("more than 9 attachments")
    made: Json = {}
    if body.text:
        content = within(body.text, limits.rich_text_bytes, "the text")
        made["text"] = {"content": content}
    if body.attachments:
        made["attachments"] = [_attachment(part) for part in body.attachments]
    if not made:
        raise BadBody("there is nothing in the message")
    return made


def webhook(body: Body, limits: Limits) -> Json:
    """Body of webhook/send (page 91770)."""
    match body:
        case Text(text) | Rich(text, ()):
            return _typed("text", {"content": within(text, limits.kf_text_bytes, "the text")})
        case Markdown(text, dialect):
            return _typed(dialect, {"content": within(text, limits.markdown_bytes, "the text")})
        case Rich(text, attachments):
            return _typed("news", {"articles": [_article(text, part) for part in attachments]})
        case Card(card):
            return _typed("template_card", dict(card))
        case Media("file" | "voice" as kind, _, media_id):
            return _typed(kind, {"media_id": media_id})
    raise BadBody(f"a push robot cannot carry {type(body).__name__}")


def app(body: Body, limits: Limits) -> Json:
    """msgtype and object of message/send (page 90236)."""
    match body:
        case Text(text) | Rich(text, ()):
            return _typed("text", {"content": within(text, limits.kf_text_bytes, "the text")})
        case Markdown(text):
            return _typed("markdown", {"content": within(text, limits.kf_text_bytes, "the text")})
        case Menu(head, items, tail):
            lines = [head, *(f"· {item.text}" for item in items), tail]
            return app(Text("\n".join(line for line in lines if line)), limits)
        case Media(kind, _, media_id):
            return _typed(kind, {"media_id": media_id})
        case Link(title, url, desc, ""):
            return _typed("textcard", {"title": title, "description": desc or title, "url": url})
        case Link():
            return _typed("news", {"articles": [_article("", body)]})
        case Rich("", attachments):
            return _typed("news", {"articles": [_article("", part) for part in attachments]})
        case MiniProgram(appid, page, title):
            return _typed("miniprogram_notice", {"appid": appid, "page": page, "title": title})
        case Card(card):
            return _typed("template_card", dict(card))
    raise BadBody(f"an application cannot send {type(body).__name__}")


def _typed(msgtype: str, value: Json) -> Json:
    given = {k: v for k, v in value.items() if v not in ("", None)}
    if not given:
        raise BadBody("there is nothing in the message")
    return {"msgtype": msgtype, msgtype: given}


def _menu(menu: Menu) -> Json:
    if len(menu.items) > 10:
        raise BadBody("a menu has at most 10 items")
    return {
        "head_content": within(menu.head, 1024, "the head of the menu"),
        "list": [_MENU[item.kind](item) for item in menu.items],
        "tail_content": within(menu.tail, 1024, "the tail of the menu"),
    }


_MENU: dict[str, Callable[[MenuItem], Json]] = {
    "click": lambda item: {"type": "click", "click": {
        "id": within(item.id, 128, "a menu id"),
        "content": within(item.text, 128, "a menu item")}},
    "view": lambda item: {"type": "view", "view": {
        "url": within(item.url, 2048, "a menu link"),
        "content": within(item.text, 1024, "a menu item")}},
    "text": lambda item: {"type": "text", "text": {
        "content": within(item.text, 256, "a menu item")}},
}  # fmt: skip


def _attachment(part: Media | Link | MiniProgram) -> Json:
    match part:
        case Media(kind, _, media_id):
            return {"msgtype": kind, kind: {"media_id": media_id}}
        case Link(title, url, desc, picture):
            link = {
                "title": within(title, 128, "the title of a link"),
                "url": within(url, 2048, "the address of a link"),
                "desc": within(desc, 512, "the description of a link"),
                "picurl": within(picture, 2048, "the picture of a link"),
            }
            return {"msgtype": "link", "link": {k: v for k, v in link.items() if v}}
        case MiniProgram(appid, page, title, thumb):
            return {"msgtype": "miniprogram", "miniprogram": {
                "appid": appid, "page": page, "title": within(title, 64, "the title"),
                "pic_media_id": thumb}}  # fmt: skip


def _article(text: str, part: Media | Link | MiniProgram) -> Json:
    if not isinstance(part, Link):
        raise BadBody("articles are made of links only")
    return {"title": within(part.title, 128, "the title"), "url": part.url,
            "description": within(part.desc or text, 512, "the description"),
            "picurl": part.picture}  # fmt: skip
