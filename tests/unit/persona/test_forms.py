"""Forms: one thing at a time, never what is known, nothing kept without consent."""

from __future__ import annotations

import pytest

from bot.persona import memory
from bot.persona.talk import Said
from tests.unit.persona.scripts import NOON, words
from tests.unit.persona.talks import MINUTE, chat, last, talker

CONSENT = "生日只用来当天给你发一句祝福，可以记吗？"


def opening(text: str) -> str:
    return text.partition("\n")[0]


def test_a_form_asks_one_thing_at_a_time_and_ends_as_written() -> None:
    talk = talker()
    asked = [opening(last(talk, text)[-1])
             for text in ("登记生日", "可以", "3月5日", "杭州", "小周")]  # fmt: skip
    assert asked == [
        CONSENT,
        "是哪一天？",
        "在哪个城市？",
        "怎么称呼？",
        "3月5日，杭州，叫你小周，对吗？",
    ]
    made = chat(talk, "对")
    assert words(made) == ["记好了，3月5日那天见。"]
    assert (made.rule, made.tags, made.start_flow) == ("form:card", ("登记过",), "birthday")
    assert talk.remembered("m", "a") == {"birthday": "03-05", "city": "杭州", "nick": "小周"}


def test_what_was_told_early_is_not_asked() -> None:
    talk = talker()
    assert opening(last(talk, "登记生日，1996年3月5号，我在苏州")[-1]) == CONSENT
    assert last(talk, "好的") == ["怎么称呼？"]
    assert "1996年3月5日，苏州" in last(talk, "老陈")[0]


def test_several_answers_in_one_message_or_burst() -> None:
    talk = talker()
    chat(talk, "登记生日")
    made = talk.hear((Said(text="可以"), Said(text="3月5日"), Said(text="杭州")), "m", NOON, "a")
    assert words(made) == ["怎么称呼？"]


def test_a_known_fact_is_never_asked_again() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以", "3月5日", "杭州", "小周", "对")
    assert last(talk, "登记生日") == ["早就记着呢，3月5日。"]
    assert last(talk, "登记生日，改成4月1日", "对") == ["又记了一次，4月1日。"]
    assert talk.remembered("m", "a")["birthday"] == "04-01"


@pytest.mark.parametrize("no", ["不用了", "不可以", "不", "别记"])
def test_without_consent_nothing_is_kept(no: str) -> None:
    talk = talker()
    chat(talk, "登记生日，我生日是3月5日")
    made = chat(talk, no)
    assert words(made) == ["好，不记。", "在哪个城市？"]
    chat(talk, "杭州", "小周", "对")
    assert talk.remembered("m", "a") == {"city": "杭州", "nick": "小周"}
    assert "03-05" not in str(made.memory)


def test_a_fact_carries_when_where_from_and_what_for() -> None:
    talk = talker()
    kept = chat(talk, "登记生日", "可以", "3月5日", "杭州", "小周", "对").memory
    assert kept["notes"]["birthday"] == {
        "at": NOON,
        "source": "ask:3",
        "consent": "birthday",
        "agreed": "ask:2",
    }
    assert kept["notes"]["city"] == {"at": NOON, "source": "ask:4"}
    assert memory.agreed(kept, "birthday") and not memory.agreed(kept, "other")


@pytest.mark.parametrize(
    ("said", "birthday", "city"),
    [
        ("不对，是3月6号", "3月6日", "杭州"),
        ("说错了，3月6日", "3月6日", "杭州"),
        ("生日错了，应该是3月6日", "3月6日", "杭州"),
        ("城市改成苏州", "3月5日", "苏州"),
        ("城市写错了，是苏州", "3月5日", "苏州"),
        ("不对，是苏州", "3月5日", "苏州"),
    ],
)
def test_corrections_at_the_end(said: str, birthday: str, city: str) -> None:
    talk = talker()
    chat(talk, "登记生日", "可以", "3月5日", "杭州", "小周")
    assert opening(last(talk, said)[0]) == f"{birthday}，{city}，叫你小周，对吗？"


