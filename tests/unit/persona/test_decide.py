"""What the persona does about a turn, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.body import Menu
from bot.core.model import Inbound, Member, Mode
from bot.persona import phrases
from bot.persona.decide import decide
from bot.persona.persona import Handoff
from bot.pipeline.handing import cause_of
from bot.studio.parse import parse_template
from bot.studio.render import Shelf

from .scripts import HOURS, LATE, NIGHT, NOON, event, message, script, turn, words

DAY = script()
SHOP = script(HOURS)
EXPERT = script().persona


def test_a_keyword() -> None:
    made = decide(DAY, turn("你好！"))
    assert (words(made), made.rule, made.matched) == (["在呢。"], "greeting", True)
    assert made.drafts[0].content == "greeting"


def test_latin_keywords_are_whole_words() -> None:
    assert decide(DAY, turn("Hi~")).rule == "greeting"
    assert decide(DAY, turn("white tea")).rule is None


def test_variants_follow_how_often_this_member_got_the_rule() -> None:
    memory: dict[str, object] = {}
    heard = []
    for _ in range(4):
        made = decide(DAY, turn("在吗", memory=memory))
        memory = dict(made.memory)
        heard.append(words(made))
    assert heard == [["在呢。"], ["来啦，水刚开。"], ["又见面了。", "坐。"], ["在呢。"]]


def test_the_account_plays_no_part() -> None:
    for text in ("在吗", "绿茶怎么泡", "你是机器人吗", "asdf", "茶"):
        first, other = (decide(SHOP, turn(text, account=name)) for name in ("wk1", "wk2"))
        assert first == other


def test_a_question_in_other_words() -> None:
    made = decide(DAY, turn("请问快递多久能送到啊"))
    assert (words(made), made.rule) == (["一般三天。"], "faq:ship")
    assert made.candidates[0].rule == "faq:ship"
    assert made.score == made.candidates[0].score >= 0.55


def test_a_greeting_gives_way_to_the_question_behind_it() -> None:
    assert decide(DAY, turn("你好，乌龙茶怎么泡")).rule == "faq:brew"


def test_two_fragments_two_answers() -> None:
    made = decide(DAY, turn("绿茶怎么泡", "几点关门"))
    assert words(made) == ["八十度的水，别盖盖子。", "晚上九点半。"]
    assert made.rule == "faq:green"


def test_fragments_of_one_question_are_one_question() -> None:
    assert words(decide(DAY, turn("乌龙茶", "怎么泡"))) == ["九十五度的水，头一泡十秒。"]


def test_a_greeting_and_a_question_in_two_messages() -> None:
    made = decide(DAY, turn("在吗", "绿茶怎么泡"))
    assert (words(made), made.rule) == (["在呢。", "八十度的水，别盖盖子。"], "faq:green")


def test_never_more_than_three_bubbles() -> None:
    memory = {"seen": {"greeting": 2}}
    made = decide(DAY, turn("在吗", "绿茶怎么泡", "几点关门", "几天能到", memory=memory))
    assert len(made.drafts) == 3


def test_a_pattern_fills_the_memory() -> None:
    made = decide(DAY, turn("订单号：2026111900001"))
    assert words(made) == ["记下了，单号 2026111900001，我去查。"]
    assert made.memory["facts"] == {"order_no": "2026111900001"}
    assert (made.handoff, made.tags, made.why) == ("查订单", ("售后",), "客人给了单号。")


def test_a_missing_fact_never_shows_a_brace() -> None:
    assert words(decide(DAY, turn("我的到哪了"))) == ["你先把单号发我。"]
    memory = {"facts": {"order_no": "123456789"}}
    assert words(decide(DAY, turn("我的到哪了", memory=memory))) == [
        "单号 123456789 的我帮你盯着。"
    ]
    only = script(dialogue="[[rule]]\nid='a'\nkeywords=['喂']\nsay=['{name}，在呢。水开了。']\n")
    assert words(decide(only, turn("喂"))) == ["水开了。"]
    assert words(decide(only, turn("喂", member=Member(id="m", name="小周")))) == [
        "小周，在呢。水开了。"
    ]


def test_not_keywords_and_exact() -> None:
    assert decide(DAY, turn("真是太气人了")).rule == "angry"
    assert decide(DAY, turn("不是太气人")).rule is None
    assert decide(DAY, turn("菜单？")).rule == "exact"
    assert decide(DAY, turn("把菜单给我拿来看一下")).rule != "exact"


def test_a_rule_that_only_calls_a_person_promises_one() -> None:
    made = decide(DAY, turn("太气人了"))
    assert (made.handoff, words(made)) == ("客人生气", [phrases.LINES["handoff"]])
    assert "complaint" in made.flags


def test_examples_and_templates() -> None:
    made = decide(DAY, turn("我想退款"))
    assert (words(made), made.rule) == (["退款三天到。"], "refund")
    assert (made.drafts[0].content, made.drafts[0].content_version) == ("replies/refund", 7)


def test_an_answer_reads_one_of_two_wordings_the_same_for_a_member_every_time() -> None:
    other = parse_template("replies/refund.b", "+++\ntitle='退'\n+++\n三天后到账。", "f")
    two = replace(DAY, shelf=Shelf.of([*DAY.shelf.templates.values(), other]))
    people = [Member(id=f"m{n}") for n in range(40)]
    said = {one.id: words(decide(two, turn("我想退款", member=one))) for one in people}
    assert {text for [text] in said.values()} == {"退款三天到。", "三天后到账。"}
    assert said == {one.id: words(decide(two, turn("我想退款", member=one))) for one in people}
    contents = {decide(two, turn("我想退款", member=one)).drafts[0].content for one in people}
    assert contents == {"replies/refund", "replies/refund.b"}


def test_templates_know_the_member_and_the_story() -> None:
    said = decide(DAY, turn("你有什么故事", member=Member(id="m", name="小周")))
    assert words(said) == ["小周听我说：外婆留了半盏。"]
    context = {"persona": {"story": {"cup": "换了一章。"}}}
    assert words(decide(DAY, turn("你有什么故事"), context)) == ["你听我说：换了一章。"]


def test_an_answer_that_cannot_be_said_is_not_silence() -> None:
    made = decide(DAY, turn("卖完了还有吗"))
    assert words(made) == [phrases.LINES["handoff"]]
    assert (made.rule, made.handoff) == (None, "有答案但说不出来")
    assert "缺变量或模板" in made.why


def test_asking_back_with_a_menu_and_taking_the_tap() -> None:
    made = decide(DAY, turn("用多少度的水"))
    body = made.drafts[0].body
    assert isinstance(body, Menu)
    assert {item.id for item in body.items} == {"faq:brew", "faq:green"}
    assert (made.rule, made.matched, made.handoff) == (None, False, "")
    tap = message("绿茶怎么泡", menu_id="faq:green")
    assert words(decide(DAY, turn(tap))) == ["八十度的水，别盖盖子。"]
    assert words(decide(DAY, turn(event("menu:faq:brew")))) == ["九十五度的水，头一泡十秒。"]
    assert decide(DAY, turn(message("几点关门", menu_id="faq:old"))).rule == "faq:hours"


def test_misses_in_a_row_call_a_person() -> None:
    first = decide(DAY, turn("qwerty"))
    assert (words(first), first.handoff) == ([phrases.LINES["fallback"]], "")
    assert (first.rule, first.matched) == (None, False)
    second = decide(DAY, turn("zxcvb", misses=1))
    assert words(second) == [phrases.LINES["handoff"]]
    assert second.handoff
    menu = decide(DAY, turn("用多少度的水", misses=1))
    assert isinstance(menu.drafts[0].body, Menu)
    assert menu.handoff


def test_while_waiting_nobody_is_called_again() -> None:
    for text in ("qwerty", "转人工"):
        made = decide(DAY, turn(text, misses=5, waiting=NOON))
        assert (words(made), made.handoff) == ([phrases.LINES["waiting"]], "")
    assert words(decide(DAY, turn("几点关门", waiting=NOON))) == ["晚上九点半。"]


@pytest.mark.parametrize("mode", ["staff", "client", "muted"])
def test_silence_while_a_person_holds_the_conversation(mode: Mode) -> None:
    made = decide(DAY, turn("绿茶怎么泡", mode=mode, memory={"seen": {"a": 1}}))
    assert (made.drafts, made.rule, made.memory) == ((), None, {"seen": {"a": 1}})
    assert "不自动回复" in made.why
    assert made.candidates[0].rule == "faq:green"


def test_opting_out_works_in_every_mode() -> None:
    assert decide(DAY, turn("退订", mode="staff")).tags == ("promo_off",)
    made = decide(DAY, turn("别发了"))
    assert (made.tags, words(made)) == (("promo_off",), [phrases.OPT_OUT])
    assert (made.rule, made.flags) == ("builtin:opt_out", ("opt_out",))
    again = decide(DAY, turn("退订", member=Member(id="m", promo_ok=False)))
    assert words(again) == [phrases.OPT_OUT_AGAIN]


def test_the_robot_question_is_answered_truthfully() -> None:
    made = decide(DAY, turn("你是真人吗"))
    assert "不是真人" in words(made)[0]
    assert made.flags == ("robot_question",)
    own = script('[disclosure]\nrobot = ["我是智能助手小盏，不是真人，找真人请说一声。"]\n')
    assert words(decide(own, turn("你是真人吗"))) == [
        "我是智能助手小盏，不是真人，找真人请说一声。"
    ]


def test_what_a_disclosure_forgets_is_added_and_a_lie_is_replaced() -> None:
    forgets = script('[disclosure]\nrobot = ["我是智能助手小盏，不是真人。"]\n')
    said = words(decide(forgets, turn("你是真人吗")))
    assert said == ["我是智能助手小盏，不是真人。", phrases.WAY_TO_A_PERSON]
    lies = script('[disclosure]\nrobot = ["我是小盏呀，一直都在。"]\n')
    assert words(decide(lies, turn("你是真人吗"))) == [phrases.robot("小盏", "半盏")]
    rule = '[[rule]]\nid = "who"\nevent = "intent:robot"\nsay = ["你猜"]\n'
    assert words(decide(script(dialogue=rule), turn("你是机器人吗"))) == [
        phrases.robot("小盏", "半盏")
    ]


def test_asking_for_a_person() -> None:
    made = decide(DAY, turn("转人工"))
    assert (words(made), made.handoff) == ([phrases.LINES["handoff"]], "客人要找真人")
    assert (made.rule, made.mode, made.matched) == ("builtin:human", None, True)
    client = script('[handoff]\nto = "client"\n')
    assert decide(client, turn("转人工")).mode == "client"


def test_a_script_may_word_the_wishes_itself() -> None:
    own = script(dialogue="[[rule]]\nid='stop'\nevent='intent:opt_out'\nsay=['收到，不发了。']\n")
    made = decide(own, turn("退订"))
    assert (words(made), made.rule, made.tags) == (["收到，不发了。"], "stop", ("promo_off",))


def test_a_wish_and_a_question_are_both_heard() -> None:
    made = decide(DAY, turn("绿茶怎么泡", "别再给我发广告了"))
    assert words(made) == [phrases.OPT_OUT, "八十度的水，别盖盖子。"]


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file", "location", "link", "note"])
def test_what_is_not_text_gets_an_honest_line(kind: str) -> None:
    made = decide(DAY, turn(message(kind=kind)))
    assert words(made) == [phrases.MEDIA.get(kind, phrases.MEDIA[""])]
    assert made.handoff == ""


def test_a_picture_beside_a_question() -> None:
    made = decide(DAY, turn("绿茶怎么泡", message(kind="image")))
    assert words(made) == ["八十度的水，别盖盖子。", phrases.MEDIA["image"]]
    own = script(dialogue="[[rule]]\nid='pic'\nevent='message:image'\nsay=['图看不了。']\n")
    assert words(decide(own, turn(message(kind="image")))) == ["图看不了。"]


def test_emoji_alone_is_no_miss() -> None:
    made = decide(DAY, turn("😊[微笑]"))
    assert (words(made), made.matched) == ([phrases.MEDIA["emoji"]], True)


def test_events() -> None:
    made = decide(DAY, turn(event("kf.enter_session")))
    assert (words(made), made.rule) == (["你来啦，我是小盏。"], "kf-welcome")
    assert decide(DAY, turn(event("user_recall_msg"))).drafts == ()
    both = decide(DAY, turn(event("kf.enter_session"), "绿茶怎么泡"))
    assert words(both) == ["你来啦，我是小盏。", "八十度的水，别盖盖子。"]


def test_outside_hours_one_away_line_a_night_and_answers_as_ever() -> None:
    first = decide(SHOP, turn("qwerty", now=NIGHT))
    assert words(first) == ["打烊了，明早回你。"]
    later = decide(SHOP, turn("zxcvb", now=LATE, memory=first.memory))
    assert words(later) == [phrases.LINES["fallback"]]
    assert words(decide(SHOP, turn("几点关门", now=NIGHT))) == ["晚上九点半。"]
    tomorrow = decide(SHOP, turn("qwerty", now=NIGHT + 86_400_000, memory=first.memory))
    assert words(tomorrow) == ["打烊了，明早回你。"]
    person = decide(SHOP, turn("转人工", now=NIGHT))
    assert (words(person), person.handoff) == (["打烊了，明早回你。"], "客人要找真人")
    again = decide(SHOP, turn("转人工", now=NIGHT, memory=person.memory))
    assert words(again) == [phrases.LINES["waiting"]]


def test_a_grave_complaint_calls_a_person_beside_the_answer() -> None:
    made = decide(DAY, turn("几点关门", "你们就是骗子"))
    assert words(made) == ["晚上九点半。", phrases.LINES["handoff"]]
    assert made.handoff == "客人投诉"
    assert "complaint" in made.flags


def test_a_mood_calls_a_person_where_the_persona_says_so() -> None:
    angry, sad = turn("几点关门", "火大"), turn("几点关门", "太失望了")
    assert [decide(DAY, one).handoff for one in (angry, sad)] == ["", ""], "grave words alone"
    at = {mood: replace(DAY, persona=replace(DAY.persona, handoff=Handoff(mood=mood)))
          for mood in ("angry", "unhappy")}  # fmt: skip
    made = decide(at["angry"], angry)
    assert (made.handoff, words(made)[0]) == ("客人生气：火大", "晚上九点半。")
    assert cause_of(made) == "mood"
    assert decide(at["angry"], sad).handoff == ""
    assert decide(at["unhappy"], sad).handoff == "客人不高兴：失望"
    waits = decide(
        at["angry"], replace(angry, conversation=replace(angry.conversation, waiting_since=1))
    )
    assert waits.handoff == "", "who waits already is called once"


def test_a_long_answer_goes_out_in_pieces() -> None:
    long = script(faq="id,question,similar,answer\na,说来话长,," + "这是一句话。" * 150 + "\n")
    made = decide(long, turn("说来话长"))
    assert len(made.drafts) == 2
    assert all(len(text.encode()) <= 2048 for text in words(made))


ANYTHING = st.text(max_size=40) | st.sampled_from(
    [
        "在吗",
        "绿茶怎么泡",
        "退订",
        "转人工",
        "你是人吗",
        "😊",
        "骗子",
        "订单 12345678",
        "卖完了还有吗",
        "茶",
    ]
)
KINDS = st.sampled_from(["image", "voice", "event", "unknown"])
MESSAGES = st.lists(ANYTHING | st.builds(message, kind=KINDS), min_size=1, max_size=4)


@given(MESSAGES, st.integers(0, 3), st.booleans(), st.sampled_from([NOON, NIGHT]))
@settings(max_examples=300)
def test_a_member_is_never_met_by_silence(
    said: list[str | Inbound], misses: int, waiting: bool, now: int
) -> None:
    before = turn(*said, misses=misses, waiting=now if waiting else None, now=now)
    made = decide(SHOP, before)
    spoke = any(m.kind != "event" for m in before.messages)
    assert (1 if spoke else 0) <= len(made.drafts) <= 3
    assert all(text and "{" not in text.replace("{", "", "".join(map(str, said)).count("{"))
               for text in words(made))  # fmt: skip
    assert made == decide(SHOP, before)
    assert made.why
