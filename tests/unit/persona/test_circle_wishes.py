"""Who wants into a circle or out of it: heard only when he says so; asked one thing at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.door import FULL, INSIDE, WAITING, Door, Knock
from bot.core.member import Member
from bot.persona.because import because
from bot.persona.decide import decide
from bot.persona.hosting import EXPIRES, LINES, Hosting
from bot.persona.porter import Porter
from bot.persona.talk import Talker

from .scripts import script, turn, words
from .talks import TALKS, chat, last, talker

BLIND = Door(id="blind", title="盲品小圈", about="喝不写名字的茶。",
             questions=("最近泡坏了哪一泡？", "能留出周五晚上吗？"))  # fmt: skip
TEA = Door(id="tea", title="半盏茶友", groups=("一群", "二群"))
DOORS = (BLIND, TEA)
RULES = """
[[rule]]
id = "thanks"
keywords = ["谢谢"]
exact = true
say = ["不客气。"]
[[rule]]
id = "sign-up"
keywords = ["我想报名"]
say = ["记下了。"]
[[rule]]
id = "group"
keywords = ["进群"]
say = ["发邀请。"]
"""
PORTER = Porter.of(DOORS)
ENTER = """想进半盏茶友圈|怎么加入盲品小圈|我想报名盲品小圈|我想进盲品圈|请问怎么加入盲品小圈？|加入盲品小圈|报名盲品小圈|盲品小圈怎么进
盲品小圈还能报名吗|拉我进盲品小圈|可以带我进盲品小圈吗|你好，我也想加入你们的盲品小圈，谢谢|看了介绍挺喜欢的，想进盲品小圈|我要申请加入盲品圈子
盲品小圈我也想参加|盲品小圈算我一个|能不能让我进盲品小圈|想進盲品小圈|如何才能进「盲品小圈」呢|盲品小圈在哪报名|半盏茶友怎么加入|盲品小圈想报名"""
LEAVE = """我想退出盲品小圈|退出盲品小圈|怎么退出半盏茶友圈|我不想在盲品小圈了|不想待在盲品小圈了|盲品小圈我想退出|盲品小圈我不想待了
帮我退出盲品小圈吧|撤回我的盲品小圈申请|盲品小圈的申请我想撤回|取消盲品小圈的报名|盲品小圈的报名取消吧|不想再待在盲品小圈里了"""
NEITHER = """圈层是什么|我朋友圈发了你们的茶|盲品小圈是什么|盲品小圈要钱吗|加入盲品小圈有什么好处|进盲品小圈要什么条件|我朋友想进盲品小圈
我不想进盲品小圈|我没进盲品小圈|为什么我进不了盲品小圈|我进了盲品小圈以后茶变好喝了|我已经加入盲品小圈了|谁能进盲品小圈|想进群|我想进半盏茶友群
半盏茶友一群怎么进|你们的半盏茶友真好|盲品小圈有多少人|盲品小圈什么时候活动|我在盲品小圈里喝到的那个茶叫什么|盲品小圈的茶我想买|想进货
申请退款|我要退货|退出登录|我不想退出盲品小圈|他退出盲品小圈了吗|我申请的盲品小圈有结果了吗|别拉我进盲品小圈|想进一步了解|朋友圈怎么屏蔽你们
盲品小圈要报名吗|听说盲品小圈关了|我老婆要加入盲品小圈|报名费多少|茶友圈真热闹|盲品小圈退款怎么退|盲品怎么玩|想买盲品小圈那款茶|圈子里的人都很好
发朋友圈能打折吗|怎么进朋友圈|我想加入购物车|怎么加入会员|报名参加茶会|申请开发票|我想进店看看|想进茶友圈里卖茶|半盏茶友发我的券怎么用"""


def each(texts: str) -> list[str]:
    return texts.replace("\n", "|").split("|")


def host(persona: str = "", doors: tuple[Door, ...] = DOORS) -> Talker:
    return talker(RULES, persona, doors=doors)


def test_who_wants_in_is_heard() -> None:
    heard = {text: PORTER.hear(text) for text in each(ENTER)}
    assert [text for text, wants in heard.items() if wants is None or wants.leaves] == []
    assert {wants.circle for wants in heard.values() if wants} == {"blind", "tea"}


def test_who_wants_out_is_heard() -> None:
    heard = {text: PORTER.hear(text) for text in each(LEAVE)}
    assert [text for text, wants in heard.items() if wants is None or not wants.leaves] == []


def test_everyday_sentences_are_no_wish() -> None:
    assert [text for text in each(NEITHER) if PORTER.hear(text)] == []


def test_a_circle_with_an_everyday_name_is_not_heard_in_everyday_words() -> None:
    cup = Porter.of([Door(id="cup", title="咖啡")])
    daily = "想加咖啡|我要退咖啡|想入咖啡|咖啡算我一个|不想咖啡了|申请咖啡|咖啡可以加吗|我要咖啡|咖啡我不想退了|咖啡怎么退"
    assert [text for text in each(daily) if cup.hear(text)] == []
    assert [cup.hear(text) for text in ("想加入咖啡", "想加咖啡圈", "我要退咖啡圈", "不想待在咖啡了")] == [
        ("cup", False), ("cup", False), ("cup", True), ("cup", True)]  # fmt: skip


def test_a_text_of_nothing_but_such_words_takes_no_time() -> None:
    for text in (
        "我想要" * 12 + "盲品小圈x",
        "怎么弄怎么办" * 6 + "盲品小圈",
        "盲品小圈我能可以" * 5,
    ):
        PORTER.hear(text)  # a pattern that runs away would not come back
    assert PORTER.hear("想进" * 500 + "盲品小圈") is None


def test_an_open_circle_takes_him_in_and_says_where_its_people_are() -> None:
    talk = host()
    made = chat(talk, "想进半盏茶友圈")
    assert words(made) == [
        "好，欢迎进「半盏茶友」，这就算圈里人了。平时大家都在「一群」和「二群」说话，随时来坐。"
    ]
    assert (made.knocks, made.matched) == ((Knock(circle="tea", do="enter"),), True)
    again = chat(talk, "怎么加入半盏茶友")
    assert (words(again)[0][:18], again.knocks) == (
        "「半盏茶友」的名单上早就有了，不用再报"[:18],
        (),
    )


def test_a_circle_without_groups_leaves_them_out() -> None:
    assert last(host(doors=(Door(id="q", title="静茶圈"),)), "想进静茶圈") == [
        "好，欢迎进「静茶圈」，这就算圈里人了。"]  # fmt: skip


def test_questions_come_one_at_a_time_and_the_answers_are_kept() -> None:
    talk = host()
    assert last(talk, "怎么加入盲品小圈") == [
        "想进「盲品小圈」，先答两个小问题，照实说就好。中途不想报了，回一声「算了」。", BLIND.questions[0]]  # fmt: skip
    assert last(talk, "水太烫，泡苦了") == [BLIND.questions[1]]
    made = chat(talk, "没有")  # an answer, no refusal
    assert words(made) == [LINES["thanks"].replace("{circle}", "盲品小圈")]
    told = dict(zip(BLIND.questions, ("水太烫，泡苦了", "没有"), strict=True))
    assert made.knocks == (Knock(circle="blind", do="apply", answers=told),)
    assert "还排着队" in last(talk, "我想报名盲品小圈")[0]
    assert chat(talk, "取消盲品小圈的报名").knocks == (Knock(circle="blind", do="leave"),)


@pytest.mark.parametrize(
    "answer", ["可以", "能", "不知道", "没有", "有，周五都空着", "看情况，多半行"]
)
def test_a_short_answer_is_an_answer(answer: str) -> None:
    talk = host()
    chat(talk, "想进盲品小圈", "泡苦了")
    assert list(chat(talk, answer).knocks[0].answers.values()) == ["泡苦了", answer]


def test_what_he_asks_in_between_is_answered_and_nothing_is_asked_twice() -> None:
    talk = host()
    chat(talk, "想进盲品小圈", "泡苦了")
    aside = last(talk, "你们几点关门？")
    assert aside == ["九点半。", f"接着刚才的：{BLIND.questions[1]}"]
    assert last(talk, "谢谢")[0] == "不客气。"
    assert last(talk, "还想进盲品小圈") == [BLIND.questions[1]]
    assert list(chat(talk, "能").knocks[0].answers.values()) == ["泡苦了", "能"]


def test_a_question_that_nobody_knows_is_no_answer_but_said_twice_it_is() -> None:
    talk = host()
    chat(talk, "想进盲品小圈")
    assert last(talk, "一定要泡坏的吗？") == [
        f"这一问还没听到回答，想到什么说什么就好：{BLIND.questions[0]}"]  # fmt: skip
    assert last(talk, "怎么泡都苦") == [BLIND.questions[1]]


@pytest.mark.parametrize("word", ["算了", "不想说", "不报名了", "退出盲品小圈"])
def test_he_may_break_off_and_nothing_is_kept(word: str) -> None:
    talk = host()
    made = chat(talk, "想进盲品小圈", "泡苦了", word)
    assert (words(made), made.knocks, made.memory.get("state")) == (
        ["好，那就先不报了。什么时候又想进「盲品小圈」，再说一声就行。"], (), None)  # fmt: skip
    assert last(talk, "想进盲品小圈")[-1] == BLIND.questions[0]


def test_after_a_while_it_is_forgotten_and_staff_who_take_over_end_it() -> None:
    talk = host()
    chat(talk, "想进盲品小圈")
    assert chat(talk, "泡苦了", at=EXPIRES + 1).knocks == ()
    assert "state" not in chat(talk, "泡苦了", at=EXPIRES + 2).memory
    chat(talk, "想进盲品小圈", at=EXPIRES + 3)
    talk.switch("staff", "m", "a")
    assert words(chat(talk, "泡苦了", at=EXPIRES + 4)) == []
    talk.switch("auto", "m", "a")
    assert chat(talk, "能", at=EXPIRES + 5).rule != "form:circle:blind"


def test_a_call_for_a_person_ends_it() -> None:
    talk = host()
    made = chat(talk, "想进盲品小圈", "转人工")
    assert (bool(made.handoff), "state" in made.memory) == (True, False)


@pytest.mark.parametrize(
    ("door", "stands", "says"),
    [
        (replace(TEA, closed=True), "", "不收新人"),
        (TEA, FULL, "满员"),
        (BLIND, FULL, "满员"),
        (BLIND, WAITING, "排着队"),
        (replace(BLIND, closed=True), INSIDE, "早就有了"),
    ],
)  # fmt: skip
def test_a_door_that_does_not_open_says_so(door: Door, stands: str, says: str) -> None:
    made = decide(script(doors=(door,)), turn(f"我想加入{door.title}", member=Member(
        id="m", circles={door.id: stands})))  # fmt: skip
    assert (says in words(made)[0], len(made.drafts), made.knocks) == (True, 1, ())
    assert "state" not in made.memory


def test_who_is_out_or_was_never_in_hears_so() -> None:
    talk = host()
    assert "本来就不在" in last(talk, "退出半盏茶友圈")[0]
    chat(talk, "想进半盏茶友圈")
    made = chat(talk, "我想退出半盏茶友圈")
    assert ("已经退出" in words(made)[0], made.knocks) == (True, (Knock(circle="tea", do="leave"),))


def test_the_circle_goes_before_a_keyword_and_the_very_wording_of_a_row_before_the_circle() -> None:
    assert chat(host(), "我想报名盲品小圈").rule == "builtin:circle-enter:blind"
    assert chat(host(), "我想报名").rule == "sign-up"
    own = script(
        "", TALKS, "id,question,similar,answer\njoin,怎么加入盲品小圈,,看公告。\n", doors=DOORS
    )
    assert decide(own, turn("怎么加入盲品小圈")).rule == "faq:join"


def test_only_chats_of_members_hear_it() -> None:
    asked = turn("想进半盏茶友圈")
    for channel in ("robot", "app", "contact"):
        elsewhere = replace(asked, conversation=replace(asked.conversation, channel=channel))
        assert decide(script(doors=DOORS), elsewhere).knocks == ()
    oa = replace(asked, conversation=replace(asked.conversation, channel="oa"))
    assert [knock.do for knock in decide(script(doors=DOORS), oa).knocks] == ["enter"]


def test_a_persona_has_words_of_its_own() -> None:
    own = '[circle]\nwelcome = ["坐，{circle}给你留了杯子。", "又来啦，{circle}的杯子还在。"]\nthanks = ["收好了，{about}"]\n'
    talk = host(own)
    assert last(talk, "想进半盏茶友圈") == ["坐，半盏茶友给你留了杯子。"]
    assert last(talk, "想进盲品小圈", "泡苦了", "能") == ["收好了，喝不写名字的茶"]


def test_no_line_is_without_a_default_and_each_can_be_worded() -> None:
    assert set(Hosting.__slots__) == set(LINES)


def test_staff_read_the_circle_by_its_name() -> None:
    talk = host()
    asked, told = chat(talk, "想进盲品小圈"), chat(talk, "泡苦了")
    names = [because(talk.script, one, [])["name"] for one in (asked, told)]
    assert names == ["想进「盲品小圈」", "「盲品小圈」入圈的问题"]
    assert "circle:" not in asked.why + told.why
