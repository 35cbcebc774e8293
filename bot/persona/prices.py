"""Amounts of money in a text: ¥68, 68 元, 19块9, 一百二十八元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]{1,9}(?:\.[0-9]{1,2})?"
_HAN = "[零〇一二两三四五六七八九十百千万]{1,9}"
# 块 also counts pieces (一块茶饼) and means "together" (一块儿).
_PIECE = r"块(?!儿|茶|饼|砖|糖|布|表|地|肉|石|蛋糕|巧克力|去|来|喝|聊|吃|坐|玩|走|转|看)"
_YUAN = rf"(?:元(?!宵|旦|素|气|月)|{_PIECE}钱?|人民币|rmb|cny|圆(?!盘|形|桌|圆))"
_RANGE = rf"(?P<low>{_NUMBER})\s*(?:元|块)?\s*(?:-|~|到|至|—)\s*"
_AMOUNT = re.compile(
    rf"(?:[¥￥]|rmb|人民币)\s*(?P<sign>{_NUMBER})"
    rf"|(?P<fraction>[0-9]{{1,4}}|{_HAN})块(?P<tenth>[0-9一二三四五六七八九])(?![0-9十百千])"
    rf"|(?:{_RANGE})?(?P<plain>{_NUMBER})\s*{_YUAN}"
    rf"|(?P<han>{_HAN})\s*{_YUAN}"
)
_FEES = re.compile("运费|邮费|包邮|快递费|免邮|起送|押金|红包|发票|报销|积分|[0-9]分")
_CLAUSE = re.compile("[，,。！？!?；;\n]")


def amounts(text: str) -> Iterator[tuple[Decimal, int, int]]:
    """(yuan, start, end) of every amount in an undisguised text."""
    for found in _AMOUNT.finditer(text):
        for value in _values(found):
            yield value, found.start(), found.end()


def is_fee(text: str, start: int, end: int) -> bool:
    """True when the clause speaks of shipping or the like, not of what a good costs."""
    before = _CLAUSE.split(text[max(0, start - 12) : start])[-1]
    after = _CLAUSE.split(text[end : end + 8])[0]
    return bool(_FEES.search(before + after))


def _values(found: re.Match[str]) -> Iterator[Decimal]:
    if found["fraction"]:
        yield _number(found["fraction"]) + _number(found["tenth"]) / 10
        return
    # "一块" is a piece or "together" far more often than one yuan.
    if found["han"] and (found["han"] in _DIGITS or found["han"] == "万"):
        return
    for name in ("sign", "low", "plain", "han"):
        if found[name]:
            yield _number(found[name])


def _number(text: str) -> Decimal:
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _UNITS[char], 0
    return Decimal(total + section + digit)
