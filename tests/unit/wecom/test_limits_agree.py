"""What the studio says fits, fits on the wire, and one byte more does not: channel by channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.core.body import Body, Link, Markdown, Media, Menu, MenuItem, MiniProgram, Rich, Text
from bot.core.config import Limits
from bot.studio.limits import ATTACHMENTS, CHANNELS, Limit, excess
from bot.wecom import appmsg, push, wire
from bot.wecom.contacts.moments import wire_moment
from bot.wecom.oa import wire as oa
from bot.wecom.robot import wire as robot
from bot.wecom.wire import BadBody

LIMITS = Limits()
ENCODE: dict[str, Callable[[Body], Any]] = {
    "welcome": lambda body: wire.rich(body, LIMITS),
    "contact": lambda body: wire.rich(body, LIMITS),
    "group": lambda body: wire.rich(body, LIMITS),
    "moment": lambda body: wire_moment(body, LIMITS),
    "kf": lambda body: wire.kf(body, LIMITS),
    "webhook": lambda body: appmsg.checked(wire.webhook(body, LIMITS), push.TABLE, "webhook", {}),
    "robot": lambda body: robot.pushed(body, LIMITS),
    "app": lambda body: appmsg.checked(wire.app(body, LIMITS), appmsg.TABLE, "app", {}),
    "oa": lambda body: oa.message("o1", body),
}
URL = "https://a.example"
LINKS: dict[str, Callable[[str], Link]] = {
    "link.title": lambda t: Link(t, URL, "d"),
    "link.desc": lambda t: Link("t", URL, t),
    "link.url": lambda t: Link("t", t, "d"),
    "link.picture": lambda t: Link("t", URL, "d", t),
}
BODIES: dict[str, Callable[[str], Body]] = {
    "text": Text,
    "markdown": Markdown,
    "menu.head": lambda t: Menu(t, (MenuItem("click", "a", "1"),)),
    "menu.tail": lambda t: Menu("", (MenuItem("click", "a", "1"),), t),
    "menu.item": lambda t: Menu("", (MenuItem("click", t, "1"),)),
    "menu.id": lambda t: Menu("", (MenuItem("click", "a", t),)),
    "menu.text": lambda t: Menu("", (MenuItem("text", t),)),
    "menu.view": lambda t: Menu("", (MenuItem("view", t, url=URL),)),
    "menu.url": lambda t: Menu("", (MenuItem("view", "a", url=t),)),
}
RICH = ("welcome", "contact", "group", "moment")


def body(channel: str, field: str, text: str) -> Body:
    if field == "mini.title":
        program = MiniProgram("app", "p.html", text, "M")
        return program if channel == "kf" else Rich("", (program,))
    if field in LINKS:
        link = LINKS[field](text)
        # a link by itself is a card of an application, which takes no picture
        return link if channel in ("kf", "oa", "app") else Rich("", (link,))
    return BODIES[field](text)


def fill(size: int, letter: str) -> str:
    whole = size // len(letter.encode())
    return letter * whole + "x" * (size - whole * len(letter.encode()))


def rows() -> Iterator[tuple[str, str, Limit]]:
    for channel, fields in CHANNELS.items():
        for field, limit in fields.items():
            yield channel, field, limit


@pytest.mark.parametrize("letter", ["茶", "🍵", "x"])
@pytest.mark.parametrize(("channel", "field", "limit"), list(rows()))
def test_both_say_the_same_of_the_last_byte(
    channel: str, field: str, limit: Limit, letter: str
) -> None:
    full = fill(limit.size, letter)
    if limit.chars is not None and len(full) > limit.chars:
        full = letter * limit.chars
    assert list(excess(full, limit)) == []
    assert ENCODE[channel](body(channel, field, full))
    assert list(excess(full + "x", limit)) != []
    with pytest.raises(BadBody):
        ENCODE[channel](body(channel, field, full + "x"))


@pytest.mark.parametrize("channel", ATTACHMENTS)
def test_both_say_the_same_of_how_many_go_along(channel: str) -> None:
    most = ATTACHMENTS[channel]
    part = Media("image", "", "M") if channel in RICH else Link("t", URL, "d")
    words = "" if channel == "app" else "a"  # an application sends articles or words
    if most:
        assert ENCODE[channel](Rich(words, (part,) * most))
    with pytest.raises(BadBody):
        ENCODE[channel](Rich(words, (part,) * (most + 1)))


def test_every_channel_is_compared() -> None:
    assert CHANNELS.keys() == ENCODE.keys() == {*ATTACHMENTS, "robot"}
