"""Care sells nothing (A32): an address of goods in a text of kind care. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.body import Link, MiniProgram
from bot.core.carrying import Shortening
from bot.core.findings import ERROR, Finding
from bot.core.goods import Good
from bot.library.cast import Cast
from bot.library.linking import addresses
from bot.studio.lint import sample_text, say
from bot.studio.render import CannotRender
from bot.studio.template import Template

# Carriers at which one buys.
SHOPS = frozenset({"shop", "miniprogram"})


def product_link(
    template: Template, text: str, goods: Iterable[Good], short: Shortening
) -> str:  # fmt: skip
    """An address of goods, or the title of a mini program; empty where a care text has none, and
    for texts of other kinds."""
    return leads(template, text, goods, short) if template.kind == "care" else ""


def leads(template: Template, text: str, goods: Iterable[Good], short: Shortening) -> str:
    """The same for a text of any kind."""
    cards = [one.url for one in template.attachments if isinstance(one, Link)]
    programs = (one.title for one in template.attachments if isinstance(one, MiniProgram))
    return of_goods((*addresses(text), *cards), goods, short) or next(programs, "")


def of_goods(urls: Iterable[str], goods: Iterable[Good], short: Shortening) -> str:
    """The first of these addresses that is one of goods: at a shop ([carriers.shop] and
    [carriers.miniprogram] hosts), or with the number of a good in it."""
    numbers = [good.sku.lower() for good in goods if len(good.sku) > 3]
    return next((url for url in urls if short.carrier(url) in SHOPS
                 or any(sku in url.lower() for sku in numbers)), "")  # fmt: skip


def review_care(
    templates: Iterable[Template], goods: Iterable[Good], short: Shortening
) -> Iterator[Finding]:  # fmt: skip
    """Care texts that hold one."""
    goods = tuple(goods)
    for template in templates:
        if url := product_link(template, sample_text(template), goods, short):
            place = template.text.find(url)
            line = template.at(template.text.count("\n", 0, max(place, 0)) + 1)
            yield say(template, "care-link", f"关心的话里带了商品链接：{url}",
                      "去掉链接；要卖东西就写成 promos 里的推广", ERROR, line)  # fmt: skip


def carries(cast: Cast, name: str, short: Shortening) -> str:
    """The same of a template that serves."""
    template = cast.shelf.get(name) if name else None
    if template is None or template.kind != "care":
        return ""
    try:
        text = cast.shelf.render_sample(name).text
    except CannotRender:
        text = template.text
    return product_link(template, text, cast.goods, short)
