"""What is heard as taking part, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.taking import Asked, Offered, Programme
from bot.persona.load import parse_persona
from bot.persona.quizzing import answers_of
from bot.persona.taker import Taker

ROOT = Path(__file__).parents[3] / "personas"
TAKER = Taker.of(Programme(
    activities=(
        Offered(id="half", title="今日半盏", kind="checkin", words=("打卡", "今日半盏")),
        Offered(id="asks", title="小寒三问", kind="quiz", words=("三问",)),
        Offered(id="blind", title="每月盲品", kind="vote", words=("盲品",)),
        Offered(id="draw", title="抽三只旧茶托", kind="draw", words=("抽茶托",)),
        Offered(id="photo", title="冬天的一张照片", kind="contest", words=("一季一照",)),
        Offered(id="table", title="周三晒茶席", kind="topic", words=("晒茶席",)),
        Offered(id="blend", title="春天的拼配", kind="cocreate", words=("春季拼配",)),
        Offered(id="give", title="让出半盏", kind="contest", words=("让出半盏",)),
        Offered(id="aid", title="帮一把", kind="help"), Offered(id="team", title="队", kind="team"),
    ),
    rights=(("tea", "spoon", "一支竹茶则"), ("tea", "seat", "盲品小圈的一个位置")),
    names=frozenset({"茶则"}), rules=True,
))  # fmt: skip
HEARD = {
    "打卡": "join half", "打卡！": "join half", "我来打卡啦": "join half", "今天打卡第7天": "join half",
    "#今日半盏# 喝了白茶": "join half 喝了白茶", "打卡 今天喝了白茶": "join half 今天喝了白茶", "签到": "check_in",
    "打卡\n窗外在下雪": "join half 窗外在下雪", "签个到": "check_in", "三问": "join asks",
    "三问 1B2A3B": "join asks 1b2a3b", "盲品2": "join blind 2", "我要参加抽茶托": "join draw", "报名": "sign_up",
    "投票": "vote", "投票2": "vote 2", "我投2号": "vote 2", "投B": "vote 2", "投票 白茶": "vote 白茶",
    "投票 春风秋月": "vote 春风秋月", "助力 春风秋月": "help 春风秋月", "助力「春风秋月山」": "help 春风秋月山",
    "组队 红泥炉": "team 红泥炉", "组队": "team", "我的积分": "points", "查一下我的积分": "points", "我有多少积分": "points",
    "我的等级": "level", "我现在什么等级": "level", "我的勋章": "badges", "我有哪些徽章": "badges", "我的代号": "codename",
    "代号 茶则": "rename 茶则", "代号茶则": "rename 茶则", "代号改成公道": "rename 公道", "我有什么": "rights",
    "我能领什么": "rights", "领取竹茶则": "claim tea spoon", "兑换一支竹茶则": "claim tea spoon", "活动": "activities",
    "最近有什么活动": "activities", "我的主页": "home", "愿意当种子用户": "seed_yes", "我愿意做种子": "seed_yes",
    "先不当": "seed_no", "我不当种子用户了": "seed_no", "我的任务": "missions", "有什么任务可以接": "missions", "打开我的主页": "home", "晒茶席 桌上一只杯子": "join table 桌上一只杯子",
}  # fmt: skip
ORDINARY = (
    "打卡在哪", "怎么打卡", "打卡断了怎么办", "打卡 忘了怎么办", "打卡 断了", "没打卡", "不打卡了", "昨天打卡了吗", "打卡有奖励吗", "打卡多少分",
    "我朋友打卡了", "盲品好玩吗", "盲品什么时候", "三问是什么", "报名要钱吗", "我想报名", "怎么报名", "投诉", "我要投诉", "投票什么时候截止",
    "拼团便宜吗", "组队怎么玩", "积分怎么来", "积分能干什么", "积分会过期吗", "等级有哪些", "会掉级吗", "徽章有哪些", "代号怎么取", "怎么改代号",
    "我有什么办法", "我有什么问题你们不回", "领取优惠券", "领券", "换货", "我要换一只杯子", "有活动吗，我想买两罐", "活动价多少", "主页在哪",
    "2", "B", "同意", "春风秋月", "种子用户是什么", "怎么当种子用户", "你愿意吗", "任务是什么", "在吗", "你好", "", "！", "打卡" * 400,
)  # fmt: skip


@pytest.mark.parametrize("text", HEARD)
def test_it_is_heard(text: str) -> None:
    wish = TAKER.hear(text)
    assert wish is not None
    assert " ".join(filter(None, (wish.do, wish.activity, wish.words))) == HEARD[text]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_is_not(text: str) -> None:
    assert TAKER.hear(text) is None


def test_no_question_of_the_sample_brand_is_swallowed() -> None:
    for folder in ("xiaozhan", "laogu", "aman"):
        faq = (ROOT / folder / "faq.csv").read_text("utf-8")
        files = {
            "persona.toml": (ROOT / folder / "persona.toml").read_text("utf-8"),
            "faq.csv": faq,
        }
        asked = [text for row in parse_persona(files, folder).faq for text in row.wordings]
        assert len(asked) > 100
        assert {text: wish.do for text in asked if (wish := TAKER.hear(text))} == {}


def test_without_activities_nothing_is_heard() -> None:
    deaf = Taker.of(Programme())
    assert deaf.deaf
    assert [text for text in HEARD if deaf.hear(text)] == []


@pytest.mark.parametrize(("text", "given"), [
    ("1b2a3c", (2, 1, 3)), ("bac", (2, 1, 3)), ("213", (2, 1, 3)), ("第二题选a", (0, 1, 0)), ("b", (2, 0, 0)),
    ("我选b", (2, 0, 0)), ("炒干", (2, 0, 0)), ("1b9a", ()), ("ba", ()), ("白茶", ()), ("", ()), ("4", ()),
])  # fmt: skip
def test_answers_to_a_quiz(text: str, given: tuple[int, ...]) -> None:
    assert (
        answers_of(text, (("晒干", "炒干", "蒸"), ("一", "二", "三"), ("一", "二", "三"))) == given
    )


def test_one_by_one_they_come_together() -> None:
    options = (("一", "二"), ("一", "二"), ("一", "二"))
    assert answers_of("a", options, (2,)) == (2, 1, 0)
    assert answers_of("ab", options, (2, 0, 0)) == (2, 1, 2)
    assert answers_of("b", options, (2, 1, 1)) == ()


@pytest.mark.parametrize(("asked", "text", "do", "words"), [
    (Asked(ask="vote", activity="blind", options=(("白茶", "黄茶"),)), "2", "vote", "2"),
    (Asked(ask="vote", activity="blind", options=(("白茶", "黄茶"),)), "黄茶", "vote", "2"),
    (Asked(ask="agree", activity="photo", text="一张照片"), "同意", "agree", "一张照片"),
    (Asked(ask="agree", activity="photo", text="一张照片"), "不愿意", "cancel", ""),
    (Asked(ask="entry", activity="photo"), "算了", "cancel", ""),
])  # fmt: skip
def test_a_bare_answer_counts_while_it_was_asked_for(
    asked: Asked, text: str, do: str, words: str
) -> None:
    wish = TAKER.hear(text, asked)
    assert wish is not None
    assert (wish.do, wish.activity, wish.words) == (do, asked.activity, words)
    assert TAKER.hear("你们几点开门", asked) is None
