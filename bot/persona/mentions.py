"""Which goods a clause speaks of, so that an amount is judged by the price of that good.

"晨雾绿茶 50克" is called 晨雾绿茶, 晨雾, 绿茶; what two goods share (茉莉) means either of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations

from bot.core.goods import Good

_RUN = re.compile("[一-鿿]{2,}")
_CLAUSE = re.compile("[，,。！!？?；;、\n]")
_REACH = 24
_FAR = 60
_TOGETHER = 6  # goods whose sums are tried
_POST = ("运费", "邮费", "快递费", "邮资")  # names of one thing
_SENTENCE = re.compile("[。！!？?；;\n]")
# "50克装是 108 元" goes on about what was named before.
_CARRIES_ON = re.compile(
    "(?:[0-9一二两三四五六七八九十百]{1,4}(?:克|毫升))?(?:装|的|是|现在|这款|它|都|价格|卖|只要|才|售价|单价|原价|为|一包|一盒|一只|每包|每盒){0,5}[¥￥:：]?"
)
# Parts of names that say how much or for where, not what.
_NO_NAME = re.compile("^[一二两三四五六七八九十各每]|[克包份升只盒]$|一般|地区|偏远|旧款|玻璃|毫")


class Mentions:
    """The names of the goods of one catalogue. Immutable."""

    def __init__(self, goods: Iterable[Good], brand: str) -> None:
        named: dict[str, list[Good]] = {}
        for good in goods:
            for name in _called(_names(good.name)):
                if name not in brand:
                    named.setdefault(name, []).append(good)
        self._named = {name: tuple(found) for name, found in named.items()}
        self.names = tuple(self._named)
        longest = sorted(self._named, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, longest)) or "(?!)")

    def near(self, text: str, start: int, end: int) -> tuple[Good, ...]:
        """The goods that the clause around an amount names, before it if any, else behind it."""
        before = _CLAUSE.split(text[max(0, start - _REACH) : start])[-1]
        after = _CLAUSE.split(text[end : end + _REACH])[0]
        if _CARRIES_ON.fullmatch(before):
            return self._in(before) or self._last(text[max(0, start - _FAR) : start])
        return self._in(before) or self._in(after)

    def price_like(self, text: str, start: int, end: int, kind: str) -> bool:
        """True when a number without a unit is a price; see prices.bare for the kinds."""
        if kind in ("n", "slang"):
            return True
        if kind == "tail":
            return bool(self.near(text, start, start))
        return bool(self._pattern.search(text))

    def said(self, text: str, start: int) -> tuple[Good, ...]:
        """All goods that the sentence has named so far."""
        return self._in(_SENTENCE.split(text[max(0, start - _FAR) : start])[-1])

    def _last(self, before: str) -> tuple[Good, ...]:
        """The one good that the sentence has named, or several of one price; of any others the
        amount may be anything."""
        sentence = _SENTENCE.split(before)[-1]
        goods = self._in(sentence)
        alike = len({good.price for good in goods}) == 1
        return goods if alike or len(set(self._pattern.findall(sentence))) == 1 else ()

    def _in(self, clause: str) -> tuple[Good, ...]:
        found = self._pattern.findall(clause)
        return tuple(dict.fromkeys(good for name in found for good in self._named[name]))


def sums(goods: Sequence[Good], day: date) -> frozenset[Decimal]:
    """What several of these goods cost together on a day."""
    prices = [good.price for good in goods if good.on_sale(day)][:_TOGETHER]
    return frozenset(
        sum(part, Decimal(0))
        for size in range(2, len(prices) + 1)
        for part in combinations(prices, size)
    )


def _called(names: set[str]) -> set[str]:
    return names.union(_POST) if names.intersection(_POST) else names


def _names(full: str) -> set[str]:
    names: set[str] = set()
    for run in _RUN.findall(full):
        ends = {run[:size] for size in range(2, len(run) + 1)}
        ends |= {run[-size:] for size in range(2, len(run) + 1)}
        names |= {name for name in ends if not _NO_NAME.search(name)}
    return names
