"""Answers by kind, as people type them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.persona import control
from bot.persona.form import Field, Option
from bot.persona.values import Asking, prepared, shown, understand

TODAY = date(2026, 11, 22)
TEAS = (Option(label="绿茶", words=("龙井",)), Option(label="红茶"))


def read(text: str, kind: Any, asked: bool = True, **more: Any) -> str | None:
    field = Field(id="x", ask=(("?",),), kind=kind, **more)
    found = understand(prepared(text), Asking(field=field, asked=asked, today=TODAY))
    return found.value if found else None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "3月5日", "03-05"), ("date", "三月五号", "03-05"), ("date", "十二月二十三", "12-23"),
        ("date", "1996年3月5日", "1996-03-05"), ("date", "1996.3.5", "1996-03-05"),
        ("date", "96年3月5号", "1996-03-05"), ("date", "3.5", "03-05"),
        ("date", "明天", "2026-11-23"), ("date", "2月30日", None), ("date", "农历八月十五", None),
        ("date", "正月初一", None), ("date", "不知道", None), ("date", "３月５日", "03-05"),
        ("phone", "138 0013 8000", "13800138000"), ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "1380013800", None), ("phone", "我电话是13800138000哈", "13800138000"),
        ("number", "3", "3"), ("number", "三位", "3"), ("number", "两个人", "2"),
        ("number", "二十五盒", "25"), ("number", "一百零八", "108"), ("number", "3.5", "3.5"),
        ("number", "很多", None), ("email", "寄到 a.b@shop.example 吧", "a.b@shop.example"),
        ("city", "杭州", "杭州"), ("city", "我在浙江杭州", "杭州"), ("city", "住大理呢", "大理"),
        ("city", "安吉", "安吉"), ("city", "我在哪？", None), ("city", "杭州市", "杭州"),
        ("text", "我叫小周", "小周"), ("text", "叫我老陈吧", "老陈"), ("text", "。。。", None),
        ("yes_no", "可以呀", "是"), ("yes_no", "不要", "否"), ("yes_no", "没问题", "是"),
        ("yes_no", "天气不错", None),
    ],
)  # fmt: skip
def test_what_was_asked_for(kind: str, text: str, value: str | None) -> None:
    assert read(text, kind) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("绿茶", "绿茶"), ("喜欢龙井", "绿茶"), ("2", "红茶"), ("第一个", "绿茶"), ("咖啡", None)],
)
def test_a_choice(text: str, value: str | None) -> None:
    assert read(text, "choice", options=TEAS) == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "我3月5日生日", "03-05"), ("date", "水温3.5", None), ("date", "明天发货吗", None),
        ("city", "我在杭州，想买茶", "杭州"), ("city", "普洱怎么泡", None), ("number", "来3盒", None),
        ("text", "你好", None), ("yes_no", "好的", None), ("phone", "电话13800138000", "13800138000"),
    ],
)  # fmt: skip
def test_what_was_not_asked_for_counts_only_if_it_is_plain(
    kind: str, text: str, value: str | None
) -> None:
    assert read(text, kind, asked=False) == value


def test_a_pattern_and_limits() -> None:
    assert read("税号91330100ABC", "text", pattern=r"(?P<x>[0-9A-Z]{8,20})") == "91330100ABC"
    assert read("没有", "text", pattern=r"[0-9A-Z]{8,20}") is None
    assert read("100", "number", most=20) is None and read("5", "number", least=1, most=20) == "5"


def test_dates_are_shown_as_people_say_them() -> None:
    shown_ = [shown("03-05"), shown("1996-12-31"), shown("03-05-07")]
    assert shown_ == ["3月5日", "1996年12月31日", "03-05-07"]


KINDS = ["text", "number", "date", "phone", "email", "yes_no", "city", "photo"]


@given(st.sampled_from(KINDS), st.text(max_size=60), st.booleans())
def test_no_text_breaks_any_kind(kind: str, text: str, asked: bool) -> None:
    field = Field(id="x", ask=(("?",),), kind=kind)  # type: ignore[arg-type]
    words = prepared(text)
    found = understand(words, Asking(field=field, asked=asked, today=TODAY))
    assert found is None or 0 <= found.start <= found.end <= len(words)


@pytest.mark.parametrize("text", [
    "忘掉我", "把我的资料删掉", "删除我的信息", "请删除我所有的聊天记录", "清空我的数据", "别记我的信息了",
])  # fmt: skip
def test_the_wish_to_be_forgotten(text: str) -> None:
    assert control.forget_me(text)


@pytest.mark.parametrize("text", [
    "你忘了我的赠品", "我忘了放茶", "忘了我爱喝什么了吧？", "删除订单", "资料在哪看", "我的信息填错了",
    "忘记关火了", "把地址信息改一下",
])  # fmt: skip
def test_what_is_no_such_wish(text: str) -> None:
    assert not control.forget_me(text)
