"""Our bodies as the platform's JSON: shapes, and byte limits to the byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
from bot.wecom import wire
from bot.wecom.wire import BadBody

LIMITS = Limits()
Encode = Callable[[Body, Limits], dict[str, Any]]
EMOJI, CHINESE = "🍵", "茶"


def fill(limit: int, letter: str) -> str:
    """Exactly ``limit`` bytes: as many letters as fit, then ASCII."""
    whole = limit // len(letter.encode())
    return letter * whole + "x" * (limit - whole * len(letter.encode()))


def click(text: str, name: str = "1") -> Menu:
    return Menu("", (MenuItem("click", text, name),))


# (encoder, bytes allowed, a body whose measured part is the text)
MEASURED: dict[str, tuple[Encode, int, Callable[[str], Body]]] = {
    "kf text": (wire.kf, 2048, Text),
    "kf link title": (wire.kf, 128, lambda t: Link(t, "https://a.example")),
    "kf link desc": (wire.kf, 512, lambda t: Link("t", "https://a.example", t)),
    "kf link url": (wire.kf, 2048, lambda t: Link("t", t)),
    "kf program title": (wire.kf, 64, lambda t: MiniProgram("a", "p.html", t)),
    "kf menu head": (wire.kf, 1024, lambda t: Menu(t, ())),
    "kf menu tail": (wire.kf, 1024, lambda t: Menu("", (), t)),
    "kf menu click": (wire.kf, 128, click),
    "kf menu id": (wire.kf, 128, lambda t: click("a", t)),
    "kf menu view": (wire.kf, 1024, lambda t: Menu("", (MenuItem("view", t, url="https://a"),))),
    "kf menu url": (wire.kf, 2048, lambda t: Menu("", (MenuItem("view", "a", url=t),))),
    "kf menu text": (wire.kf, 256, lambda t: Menu("", (MenuItem("text", t),))),
    "rich text": (wire.rich, 4000, Text),
    "rich text with attachment": (wire.rich, 4000, lambda t: Rich(t, (Media("image"),))),
    "rich link title": (wire.rich, 128, lambda t: Rich("", (Link(t, "https://a.example"),))),
    "rich link desc": (wire.rich, 512, lambda t: Rich("", (Link("t", "https://a.example", t),))),
    "rich program title": (wire.rich, 64, lambda t: Rich("", (MiniProgram("a", "p", t),))),
    "robot text": (wire.webhook, 2048, Text),
    "robot markdown": (wire.webhook, 4096, Markdown),
    "robot markdown_v2": (wire.webhook, 4096, lambda t: Markdown(t, "markdown_v2")),
    "robot article title": (wire.webhook, 128, lambda t: Rich("x", (Link(t, "https://a"),))),
    "robot article text": (wire.webhook, 512, lambda t: Rich(t, (Link("t", "https://a"),))),
    "app text": (wire.app, 2048, Text),
    "app markdown": (wire.app, 2048, Markdown),
}  # fmt: skip


@pytest.mark.parametrize("letter", [CHINESE, EMOJI, "x"])
@pytest.mark.parametrize("name", MEASURED)
def test_the_limit_is_allowed_and_one_byte_more_is_refused(name: str, letter: str) -> None:
    encode, limit, make = MEASURED[name]
    text = fill(limit, letter)
    assert wire.size(text) == limit
    assert encode(make(text), LIMITS)
    with pytest.raises(BadBody, match=f"{limit + 1} bytes, {limit} are allowed"):
        encode(make(text + "x"), LIMITS)


def test_limits_come_from_the_configuration() -> None:
    with pytest.raises(BadBody, match="11 bytes, 10 are allowed"):
        wire.kf(Text("x" * 11), Limits(kf_text_bytes=10))


LINK = Link("T", "https://a.example", "D", "P")
SHAPES: list[tuple[Encode, Body, dict[str, Any]]] = [
    (wire.kf, Text("a"), {"msgtype": "text", "text": {"content": "a"}}),
    (wire.kf, Rich("a"), {"msgtype": "text", "text": {"content": "a"}}),
    (wire.kf, Media("image", "x", "M"), {"msgtype": "image", "image": {"media_id": "M"}}),
    (wire.kf, LINK, {"msgtype": "link", "link": {"title": "T", "url": "https://a.example",
                                                 "desc": "D", "thumb_media_id": "P"}}),
    (wire.kf, MiniProgram("app", "p.html", "T", "M"),
     {"msgtype": "miniprogram", "miniprogram": {"appid": "app", "pagepath": "p.html", "title": "T",
                                                "thumb_media_id": "M"}}),
    (wire.kf, Location(23.1, 113.3, "N", "A"),
     {"msgtype": "location", "location": {"latitude": 23.1, "longitude": 113.3, "name": "N",
                                          "address": "A"}}),
    (wire.kf, Location(0.0, 0.0), {"msgtype": "location",
                                   "location": {"latitude": 0.0, "longitude": 0.0}}),
    (wire.kf, Menu("H", (MenuItem("click", "价格", "1"), MenuItem("view", "V", url="https://a"),
                         MenuItem("text", "或")), "T"),
     {"msgtype": "msgmenu", "msgmenu": {"head_content": "H", "tail_content": "T", "list": [
         {"type": "click", "click": {"id": "1", "content": "价格"}},
         {"type": "view", "view": {"url": "https://a", "content": "V"}},
         {"type": "text", "text": {"content": "或"}}]}}),
    (wire.rich, Text("a"), {"text": {"content": "a"}}),
    (wire.rich, Rich("", (LINK, Media("image", "", "M"), MiniProgram("i", "p", "T", "M"))),
     {"attachments": [
         {"msgtype": "link", "link": {"title": "T", "url": "https://a.example", "desc": "D",
                                      "picurl": "P"}},
         {"msgtype": "image", "image": {"media_id": "M"}},
         {"msgtype": "miniprogram", "miniprogram": {"appid": "i", "page": "p", "title": "T",
                                                    "pic_media_id": "M"}}]}),
    (wire.webhook, Markdown("a"), {"msgtype": "markdown", "markdown": {"content": "a"}}),
    (wire.webhook, Markdown("a", "markdown_v2"),
     {"msgtype": "markdown_v2", "markdown_v2": {"content": "a"}}),
    (wire.webhook, Rich("words", (LINK,)),
     {"msgtype": "news", "news": {"articles": [{"title": "T", "url": "https://a.example",
                                                "description": "D", "picurl": "P"}]}}),
    (wire.webhook, Card({"card_type": "text_notice"}),
     {"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}),
    (wire.webhook, Media("file", "", "M"), {"msgtype": "file", "file": {"media_id": "M"}}),
    (wire.app, Menu("H", (MenuItem("click", "a", "1"),), "T"),
     {"msgtype": "text", "text": {"content": "H\n· a\nT"}}),
    (wire.app, Media("file", "", "M"), {"msgtype": "file", "file": {"media_id": "M"}}),
]  # fmt: skip


@pytest.mark.parametrize(("encode", "body", "json"), SHAPES)
def test_a_body_has_the_platforms_shape(encode: Encode, body: Body, json: dict[str, Any]) -> None:
    assert encode(body, LIMITS) == json


IMPOSSIBLE: list[tuple[Encode, Body]] = [
    (wire.kf, Markdown("a")),
    (wire.kf, Card({})),
    (wire.kf, Rich("a", (LINK,))),
    (wire.rich, Markdown("a")),
    (wire.rich, Menu("a", ())),
    (wire.webhook, Location(0, 0)),
    (wire.webhook, Media("video", "", "M")),
    (wire.webhook, Rich("a", (Media("image", "", "M"),))),
    (wire.app, Location(0, 0)),
    (wire.kf, Menu("a", (MenuItem("text", "x"),) * 11)),
    (wire.rich, Rich("a", (LINK,) * 10)),
]


@pytest.mark.parametrize(("encode", "body"), IMPOSSIBLE)
def test_what_a_channel_cannot_carry_is_refused(encode: Encode, body: Body) -> None:
    with pytest.raises(BadBody):
        encode(body, LIMITS)


NOTHING: list[tuple[Encode, Body]] = [
    (wire.kf, Text("")), (wire.rich, Rich("")), (wire.webhook, Text("")), (wire.app, Text("")),
]  # fmt: skip


@pytest.mark.parametrize(("encode", "body"), NOTHING)
def test_a_message_without_anything_in_it_is_refused(encode: Encode, body: Body) -> None:
    """The platform would answer with an error; nothing of the kind should leave."""
    with pytest.raises(BadBody):
        encode(body, LIMITS)


def test_ten_menu_items_and_nine_attachments_are_allowed() -> None:
    assert wire.kf(Menu("a", (MenuItem("text", "x"),) * 10), LIMITS)
    assert wire.rich(Rich("a", (LINK,) * 9), LIMITS)


def test_an_application_text_does_not_lose_its_attachments_silently() -> None:
    with pytest.raises(BadBody):
        wire.app(Rich("a", (LINK,)), LIMITS)
