"""Figures in a text with their units: 3天, 85 度, 两小时, 百分之十."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

_HAN = "零〇一二两三四五六七八九十百千万"
_UNITS = (
    "工作日|小时|分钟|秒钟?|毫升|公斤|千克|天|日|元|块|折|度|℃|克|斤|升|年|个?月|周|星期|成|倍|岁|号|"
    "ml|kg|g|%"
)
# A unit is needed for Chinese figures: 一下, 一起 and 万一 count nothing.
_FIGURE = re.compile(
    rf"百分之(?P<share>[0-9]+(?:\.[0-9]+)?|[{_HAN}]+)"
    rf"|(?P<digits>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?)\s*(?P<unit>{_UNITS})?"
    rf"|(?P<han>[{_HAN}]+)\s*(?P<of>{_UNITS})",
    re.IGNORECASE,
)
_SAME = {"日": "天", "块": "元", "℃": "度", "ml": "毫升", "g": "克", "kg": "公斤", "千克": "公斤",
         "秒钟": "秒", "个月": "月", "星期": "周"}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}

Figure = tuple[Decimal, str]


def figures(text: str) -> Iterator[Figure]:
    """(value, unit) of every figure in a folded text; the unit is empty where none follows."""
    for found in _FIGURE.finditer(text):
        if found["share"]:
            yield _value(found["share"]), "%"
        else:
            unit = (found["unit"] or found["of"] or "").lower()
            yield _value(found["digits"] or found["han"]), _SAME.get(unit, unit)


def _value(text: str) -> Decimal:
    if text[0].isascii():
        return Decimal(text.replace(",", "")).normalize()
    total = section = digit = 0
    for char in text:
        if char == "万":
            total, section, digit = total + (section + digit or 1) * 10_000, 0, 0
        elif char in _TENS:
            section, digit = section + (digit or 1) * _TENS[char], 0
        else:
            digit = 2 if char == "两" else int(unicodedata.numeric(char))
    return Decimal(total + section + digit).normalize()
