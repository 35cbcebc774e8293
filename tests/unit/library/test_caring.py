"""Care sells nothing: a text of kind care with an address of goods is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.core.carrying import OfCarrier, Shortening
from bot.core.goods import Good
from bot.library.caring import product_link, review_care
from bot.studio.parse import parse_template
from bot.studio.template import Template

GOODS = [Good(sku="BZ-T01", name="晨雾绿茶 50克", price=Decimal(68))]
SHORT = Shortening.of({"shop": OfCarrier(hosts=("shop.example",)),
                       "website": OfCarrier(hosts=("banzhan.example",))}, "")  # fmt: skip


def made(text: str, kind: str = "care") -> Template:
    head = '+++\ntitle = "x"\ngenre = "emotion"\norigin = "BGC"\n+++\n'
    return parse_template(f"{kind}/x", head + text, {})


@pytest.mark.parametrize(("text", "link"), [
    ("外面冷，多穿一件。", ""),
    ("泡法在这里 https://banzhan.example/brew 。", ""),
    ("去看看 https://shop.example/cup 。", "https://shop.example/cup"),
    ("下面还有 https://m.shop.example/a", "https://m.shop.example/a"),
    ("老地方 https://banzhan.example/g/bz-t01", "https://banzhan.example/g/bz-t01"),
])  # fmt: skip
def test_care_that_leads_to_goods_is_refused_with_its_line(text: str, link: str) -> None:
    template = made(f"你好。\n{text}")
    assert product_link(template, template.text, GOODS, SHORT) == link
    found = list(review_care([template], GOODS, SHORT))
    assert [(one.severity, one.rule, one.line) for one in found] == (
        [("error", "template.care-link", 7)] if link else [])  # fmt: skip


def test_other_kinds_may_lead_there() -> None:
    template = made("去看看 https://shop.example/cup 。", "promos")
    assert product_link(template, template.text, GOODS, SHORT) == ""
