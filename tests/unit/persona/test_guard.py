"""What must not leave, what may, and where in the text the problem stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.goods import Good
from bot.persona.brand import Brand
from bot.persona.guard import blocking
from bot.persona.persona import Persona, Voice
from tests.unit.persona.looking import inspect

from .scripts import NOON

BRAND = Brand(name="半盏", taboo=("第一", "最好", "宇宙级"), link_domains=("banzhan.example",))
PERSONA = Persona(id="x", name="小盏", type="kol", voice=Voice(taboo=("亲", "YYDS"), emoji_max=1))
GOODS = (
    Good(sku="a", name="晨雾", price=Decimal("68")),
    Good(sku="b", name="老木头", price=Decimal("128.00")),
    Good(sku="c", name="旅行套装", price=Decimal("19.9")),
    Good(sku="d", name="过季", price=Decimal("45"), valid_to=date(2026, 10, 1)),
)

HOSTILE = {
    "taboo": """
亲，在的 / 这茶 yyds / 宇 宙 级的茶 / 宇*宙*级 / 我们是第一 / 喝起来最好的茶
""",
    "link": """
看 https://evil.example/a / 看 http://banzhan.example.evil.com / 打开 www.evil.com / evil.cn 有
https://banzhan.example@evil.com/x / hxxp://evil.top / 加我 192.168.1.1:8080/a
https://evilbanzhan.example / ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｏｍ / weixin://dl/chat
""",
    "price": """
晨雾只要 58 元 / ￥59 / ¥1,280 / 一盒八十八元 / 旅行套装 99 块 / 老木头一百二十元 / 现在 9块9
九十九块九 / 58-68元 / 过季款 45 元 / RMB 66 / 5 8 元
""",
    "discount": """
今天打八折 / 全场 8.5 折 / 立减 20 / 满100减20 / 买一送一 / 第二件半价 / 给你打个对折 / 秒杀
75折 / 特价 / 给你免单
""",
    "superlative": """
国家级工艺 / 全国第一的茶 / 最佳口感 / 顶级山场 / 独一无二 / 销量冠军 / 史无前例 / 最便宜
业内第一 / NO.1 / 这是最好的茶 / 全网最低 / 最 顶 级 / 遥遥领先 / 驰名商标 / 100%纯天然
""",
    "medical": """
治疗失眠 / 能降血压 / 抗癌 / 喝了减肥 / 降三高 / 排毒养颜 / 增强免疫力 / 养胃 / 安神助眠
预防感冒 / 消炎杀菌 / 降血糖 / 对便秘有帮助 / 软化血管 / 祛湿 / 抗衰老 / 改善睡眠 / 主治咳嗽
""",
    "finance": """
这饼茶稳赚 / 收藏升值 / 保本高收益 / 年化8%
""",
    "promise": """
无效退款 / 假一赔十 / 保证有效 / 一定会瘦 / 无副作用 / 立竿见影
""",
}

FINE = """
第一次喝的话先少放一点 / 第一泡十秒出汤 / 最好先闻一闻香 / 这样最好 / 我们一起喝一块儿聊
一块茶饼能喝很久 / 晨雾 68 元一盒 / 老木头 128元 / 旅行套装 19块9 / ¥68 / 没有八折的活动哦
茶不能治病 / 别信喝茶减肥那套 / 孕期喝茶请问医生 / 看看 https://banzhan.example/how
https://m.banzhan.example / 三克茶配 150 毫升水 / 85 到 90 度 / 晚上九点半关门
下单后 48 小时内发出 / 2026-11-21 到 / 订单 20261119000012 我去查 / 把折叠杯放进包里
折页在盒子里 / 元宵节快乐 / 版本 1.2.3 / 早上好，水刚开 / 这杯有一点花香，回甘慢
唯一要注意的是水温 / 一次放三克，一壶能续五次 / 没有疗效，就是一杯茶 / 他喝了一口说好喝
小盏在呢 / 第一步烧水，第二步温杯 / 最后一盒给你留着 / 最近新到了白茶 / 半盏就好
"""


def found(text: str) -> set[str]:
    return {p.code for p in blocking(inspect(text, BRAND, PERSONA, GOODS, NOON))}


def parts(cell: str) -> list[str]:
    lines = (line for line in cell.strip().splitlines())
    return [part.strip() for line in lines for part in line.split(" / ") if part.strip()]


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, cell in HOSTILE.items() for text in parts(cell)]
)
def test_what_must_not_leave(code: str, text: str) -> None:
    assert code in found(text)


@pytest.mark.parametrize("text", parts(FINE))
def test_what_may(text: str) -> None:
    assert found(text) == set()


def test_a_problem_points_at_its_place_and_offers_a_fix() -> None:
    text = "你好呀，ＹＹＤＳ的 晨雾 只要 ￥５８！"
    taboo, price = inspect(text, BRAND, PERSONA, GOODS, NOON)
    assert (text[taboo.start : taboo.end], taboo.code) == ("ＹＹＤＳ", "taboo")
    assert (text[price.start : price.end], price.code) == ("￥５８", "price")
    assert taboo.fix
    assert price.fix


def test_everything_is_told_at_once_by_rule_and_by_likeness() -> None:
    text = "放心，不管怎么样我们一定全额退款给你，百分之百退。"
    told = inspect(text, BRAND, PERSONA, GOODS, NOON)
    assert [(text[p.start : p.end], p.code) for p in told] == [
        ("不管怎么样我们一定全额退款给你", "promise"), ("百分之百退", "promise"),
    ]  # fmt: skip
    fine = inspect("放心，先把单号给我，百分之百退。", BRAND, PERSONA, GOODS, NOON)
    assert [p.code for p in fine] == ["promise"], "what is beside it is judged for itself"


def test_prices_hold_on_their_days_only() -> None:
    summer = NOON - 90 * 86_400_000
    assert blocking(inspect("过季款 45 元", BRAND, PERSONA, GOODS, summer)) == []
    assert blocking(inspect("过季款 45 元", BRAND, PERSONA, GOODS, NOON)) != []


def test_amounts_that_are_published_elsewhere_may_be_named() -> None:
    assert found("团购价 50 元") == {"price"}
    allowed = [Decimal(50)]
    assert blocking(inspect("团购价 50 元", BRAND, PERSONA, GOODS, NOON, allowed=allowed)) == []


def test_fees_and_emoji_are_told_but_not_stopped() -> None:
    problems = inspect("满 99 元包邮 😊😊", BRAND, PERSONA, GOODS, NOON)
    assert {p.code for p in problems} == {"fee", "emoji"}
    assert blocking(problems) == []


@given(st.text(max_size=120))
def test_no_text_crashes_it_and_places_lie_inside(text: str) -> None:
    for problem in inspect(text, BRAND, PERSONA, GOODS, NOON):
        assert 0 <= problem.start < problem.end <= len(text)
