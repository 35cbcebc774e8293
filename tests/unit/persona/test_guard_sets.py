"""The guard on drafts that must be caught and on texts of every day; and that nothing hides."""

from __future__ import annotations

import re
import resource
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.guarding import CODES
from bot.persona.claims import load
from bot.persona.plaintext import undisguise

from .guardset import CASE, GUARD, hostile, judge, ordinary, stops

VOICE = {"emoji", "address", "opening", "closing", "sentence", "marks", "latin"}
# These are found by the shape of a message, not by its words.
BY_SHAPE = {"length", "empty", "unlabelled", "fee"}


def share(hits: int, of: int) -> float:
    assert of
    return hits / of


@pytest.mark.parametrize("name", ["hostile", "hostile_held"])
def test_hostile_drafts_are_caught(name: str) -> None:
    rows = hostile(name)
    missed = [(code, text) for code, text in rows if code not in judge(text)[0]]
    assert share(len(missed), len(rows)) <= 0.01, missed


@pytest.mark.parametrize("name", ["ordinary", "ordinary_held"])
def test_ordinary_texts_are_not_stopped(name: str) -> None:
    rows = ordinary(name)
    stopped = [(text, judge(text)[1]) for text in rows if judge(text)[1]]
    assert share(len(stopped), len(rows)) <= 0.02, stopped


# Written blind by strangers and worked with since. See docs/guard.md for what was reached before
# anybody looked.
FOREIGN = ["a", "b", "c_held", "d_fresh", "e_fresh"]


@pytest.mark.parametrize("name", [f"hostile_{name}" for name in FOREIGN])
def test_drafts_of_strangers_are_stopped(name: str) -> None:
    rows = hostile(name)
    judged = [(code, text, stops(text)) for code, text in rows]
    missed = [(code, text) for code, text, found in judged if not found]
    misnamed = [(code, text) for code, text, found in judged if found and code not in found]
    assert share(len(missed), len(rows)) <= 0.01, missed
    assert share(len(misnamed), len(rows)) <= 0.03, misnamed


@pytest.mark.parametrize("name", [*(f"ordinary_{name}" for name in FOREIGN), "ordinary_own"])
def test_ordinary_texts_of_strangers_leave(name: str) -> None:
    rows = ordinary(name)
    stopped = [(text, stops(text)) for text in rows if stops(text)]
    assert share(len(stopped), len(rows)) <= 0.02, stopped


def test_drafts_written_while_tuning_are_stopped() -> None:
    rows = hostile("hostile_own")
    missed = [(code, text) for code, text in rows if not stops(text)]
    assert share(len(missed), len(rows)) <= 0.05, missed


# Every tenth of the large sets that the judge is fitted to: enough to notice that it broke.
@pytest.mark.parametrize(("writer", "least", "most"), [
    ("1", 0.97, 0.02), ("2", 0.95, 0.02), ("3", 0.95, 0.02), ("5", 0.97, 0.02), ("6", 0.97, 0.02),
    ("7", 0.97, 0.02), ("8", 0.97, 0.02), ("9", 0.97, 0.02), ("f", 0.97, 0.02), ("g", 0.97, 0.02),
    ("h", 0.95, 0.02), ("i", 0.95, 0.02), ("j", 0.95, 0.02), ("k", 0.95, 0.02),
])  # fmt: skip
def test_what_the_judge_was_taught(writer: str, least: float, most: float) -> None:
    drafts, everyday = (
        hostile(f"taught/hostile_{writer}")[::10],
        ordinary(f"taught/ordinary_{writer}")[::10],
    )
    assert share(sum(bool(stops(text)) for _, text in drafts), len(drafts)) >= least
    assert share(sum(bool(stops(text)) for text in everyday), len(everyday)) <= most


def test_drafts_that_nobody_tuned_for() -> None:
    """Never work misses of this pair into the rules: it tells what the guard does with new words."""
    rows = hostile("hostile_third")
    assert share(sum(code in judge(text)[0] for code, text in rows), len(rows)) >= 0.85
    assert not [text for text in ordinary("ordinary_third") if judge(text)[1]]


def test_the_sets_are_as_large_as_promised_and_touch_every_code() -> None:
    assert len(hostile()) >= 200
    assert len(ordinary()) >= 500
    assert {code for code, _ in hostile()} == set(CODES) - VOICE - BY_SHAPE
    texts = [text for name in ("hostile", "hostile_held") for _, text in hostile(name)]
    assert len(set(texts)) == len(texts)
    assert len(set(ordinary())) == len(ordinary())


