"""Our bodies as a robot's messages: what it carries, how much, and what it refuses."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

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
)
from bot.core.config import Limits
from bot.wecom.robot import wire
from bot.wecom.robot.media import BadMedia, decrypt
from bot.wecom.wire import BadBody

LIMITS = Limits()
ITEMS = (MenuItem("click", "发货", "faq:ship"), MenuItem("view", "官网", url="https://a"))
WORDS: dict[str, tuple[Body, str]] = {
    "text": (Text("好。"), "好。"),
    "markdown": (Markdown("**好**"), "**好**"),
    "rich": (Rich("看看：", (Link("茶", "https://a", "春"),)), "看看：\n[茶](https://a)\n春"),
    "menu": (Menu("想问：", ITEMS, "点一下"), "想问：\n- 发货\n- [官网](https://a)\n点一下"),
    "location": (Location(1.0, 2.0, "店", "一路"), "店 一路"),
}
CARD = {"card_type": "text_notice", "main_title": {"title": "到店"},
        "card_action": {"type": 1, "url": "https://a"}}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_words_are_a_finished_stream_or_pushed_as_markdown(name: str) -> None:
    body, text = WORDS[name]
    stream = {"id": "S1", "finish": True, "content": text, "feedback": {"id": "S1"}}
    assert wire.answer(body, "S1", LIMITS) == {"msgtype": "stream", "stream": stream}
    assert wire.pushed(body, LIMITS) == {"msgtype": "markdown", "markdown": {"content": text}}
    assert wire.welcome(body, LIMITS) == {"msgtype": "text", "text": {"content": text}}


def test_only_the_first_frame_of_a_stream_asks_for_feedback() -> None:
    frame = wire.stream("S1", "八", False, LIMITS, first=False)
    assert frame["stream"] == {"id": "S1", "finish": False, "content": "八"}


def test_files_and_cards_are_the_same_either_way() -> None:
    card, media = Card(CARD), Media("image", media_id="m1")
    assert wire.pushed(media, LIMITS) == {"msgtype": "image", "image": {"media_id": "m1"}}
    assert wire.answer(card, "S1", LIMITS) == wire.pushed(card, LIMITS) == wire.welcome(
        card, LIMITS)  # fmt: skip
    assert wire.update(CARD) == {"response_type": "update_template_card", "template_card": CARD}


@pytest.mark.parametrize("body", [MiniProgram("a", "p.html"), Media("image", asset="here")])
def test_what_a_robot_cannot_carry_is_refused_before_it_leaves(body: Body) -> None:
    for make in (wire.pushed, wire.welcome):
        with pytest.raises(BadBody, match="cannot carry"):
            make(body, LIMITS)


@pytest.mark.parametrize("unit", ["a", "茶", "🍵"])
def test_the_limit_is_in_bytes(unit: str) -> None:
    fits = unit * (20_480 // len(unit.encode()))
    fits += "a" * (20_480 - len(fits.encode()))
    assert wire.answer(Text(fits), "S1", LIMITS)
    for make in (wire.pushed, wire.welcome):
        with pytest.raises(BadBody, match="20481 bytes"):
            make(Text(fits + "a"), LIMITS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"card_type": "poster"}, "card_type"), ({"card_action": None}, "card_action"),
     ({"horizontal_content_list": [{"keyname": "k", "type": 2, "media_id": "m"}]}, "type 2"),
     ({"jump_list": [{"title": "x"}] * 4}, "jump_list"), ({"task_id": "茶"}, "task_id"),
     ({"action_menu": {"action_list": [{"text": "t", "key": "k"}]}}, "task_id")],
)  # fmt: skip
def test_a_card_that_lacks_something_says_what(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadBody, match=reason):
        wire.pushed(Card({**CARD, **change}), LIMITS)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_stream_id_is_equal_for_equal_intentions_only(one: str, two: str) -> None:
    assert (wire.stream_id(one) == wire.stream_id(two)) == (one == two)
    assert len(wire.stream_id(one)) == 32 and wire.stream_id(one).isalnum()


KEY = bytes(range(32))


def seal(data: bytes, block: int = 32) -> bytes:
    pad = block - len(data) % block
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return cipher.update(data + bytes([pad]) * pad) + cipher.finalize()


@given(st.binary(max_size=100))
def test_what_was_sealed_opens_with_and_without_the_padding_of_its_key(data: bytes) -> None:
    key = base64.b64encode(KEY).decode()
    assert decrypt(seal(data), key) == decrypt(seal(data), key.rstrip("=")) == data


@given(st.binary(max_size=64), st.text(max_size=50))
def test_other_bytes_or_keys_are_bad_media_and_nothing_else(sealed: bytes, key: str) -> None:
    for given_key in (key, base64.b64encode(KEY).decode()):
        try:
            decrypt(sealed, given_key)
        except BadMedia as exc:
            assert exc.arrived
