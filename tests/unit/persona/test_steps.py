"""Guided talks: choices by word, number or tap, going back, interruption, expiry."""

from __future__ import annotations

import pytest

from bot.core.body import Menu
from bot.persona.talk import Said
from tests.unit.persona.scripts import NOON, words
from tests.unit.persona.talks import MINUTE, chat, last, talker


def heads(texts: list[str]) -> list[str]:
    return [text.partition("\n")[0] for text in texts]


@pytest.mark.parametrize("answers", [
    ("早上", "暖的", "自己喝"), ("上午吧", "暖", "自己"), ("1", "第一个", "选1"), ("一", "1", "第1个"),
])  # fmt: skip
def test_three_questions_and_an_answer(answers: tuple[str, ...]) -> None:
    talk = talker()
    assert heads(last(talk, "挑茶")) == ["什么时候喝？"]
    assert heads(last(talk, answers[0])) == ["暖的还是清的？"]
    assert heads(last(talk, answers[1])) == ["自己喝还是送人？"]
    made = chat(talk, answers[2])
    assert words(made) == ["那就巷口红茶。"] and "state" not in made.memory
    assert talk.remembered("m", "a") == {"drink_time": "早上"}


def test_a_step_is_a_menu_and_a_tap_is_an_answer_even_later() -> None:
    talk = talker()
    body = chat(talk, "挑茶").drafts[-1].body
    assert isinstance(body, Menu)
    assert [item.id for item in body.items] == ["time.morning", "time.evening"]
    tap = Said(text="早上", data={"menu_id": "time.morning"})
    for _ in range(2):
        made = talk.hear((tap,), "m", NOON, "a")
        assert made.rule == "time.morning" and heads(words(made)) == ["暖的还是清的？"]


def test_going_back_step_by_step() -> None:
    talk = talker()
    chat(talk, "挑茶", "早上", "暖的")
    assert heads(last(talk, "上一步")) == ["暖的还是清的？"]
    assert heads(last(talk, "返回")) == ["几时喝？"]
    assert last(talk, "晚上") == ["那喝晒背。"]


def test_a_question_in_between_even_with_the_word_of_a_choice_in_it() -> None:
    talk = talker()
    chat(talk, "挑茶")
    assert heads(last(talk, "晚上几点关门？")) == ["九点半。", "接着刚才的：几时喝？"]
    assert heads(last(talk, "早上")) == ["暖的还是清的？"]


def test_never_mind_and_what_nobody_understands() -> None:
    talk = talker()
    assert last(talk, "挑茶", "算了") == ["好，那就先不弄了，想起来再找我。"]
    assert heads(last(talk, "挑茶", "嘎嘎")) == ["早上还是晚上？", "什么时候喝？"]
    chat(talk, "嘎嘎")
    assert "state" not in chat(talk, "嘎嘎").memory


def test_a_talk_left_alone_is_over() -> None:
    talk = talker()
    chat(talk, "挑茶")
    made = chat(talk, "早上", at=31 * MINUTE)
    assert made.rule is None and "state" not in made.memory
    assert chat(talk, "早上", "随便", at=32 * MINUTE).rule is None, "a rule of another step"


def test_a_rule_of_a_step_holds_only_there() -> None:
    talk = talker()
    assert chat(talk, "随便").rule is None
    made = chat(talk, "挑茶", "早上", "随便")
    assert words(made) == ["那我替你选。"] and "state" not in made.memory


def test_a_choice_can_lead_to_a_form() -> None:
    talk = talker()
    assert "可以记吗" in last(talk, "挑茶", "早上", "暖的", "送人")[0]


def test_what_is_under_way_stays_in_its_conversation() -> None:
    talk = talker()
    chat(talk, "挑茶")
    assert chat(talk, "早上", account="b").rule is None
    assert chat(talk, "早上", member="other").rule is None
    assert chat(talk, "早上").rule == "time.morning"


WHEN = """
[[rule]]
id = "night"
priority = 9
keywords = ["排队"]
when = { hours = "closed" }
say = ["关门了，不用排。"]
[[rule]]
id = "regular"
priority = 8
keywords = ["排队"]
when = { fact = { level = ["金", "银"] }, known = ["level"] }
say = ["老朋友，里面坐。"]
[[rule]]
id = "marked"
priority = 7
keywords = ["排队"]
when = { tag = ["贵客"], not_tag = ["黑名单"], channel = ["kf"] }
say = ["贵客请。"]
[[rule]]
id = "mark"
keywords = ["我是贵客"]
say = ["记下。"]
tags = ["贵客"]
[[rule]]
id = "level"
pattern = "我是(?P<level>[金银铜])牌"
say = ["好。"]
[[rule]]
id = "plain"
keywords = ["排队"]
when = { unknown = ["level"] }
say = ["要排一会儿。"]
[[rule]]
id = "never"
priority = 20
keywords = ["排队"]
when = { channel = ["robot"] }
say = ["内部不用排。"]
"""
HOURS = '[hours]\nopen = "09:00"\nclose = "21:30"\n'


def test_conditions() -> None:
    talk = talker(WHEN, HOURS)
    assert chat(talk, "要排队吗").rule == "plain"
    assert chat(talk, "我是铜牌", "要排队吗").rule is None
    assert chat(talk, "我是贵客", "要排队吗").rule == "marked"
    assert chat(talk, "要排队吗", account="b").rule == "marked", "tags are the persona's"
    assert chat(talk, "我是银牌", "要排队吗").rule == "regular"
    assert chat(talk, "要排队吗", at=11 * 60 * MINUTE).rule == "night"
