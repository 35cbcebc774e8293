"""Texts made comparable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.persona.normalise import normalise, only_emotes
from bot.persona.sounds import sound, sounds


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ＷｉＦｉ 密码？", "wifi密码"),
        ("寄到臺灣要幾天", "寄到台湾要几天"),
        ("妳們 發 貨 了 嗎！！", "你们发货了吗"),
        ("① 好的👌[微笑]～", "1好的"),
        ("。。。", ""),
        ("😊", ""),
        ("1️⃣", "1"),
    ],
)
def test_what_is_kept(typed: str, key: str) -> None:
    assert normalise(typed) == key


@given(st.text(max_size=60))
def test_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("typed", "emotes"),
    [("😊", True), ("[微笑][玫瑰]", True), ("😊好", False), ("？？", False), ("", False)],
)
def test_emotes_alone(typed: str, emotes: bool) -> None:
    assert only_emotes(typed) is emotes


def test_characters_that_sound_alike() -> None:
    assert sound("渌") == -1
    assert sound("飘") == sound("票") != sound("撇")
    assert sounds("发飘") == sounds("发票") is not None
    assert (sound("a"), sound("啊"), sound("座"), sound("齄")) == (-1, 0, 391, -1)
    assert sounds("a茶") is None
