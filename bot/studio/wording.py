"""What an editor sees in the words themselves: links, pictographs, and for whom they are written.

Each remark says where in the text it stands. Nothing here knows a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.findings import ERROR, WARNING
from bot.core.words import is_emoji


class Remark(NamedTuple):
    """``place`` counts characters from the start of the text."""

    rule: str
    place: int
    message: str
    fix: str
    severity: str = WARNING


_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}")
_BROKEN = re.compile(r"https?(?:：|:(?!//)|://(?=[\s　]|$))|ｈｔｔｐ", re.I)
_LINK = re.compile(r"(https?)://([^\s/?#，。！？；：、“”‘’（）《》【】「」]+)([!-~]*)", re.I)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*(?::\d{1,5})?", re.I)
_BARE = re.compile(r"(?<![\w./@-])www\.[a-z0-9-]+\.[a-z]{2,}", re.I)
_HAN = re.compile(r"[\u3400-\u9fff]")
_VALUE = "x"  # stands for what a variable will say


def flat(text: str) -> str:
    """The words of a template, tags blanked out: as long as before, a variable as letters."""
    return _TAG.sub(_blank, text)


def _blank(tag: re.Match[str]) -> str:
    fill = _VALUE if tag[0].startswith("{{") else " "
    return "".join("\n" if char == "\n" else fill for char in tag[0])


def links(text: str) -> Iterator[Remark]:
    """Links that will not open, or not where they should."""
    for found in _BROKEN.finditer(text):
        yield Remark("link", found.start(), f"链接写坏了：“{_around(text, found.start())}”",
                     "写成 https:// 加网址，中间不留空格，冒号和斜杠用半角", ERROR)  # fmt: skip
    for found in _LINK.finditer(text):
        yield from _link(text, found)
    for found in _BARE.finditer(text):
        yield Remark("link", found.start(), f"“{found[0]}”前面没有 https://，发出去点不开",
                     f"写成 https://{found[0]}")  # fmt: skip


def _link(text: str, found: re.Match[str]) -> Iterator[Remark]:
    host, place = found[2], found.start()
    han = _HAN.search(host)
    if han and _HOST.fullmatch(host[: han.start()]):
        yield _glued(found[1] + "://" + host[: han.start()], place)
    elif not _HOST.fullmatch(host):
        yield Remark("link", place, f"网址“{host[:40]}”不成样子", "核对域名，照浏览器里的写", ERROR)
    elif _HAN.match(text, found.end()):
        yield _glued(found[0], place)
    if found[1].lower() == "http":
        yield Remark("link", place, f"“{found[0][:40]}”不是 https，微信里会先弹一道提醒",
                     "网站支持的话改成 https://")  # fmt: skip


def _glued(link: str, place: int) -> Remark:
    return Remark("link", place, f"链接“{link[:40]}”后面紧跟着汉字，点开时可能连汉字一起带上",
                  "链接后面空一格，或者另起一行")  # fmt: skip


def _around(text: str, place: int) -> str:
    return text[place : place + 24].split("\n")[0]


def crowded(text: str, most: int) -> Iterator[Remark]:
    """More pictographs than ``most``; a family that is joined into one counts as one."""
    places = [i for i, char in enumerate(text) if is_emoji(char) and text[i - 1 : i] != "\u200d"]
    if len(places) > most:
        yield Remark("emoji", places[most], f"表情有 {len(places)} 个，最多 {most} 个",
                     f"留 {most} 个，其余删掉" if most else "把表情删掉")  # fmt: skip


# What speaks of the thing on sale, and what speaks to the person who might want it.
_PRODUCT = re.compile(
    r"新品|上新|新款|上架|到货|现货|库存|包邮|下单|拍下|原价|现价|售价|特价|折扣|优惠|促销|限量|限时|爆款"
    r"|规格|净含量|容量|尺寸|材质|产地|工艺|配料|等级|型号|款式|礼盒|套装|整箱"
    r"|[¥￥]\s?\d|\d\s?(?:元|块钱|克|毫升|ml|kg|g\b|片装|包装|盒装|件套)", re.I
)  # fmt: skip
_PERSON = re.compile(
    r"你|您|大家|各位|诸位|朋友|茶友|咱|家里|老人|孩子|送给|适合|省得|省心|省事|省下|方便|轻松|放心|安心"
    r"|不用|不必|免得|不怕|不挑|学会|教你|试试|试喝|尝|好处|帮|陪|舒服|暖|解渴|提神|够喝|够用"
    r"|[?？]|吗|呢|怎么|哪|谁"
)


def goods_only(text: str, goods: Iterable[str] = ()) -> Iterator[Remark]:
    """A text about the goods in which nobody is spoken to: no use for a member, no question."""
    words = [name for name in goods if name]
    place = next((text.find(name) for name in words if name in text), -1)
    found = _PRODUCT.search(text)
    first = place if found is None or 0 <= place < found.start() else found.start()
    if first >= 0 and not _PERSON.search(text):
        yield Remark("goods-only", first, "通篇只讲商品，没有说对人有什么用，也没有问一句",
                     "先写他用得上的那一点，或者拿一个问题开头")  # fmt: skip