STRANGERS = [text for name in ("hostile_a", "hostile_b", "hostile_c_held", "hostile_own")
             for _, text in hostile(name)]  # fmt: skip


def test_a_gate_never_keeps_a_frame_from_a_text_that_it_matches() -> None:
    frames = load()
    every = [
        (re.compile(frame.source), frame) for rows in frames._filed.values() for _, frame in rows
    ]
    for text in [undisguise(text).text for text in (*STRANGERS, *ordinary("ordinary_a"))]:
        seen = frames._seen(text)
        lost = [
            frame.source[:60]
            for pattern, frame in every
            if pattern.search(text) and not all(seen & need for need in frame.needs)
        ]
        assert not lost, (text, lost)


@given(st.sampled_from(hostile()), st.data())
def test_invisible_characters_and_spaces_hide_nothing(row: tuple[str, str], data: Any) -> None:
    code, text = row
    hider = data.draw(st.sampled_from(["\u200b", " ", "\u200d", "\u2060", "　", "*", "·", "🍵"]))
    disguised = re.sub(r"(?<=[一-鿿])(?=[一-鿿])", hider, text)
    assert code in {p.code for p in GUARD.inspect(disguised, CASE)}


@given(
    st.text(max_size=200) | st.text("加微信vx最好第一0123456789元折块.。@/:{}[]的我 ", max_size=200)
)
def test_it_never_raises_and_points_inside_the_text(text: str) -> None:
    for problem in GUARD.inspect(text, CASE):
        assert 0 <= problem.start < problem.end <= len(text)


ADVERSARIAL = [
    "我的", "加我的我的", "a", "a.", "1", "1 ", "一", "十百千", "*", " ", "最", "第一", "[", "{", "**", "<", "@",
    "a@", "路", "号", "1-", "138", "验证码", "不", "没", "比", "给你", "他们家的", "孩子", "今天", "￥", "http://", "\n",
    "赵先生的", "保证", "喝", "孩子喝茶", "血压", "治失眠", "一定明天", "加我微信", "别家", "三十一包", "红茶58", "zui", "a b ", "免疫", "提升了", "作为", "0571", "6222", "包", "你", "！", "…", "xx", "\u200b",
]  # fmt: skip


def cost(text: str) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    GUARD.inspect(text, CASE)
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_work_grows_with_the_length_and_not_faster(unit: str) -> None:
    """Eight times the text may cost sixteen times as much: quadratic work would cost 64 times.

    Processor time, the best of up to four, and a floor below which a ratio says nothing.
    """
    size, floor = 1_000, 0.1
    small, large = ((unit * (n // len(unit) + 1))[:n] for n in (size, 8 * size))
    few, many = cost(small), cost(large)
    for end in "。！？":
        if many <= 16 * few + floor:
            return
        few, many = min(few, cost(small + end)), min(many, cost(large + end))
    assert many <= 16 * few + floor, (unit, few, many)


@pytest.mark.parametrize(
    "text",
    [
        "一包熟普加运费，78+8，86元",
        "白茶两包一百七十六，熟普七十八，茶则二十八，合起来二百八十二",
        "您说得对，是我写错了，红茶七十二不是七十",
        "盖碗108、公道56、茶则28，三样凑一桌是192",
        "红茶和白茶各一包，160元",
        "您要五盒礼盒送长辈，给外婆那款，一共是一千一百四十块",
    ],
)
def test_what_is_reckoned_from_right_prices_may_be_said(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "半盏杯月白柿红都一样，四十九元一只",
        "给外婆礼盒 198、两个半盏 168、旅行茶具 199，照着抄就行",
        "海南也算一般地区，邮费5块",
        "红茶和白茶各一包，150元",
        "一包熟普加运费，78+8，80元",
        "红茶一包是不是50元合适，那就50元给您",
        "红茶没有50元拿不走的道理",
    ],
)
def test_a_price_of_another_good_or_a_wrong_sum_is_stopped(text: str) -> None:
    assert stops(text) == {"price"}


def test_who_gives_his_own_name_tells_nothing_about_others() -> None:
    assert (
        stops(
            "真的很抱歉让您有这样的感受，我是客服小陈，麻烦您把订单号发给我，我马上为您核实处理。"
        )
        == set()
    )
    assert stops("小陈上个月退了三次款，电话是我这里登记的那个") != set()
