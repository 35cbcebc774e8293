"""Customer contact at its limits: exactly the limit goes, one more is refused before the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.body import Card, Link, Media, MiniProgram, Rich, Text
from bot.core.clock import DAY
from bot.core.config import Limits
from bot.wecom.contacts import checks
from bot.wecom.contacts.acquisition import AcquisitionLink
from bot.wecom.contacts.album import Product
from bot.wecom.contacts.bulk import BulkSearch
from bot.wecom.contacts.checks import BadCall
from bot.wecom.contacts.intercepts import Intercept
from bot.wecom.contacts.joins import Join
from bot.wecom.contacts.materials import Material
from bot.wecom.contacts.moments import wire_moment
from bot.wecom.contacts.transfers import Handover
from bot.wecom.contacts.ways import Brief, Way
from bot.wecom.wire import BadBody


def names(n: int) -> tuple[str, ...]:
    return tuple(f"u{i}" for i in range(n))


LINK = Link("题", "https://x", picture="M")
IMAGE = Media("image", media_id="M")
HALF = 14 * 86_400

# What makes a value at its limit, with the limit as its argument.
AT_LIMIT: list[tuple[str, Callable[[int], Any], int]] = [
    ("users of a way", lambda n: Way(users=names(n)), 100),
    ("state of a way", lambda n: Way(users=("a",), state="渠" * n), 30),
    ("remark of a way", lambda n: Way(users=("a",), remark="注" * n), 30),
    ("life of a brief way", lambda n: Way(users=("a",), brief=Brief(expires=n)), HALF),
    ("life of a brief chat", lambda n: Way(users=("a",), brief=Brief(chat_expires=n)), HALF),
    ("groups of a join way", lambda n: Join(chats=names(n)), 5),
    ("state of a join way", lambda n: Join(chats=("c",), state="渠" * n), 30),
    ("remark of a join way", lambda n: Join(chats=("c",), remark="注" * n), 30),
    ("name of further rooms", lambda n: Join(chats=("c",), room="群" * n), 40),
    ("bytes of a group's welcome", lambda n: Material(body=Rich("a" * n)), 3000),
    ("characters of it", lambda n: Material(body=Rich("茶" * n)), 1000),
    ("attachments of it", lambda n: Material(body=Rich("a", (LINK,) * n)), 1),
    ("users of a link", lambda n: AcquisitionLink(name="x", users=names(n)), 500),
    ("name of a link", lambda n: AcquisitionLink(name="名" * n, users=("a",)), 30),
    ("words of a product", lambda n: Product(words="茶" * n, price=1, pictures=("a.png",)), 300),
    ("price in fen", lambda n: Product(words="茶", price=n, pictures=("a.png",)), 5_000_000),
    ("pictures", lambda n: Product(words="茶", price=1, pictures=names(n)), 9),
    ("number", lambda n: Product(words="茶", price=1, pictures=("a",), number="A" * n), 128),
    ("name of a rule", lambda n: Intercept(name="名" * n, words=("a",), users=("u",)), 20),
    ("words of a rule", lambda n: Intercept(name="x", words=names(n), users=("u",)), 300),
    ("a word of a rule", lambda n: Intercept(name="x", words=("词" * n,), users=("u",)), 32),
    ("members of a rule", lambda n: Intercept(name="x", words=("a",), users=names(n)), 1000),
    ("days of a listing", lambda n: checks.span(0, n, 31), 31 * DAY),
]


@pytest.mark.parametrize(("make", "limit"), [r[1:] for r in AT_LIMIT], ids=[r[0] for r in AT_LIMIT])
def test_the_limit_goes_and_one_more_does_not(make: Callable[[int], Any], limit: int) -> None:
    make(limit)
    with pytest.raises(BadCall, match=r"\d"):
        make(limit + 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Way(),
        lambda: Way(users=("a",), scene=3),
        lambda: Way(users=("a", "b"), brief=Brief()),
        lambda: Way(users=("a",), departments=(1,), brief=Brief()),
        lambda: Join(chats=()),
        lambda: Material(body=Rich("")),
        lambda: AcquisitionLink(name="", users=("a",)),
        lambda: AcquisitionLink(name="x"),
        lambda: Product(words="x", price=-1, pictures=("a",)),
        lambda: Product(words="x", price=1, pictures=()),
        lambda: Product(words="x", price=1, pictures=("a",), number="茶"),
        lambda: Intercept(name="x", words=("a",)),
        lambda: Intercept(name="x", words=("",), users=("u",)),
        lambda: Intercept(name="x", words=("a",), users=("u",), semantics=("smell",)),
        lambda: Handover(giver="a", taker="a"),
        lambda: BulkSearch(kind="single", account="a", text="", since=0, until=1),
        lambda: checks.span(5, 4, 31),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(BadCall):
        make()


def test_a_way_says_one_or_several() -> None:
    assert (Way(users=("a",)).type, Way(users=("a", "b")).type) == (1, 2)
    assert Way(departments=(1,)).type == 2
    assert Way(users=("a",), state="s").call() == {
        "skip_verify": True, "state": "s", "user": ["a"]}  # fmt: skip
    assert Way(users=("a",), brief=Brief()).call()["chat_expires_in"] == 86_400


@pytest.mark.parametrize(
    ("value", "found"), [(5, 5000), ("5", 5000), (0, 0), (None, 0), ("", 0), ("x", 0)]
)
def test_seconds_come_as_numbers_and_as_texts(value: object, found: int) -> None:
    assert checks.ms(value) == found


def test_a_moment_carries_images_or_one_video_or_one_link() -> None:
    video = Media("video", media_id="V")
    nine = wire_moment(Rich("早", (IMAGE,) * 9), Limits())
    assert [part["msgtype"] for part in nine["attachments"]] == ["image"] * 9
    one = wire_moment(Rich("", (LINK,)), Limits())
    assert one == {"attachments": [
        {"msgtype": "link", "link": {"title": "题", "url": "https://x", "media_id": "M"}}]}  # fmt: skip
    assert wire_moment(Text("早"), Limits()) == {"text": {"content": "早"}}
    assert wire_moment(Rich("早", (video,)), Limits())["attachments"][0]["video"]


@pytest.mark.parametrize(
    "body",
    [
        Rich("早", (IMAGE,) * 10),
        Rich("早", (IMAGE, LINK)),
        Rich("早", (LINK, LINK)),
        Rich("早", (Media("file", media_id="F"),)),
        Rich("早", (MiniProgram("wx", "a.html", "t", "M"),)),
        Rich("早", (Link("题" * 22, "https://x", picture="M"),)),
        Rich("a" * 2001),
        Rich("茶" * 1334),
        Card({}),
    ],
)
def test_a_moment_refuses_what_the_platform_would(body: Any) -> None:
    with pytest.raises(BadBody):
        wire_moment(body, Limits())


def test_a_moment_at_its_limits_goes() -> None:
    assert wire_moment(Rich("a" * 2000), Limits())
    assert wire_moment(Rich("茶" * 1333), Limits())
    assert wire_moment(Rich("早", (Link("a" * 64, "https://x", picture="M"),)), Limits())
