"""Moods of messages as people write them: what is heard, what is taken back, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.persona.feeling import WORDS_MAX, Feeling, feel, strongest
from bot.persona.load import parse_persona, read_persona_folder
from bot.persona.mood import grave
from bot.persona.persona import Empathy

from .questions import QUESTIONS

HEARD = """
气死我了，三天了还没发货 = angry
你们这是什么态度 = angry
再不处理我打12315 = angry
問了三遍都沒人理 = angry
收到的时候壶嘴碎了，你们看着办！！！ = angry
怎么能不生气 = angry
[发怒] = angry
太失望了 = unhappy
難喝死了 = unhappy
这也不好喝啊 = unhappy
不满意 = unhappy
杯子碎了 = unhappy
杯子碎了能退吗 = unhappy
怎么还没到 = unhappy
等了五天 = unhappy
又是这样 = unhappy
服了你们了 = unhappy
不开心的时候就想泡一杯 = unhappy
以为很好喝，结果发霉了 = unhappy
好看是好看，可是太慢了 = unhappy
担心孕妇不能喝 = worried
怕失眠 = worried
能快点吗，周五就要送人 = pressed
来不及了吗 = pressed
好喝 = glad
太好喝了😭 = glad
哭了，太感动了 = glad
我女儿很喜欢这个味道 = glad
辛苦了 = glad
"""
# Negated, asked, thought of, or only polite: no mood.
CALM_WORDS = """
我没有生气 | 不是生气，就是问问 | 别生气，我就随口一说 | 不是不满意 | 没什么不满 | 一点也不失望 | 不太满意 | 不难喝 | 没有不好喝
这是给我妈的 | 他妈喜欢喝红茶 | 满不满意 | 不满意可以退吗 | 如果不好喝可以退吗 | 这款难喝吗 | 会不会难喝 | 要是碎了呢 | 碎了怎么办 | 你们不是骗子吧 | 好喝吗 | 没有很开心
不着急 | 别急，慢慢来 | 你不用担心 | 谢谢 | 麻烦查一下谢谢 | 不好意思打扰了 | 垃圾分类怎么分 | 茶叶碎末多吗 | 谁懂啊太后悔没多买一罐 | 🙂 | [微笑] | 在吗
"""
# Known not to be heard: whoever reads them is asked to judge (docs/inbox.md).
IRONY = ("你们效率真高啊", "可真会做生意", "行，你们厉害")


@pytest.mark.parametrize("line", HEARD.strip().splitlines())
def test_a_mood_is_heard_with_the_words_it_shows_in(line: str) -> None:
    text, _, mood = line.rpartition(" = ")
    found = feel(text)
    assert found.mood == mood
    assert 1 <= len(found.words) <= WORDS_MAX


@pytest.mark.parametrize(
    "text", [text.strip() for text in CALM_WORDS.replace("\n", "|").split("|") if text.strip()]
)
def test_what_is_taken_back_asked_or_thought_of_is_no_mood(text: str) -> None:
    assert feel(text) == Feeling()


def test_evidence_is_what_stands_there() -> None:
    found = feel("太失望了，等了五天，还是没收到货，又没货，一直没回")
    assert (found.mood, found.words) == ("unhappy", ("失望", "等了五天", "又没货", "一直没回"))
    assert found.low and found.tender
    assert feel("真棒，等了五天").words == ("等了五天",), "praise beside a lament is none"


def test_irony_without_a_sign_is_not_heard_and_with_one_is() -> None:
    assert [feel(text).mood for text in IRONY] == ["", "", ""]
    assert [feel(text).mood for text in ("呵呵，效率真高", "效率真高[发怒]")] == [
        "unhappy",
        "angry",
    ]


def test_of_several_messages_the_gravest_counts() -> None:
    found = strongest(["好喝", "但是太慢了", "气死我了"])
    assert (found.mood, found.words) == ("angry", ("气死",))
    assert strongest(["在吗", "怎么泡"]) == Feeling()
    assert strongest([]) == Feeling()


def test_whatever_is_grave_is_anger_and_shop_talk_is_not() -> None:
    for text in ("你们是骗子", "我要投诉", "态度太差"):
        assert grave(text) and feel(text).mood == "angry"
    asked = [text for q in QUESTIONS for text in (*q.wordings, *q.asked)]
    assert [(text, feel(text).words) for text in asked if feel(text).mood == "angry"] == []


def test_a_long_text_is_read_to_its_bound() -> None:
    assert feel("好" * 3_000 + "气死我了") == Feeling()
    assert feel("\U0001f600\n，，，") == Feeling()


def test_each_persona_of_the_sample_has_lines_of_its_own_for_whoever_is_upset() -> None:
    usual = Empathy()
    for name in ("xiaozhan", "laogu", "aman"):
        persona = parse_persona(read_persona_folder(Path("personas", name)), f"personas/{name}")
        for mood in ("angry", "unhappy", "worried"):
            assert persona.empathy.of(mood) and persona.empathy.of(mood) != usual.of(mood)
        assert persona.empathy.of("glad") == ()
