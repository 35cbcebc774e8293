"""Slips, pinyin and dialect are put right; clauses are parted."""

from __future__ import annotations

import pytest

from bot.persona.typed import typed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("转 人 工", "转人工"),
        ("zhuanrengong", "转人工"),
        ("ni shi ji qi ren ma", "你是机器人吗"),
        ("tui ding", "退订"),
        ("zhuan人工", "转人工"),
        ("砖人公", "转人工"),
        ("退丁", "退订"),
        ("你是积器人吧", "你是机器人吧"),
        ("你系唔系真人", "你是不是真人"),
        ("唔該搵真人", "麻烦找真人"),
        ("取消推播", "取消推送"),
        ("你是A.I.吗", "你是ai吗"),
        ("你好，别发了！", "你好|别发了"),
        ("are you a robot?", "are you a robot"),
        ("主人公是谁", "某物是谁"),
        ("", ""),
        ("？！", ""),
    ],
)
def test_what_is_meant(text: str, meant: str) -> None:
    assert typed(text) == meant
