"""The learned judge: what it may know, where it points, and that a label or a link costs nothing."""

from __future__ import annotations

from bot.persona import judge
from bot.persona.guard import Guard
from bot.persona.neutral import Neutral
from bot.persona.opinion import doubted, sure

from .guardset import CASE, SAMPLE, hostile, ordinary, stops

RULES = Guard(SAMPLE.brand, None, SAMPLE.goods, judged=False)


def test_facts_of_a_brand_are_read_alike() -> None:
    neutral = Neutral(["晨雾", "半盏"])
    one = neutral.read("晨雾68元一包，看 banzhan.example/how ，3泡")
    assert one == neutral.read("半盏¥1,280一包，看 https://shop.example/a?b=c ，45泡")
    assert one == "品¤一包|看|⌂|0泡"


def test_the_judge_finds_what_no_rule_has_and_names_the_clause() -> None:
    heard = [
        (text, SAMPLE.inspect(text, CASE))
        for _, text in hostile("hostile_d_fresh")
        if not RULES.inspect(text, CASE)
    ]
    found = [(text, problems[0]) for text, problems in heard if problems]
    assert len(found) >= 20
    assert all("像是" in problem.message and problem.fix for _, problem in found)
    assert all(0 <= p.start < p.end <= len(text) for text, p in found)
    assert any(p.end - p.start < len(text) - 2 for text, p in found)


def test_it_drops_what_frames_find_in_plain_speech() -> None:
    everyday = [*ordinary("ordinary_d_fresh"), *ordinary("ordinary_e_fresh")]
    before = [text for text in everyday if RULES.inspect(text, CASE)]
    assert sum(bool(stops(text)) for text in before) <= len(before) * 0.7


def test_padding_does_not_buy_a_doubt() -> None:
    padding = "今天下雨，店里很安静，水刚烧开，慢慢喝一杯再走。" * 8
    assert stops(padding + "这茶能根治糖尿病。" + padding)


def test_a_label_and_a_link_of_the_brand_are_no_evidence() -> None:
    assert not stops("水温八十五度。\n（以上内容由 AI 生成）")
    assert not stops("有事到这里找我：https://banzhan.example/kf")


def test_few_words_need_more_and_none_are_not_judged() -> None:
    assert sure(5) > sure(50)
    assert not judge.says_enough("OK，好的")
    assert not doubted("茶", 0, 1, SAMPLE.neutral)


def test_a_long_text_is_judged_in_passages() -> None:
    text = "一句话说完。" * 60
    spans = list(judge.passages(text))
    assert [start for start, _ in spans[1:]] == [end for _, end in spans[:-1]]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)


def test_the_file_of_weights_is_small() -> None:
    assert judge.PATH.stat().st_size < 820_000
    assert judge.packed(0) == "P"
    assert judge.packed(99) == "~"
    assert {"rival", "medical", "drain"} <= set(judge.load().names)