def test_a_correction_in_the_middle_and_one_by_choosing_the_field() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以", "3月5日")
    assert last(talk, "不对，是3月6号") == ["在哪个城市？"]
    assert opening(last(talk, "杭州", "小周", "不对")[0]) == "哪一项要改？"
    assert last(talk, "城市") == ["在哪个城市？"]
    assert opening(last(talk, "宁波")[0]) == "3月6日，宁波，叫你小周，对吗？"


def test_skipping_is_for_what_is_optional() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以", "3月5日")
    assert last(talk, "不想说") == ["怎么称呼？"]
    assert last(talk, "跳过") == ["那不弄了。"], "a name is needed, so the form ends"
    assert talk.remembered("m", "a") == {}


@pytest.mark.parametrize("said", ["算了", "不弄了", "取消", "算了吧", "下次再说"])
def test_never_mind(said: str) -> None:
    talk = talker()
    assert last(talk, "登记生日", "可以", said) == ["那不弄了。"]
    assert "state" not in chat(talk, "几点关门").memory


def test_a_question_in_between_is_answered_and_the_form_goes_on() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以")
    assert last(talk, "几点关门") == ["九点半。", "接着刚才的：哪天过生日？"]
    assert last(talk, "3月5日，对了快递要多久？") == ["三天。", "在哪个城市？"]
    chat(talk, "杭州")
    assert last(talk, "多久到货？")[0] == "三天。", "a question is no name"
    assert opening(last(talk, "小周")[0]).endswith("叫你小周，对吗？")


def test_it_does_not_nag() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以")
    repeated = [len(last(talk, "几点关门")) for _ in range(4)]
    assert repeated == [2, 2, 1, 1]
    assert last(talk, "3月5日") == ["在哪个城市？"], "an answer is still understood"


def test_what_is_not_understood_is_asked_in_other_words_and_then_let_go() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以")
    assert last(talk, "农历八月十五") == ["写成 3月5日 我才认得。"]
    assert last(talk, "呃呃呃") == ["写成 3月5日 我才认得。"]
    chat(talk, "呃呃呃")
    assert "state" not in chat(talk, "呃呃呃").memory


def test_a_half_filled_form_is_forgotten() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以", "3月5日")
    made = chat(talk, "几点关门", at=31 * MINUTE)
    assert words(made) == ["九点半。"]
    assert "state" not in made.memory and talk.remembered("m", "a") == {}


def test_a_call_for_a_person_ends_the_form() -> None:
    rule = "[[rule]]\nid='x'\nkeywords=['碎了']\nhandoff='破损'\nsay=['手没事吧？']\n"
    talk = talker(rule)
    made = chat(talk, "登记生日", "可以", "我的杯子碎了")
    assert words(made) == ["手没事吧？"] and made.handoff == "破损"
    assert "state" not in made.memory


def test_robot_questions_and_opting_out_go_before_any_form() -> None:
    talk = talker()
    chat(talk, "登记生日", "可以", "3月5日", "杭州")
    assert chat(talk, "你是机器人吗").rule == "builtin:robot"
    assert chat(talk, "退订").rule == "builtin:opt_out"
    assert talk.remembered("m", "a") == {}


PHOTO = """
[[consent]]
id = "photo"
ask = ["照片会用在群里，署你的代号，用到三月底，可以吗？"]
[[rule]]
id = "submit"
keywords = ["投稿"]
form = "photo"
[[form]]
id = "photo"
say = ["收下了。"]
handoff = "登记照片授权"
[[form.field]]
id = "photo"
kind = "photo"
ask = ["把照片发来。"]
retry = ["要一张图。"]
consent = "photo"
"""


def test_a_picture_is_an_answer_where_one_was_asked_for() -> None:
    talk = talker(PHOTO)
    chat(talk, "投稿")
    assert last(talk, "可以") == ["把照片发来。"]
    made = talk.hear((Said(kind="image"),), "m", NOON, "a")
    assert (words(made), made.handoff) == (["收下了。"], "登记照片授权")
    assert talk.remembered("m", "a") == {"photo": "ask:3"}
