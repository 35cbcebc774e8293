"""What a language model sees, and what it may make of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.goods import Good
from bot.core.model import Conversation, Inbound, Member, Turn
from bot.core.ports import Prompt
from bot.persona.brand import Brand
from bot.persona.faq import Faq
from bot.persona.grounding import CLOSE, OPEN, RULES, Bounds, Ground, Said, ground
from bot.persona.numbers import figures
from bot.persona.persona import Chapter, Persona, Voice
from bot.persona.privacy import mask
from bot.persona.script import Script
from bot.persona.vetting import vet

NOW = 1_790_000_000_000
PERSONA = Persona(
    id="tester", name="小试", type="spokesperson", voice=Voice(address="你", taboo=("亲",), sentence_max=30),
    story=(Chapter(id="one", text="外婆的茶馆开了三十年。"),),
    faq=(
        Faq(id="ship", question="几天发货", answer="下单后两天内发出，运费 8 元。"),
        Faq(id="brew", question="这个茶怎么泡", answer="85 度的水，泡一分钟，3 克茶。看 https://tea.example/brew"),
        Faq(id="hello", question="还记得我吗", answer="{name}，记得的。你爱喝{tea}。"),
    ),
)  # fmt: skip
GOODS = (
    Good(sku="1", name="桂花乌龙", price=Decimal("68.00")),
    Good(sku="2", name="陈年白茶", price=Decimal("99"), valid_to=date(2020, 1, 1)),
)
SCRIPT = Script.of(PERSONA, Brand(name="半盏", link_domains=("tea.example",)), goods=GOODS)


def turn(text: str, **facts: str) -> Turn:
    said = Inbound(channel="kf", account="wk1", dedupe="d1", peer="wmABCDEFGH", kind="text",
                   text=text, sent_at=NOW, received_at=NOW)  # fmt: skip
    talk = Conversation(id="kf:wk1:wmABCDEFGH", channel="kf", account="wk1", peer="wmABCDEFGH",
                        memory={"facts": facts})  # fmt: skip
    return Turn(conversation=talk, messages=(said,), member=Member(id="wmABCDEFGH", name="周小花"),
                now=NOW)  # fmt: skip


def made(
    text: str, said: tuple[Said, ...] = (), bounds: Bounds | None = None, **facts: str
) -> Ground:
    found = ground(SCRIPT, turn(text, **facts), said, bounds or Bounds())
    assert found is not None
    return found


def test_the_prompt_holds_story_sources_and_goods_on_sale() -> None:
    system = made("桂花乌龙怎么泡呀").prompt.system
    for part in ("三十年", "85 度", "桂花乌龙 68.00 元", "亲", *RULES):
        assert part in system
    assert "陈年白茶" not in system


def test_nothing_to_answer_from_means_no_question() -> None:
    assert ground(SCRIPT, turn("zzz"), (), Bounds()) is None


def test_facts_are_shown_only_when_they_are_listed() -> None:
    facts = {"tea": "岩茶", "phone": "13800138000"}
    hidden = made("还记得我吗，我叫周小花", **facts).prompt
    assert not [w for w in ("周小花", "岩茶", "13800138000") if w in hidden.system + hidden.user]
    shown = made("还记得我吗", bounds=Bounds(facts=("name", "tea")), **facts).prompt
    assert "周小花" in shown.system and "岩茶" in shown.system
    assert "13800138000" not in shown.system + shown.user


def test_earlier_messages_are_bounded_and_newest_last() -> None:
    said = tuple(Said(i % 2 == 0, f"第{i}句") for i in range(9))
    lines = made("怎么泡", said, Bounds(turns=3)).prompt.user.splitlines()
    assert lines[:5] == [OPEN, "小试：第6句", "客人：第7句", "小试：第8句", "客人：怎么泡"]
    assert made("怎么泡", said, Bounds(turns=0)).prompt.user.splitlines()[1] == "客人：怎么泡"


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_message_can_leave_its_line_or_its_block(earlier: str, now: str) -> None:
    user = made("怎么泡 " + now, (Said(False, earlier),)).prompt.user
    lines = user.splitlines()
    assert len(lines) == 5 and lines[0] == OPEN and lines[3] == CLOSE
    assert lines[1].startswith("客人：") and lines[2].startswith("客人：")
    assert user.count("<") == 2


@pytest.mark.parametrize("number", ["13800138000", "１３８００１３８０００", "138-0013-8000",
                                    "+86 138 0013 8000", "0571-87654321", "33010619900101123X",
                                    "6222 0210 0111 2233 445", "一三八零零一三八零零零"])  # fmt: skip
def test_numbers_of_persons_are_masked(number: str) -> None:
    assert mask(f"打我电话{number}谢谢") == "打我电话[号码]谢谢"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("发到 a.b@mail.example 吧", "发到 [邮箱] 吧"),
        ("加我微信 tea_lover99", "加我[号码]"),
        ("寄浙江省杭州市西湖区文三路 138 号 2 幢 301 室谢谢", "[地址]谢谢"),
        ("姓名：周小花", "[称呼]"),
        ("看 https://x.example/u?id=1 这个", "看 [链接] 这个"),
        ("85度的水，3克茶，150ml", "85度的水,3克茶,150ml"),
        ("第12款2盒", "第12款2盒"),
    ],
)
def test_what_finds_a_person_is_masked_and_the_rest_stays(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "found"),
    [("两天", [(2, "天")]), ("一百二十八元", [(128, "元")]), ("百分之十", [(10, "%")]),
     ("1,280 块", [(1280, "元")]), ("3.5克", [("3.5", "克")]), ("一下子万一一起", [])],
)  # fmt: skip
def test_figures_are_read(text: str, found: list[tuple[object, str]]) -> None:
    assert list(figures(text)) == [(Decimal(str(v)), unit) for v, unit in found]


GOOD = ["85 度的水，泡一分钟就好。", "“下单后两天内发出。”", "运费是 8 元哦。",
        "可以看 https://tea.example/brew", "八十五度的水就行。"]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_what_stands_in_the_material_may_be_said(text: str) -> None:
    verdict = vet(text, made("怎么泡 几天发货"), PERSONA, 300)
    assert verdict.text == text.strip("“”") and not verdict.why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"), ("……", "empty"), ("不知道。", "unknown"), ("这个我也不知道", "unknown"),
        ("好" * 301, "too long"), ("抱歉，我无法回答。", "refused"),
        ("作为一个AI语言模型，我没有喝过茶。", "refused"),
        ("Sorry, two days after the order.", "language"), ("お茶をどうぞ，好喝", "language"),
        ("**两天**内发出", "markup"), ("# 发货\n两天内", "markup"), ("- 两天内发出", "markup"),
        ('{"a": "两天内发出"}', "markup"), ("<b>两天内</b>发出", "markup"),
        ("小试：两天内发出", "role words"), ("assistant: 两天内发出", "role words"),
        ("根据资料，两天内发出", "role words"),
        ("资料里没有的一律不编，我记住了", "leak"), ("你的电话是[号码]", "leak"),
        ("数字、价格、日期、链接，只能照抄资料", "leak"),
        ("我是真人呀，放心。", "claims to be human"), ("我不是机器人", "claims to be human"),
        ("只要 19 元", "amount"), ("一百块就够", "amount"),
        ("三天内发出", "figure"), ("85 克茶", "figure"), ("第 7 款最合适你", "figure"),
        ("看 https://tea.example/other", "link"), ("看 evil.example", "link"),
        ("两天内发出，您放心", "voice"), ("好😀😀", "voice"),
    ],
)  # fmt: skip
def test_what_does_not_is_refused_with_its_reason(text: str, why: str) -> None:
    verdict = vet(text, made("怎么泡 几天发货"), PERSONA, 300)
    assert (verdict.text, verdict.why) == ("", why)
    assert verdict.unknown is (why == "unknown")


@given(st.text(max_size=400))
def test_vetting_never_raises(text: str) -> None:
    empty = Ground(prompt=Prompt(system="", user=""), material="", asked="")
    vet(text, empty, PERSONA, 300)
