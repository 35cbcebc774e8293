"""Whether the amounts of a text are the prices of a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from decimal import Decimal
from operator import itemgetter

from bot.persona import prices
from bot.persona.mentions import Mentions, sums

Slip = tuple[str, str, int, int, str]  # reason code, message, start, end, fix
Known = Collection[Decimal]
_FIX = "照价目表改"


class Pricing:
    """One undisguised text. ``terms`` are amounts that are right beside any good."""

    def __init__(self, text: str, mentions: Mentions, terms: frozenset[Decimal], day: date) -> None:
        self._text, self._mentions, self._terms, self._day = text, mentions, terms, day
        self._right: dict[int, Decimal] = {}  # by place, in the order of the text

    def slips(self, known: Callable[[], frozenset[Decimal]]) -> Iterator[Slip]:
        """What is not a price of that day; ``known`` has all that are."""
        if found := self._found():
            every = known()
            for value, start, end in sorted(found, key=itemgetter(1)):
                slip = self._slip(value, start, end, every)
                if slip is None:
                    self._right[start] = value
                else:
                    yield slip

    def _found(self) -> list[tuple[Decimal, int, int]]:
        text, taken = self._text, set[int]()
        found = list(prices.amounts(text))
        for _, start, end in found:
            taken.update(range(start, end))
        return found + [
            (value, start, end) for value, start, end, kind in prices.bare(text)
            if taken.isdisjoint(range(start, end))
            and self._mentions.price_like(text, start, end, kind)
        ]  # fmt: skip

    def _slip(self, value: Decimal, start: int, end: int, known: Known) -> Slip | None:
        text = self._text
        goods = self._mentions.near(text, start, end)
        own = {good.price for good in goods if good.on_sale(self._day)}
        if prices.is_denied(text, start) or self._is_right(value, start, end, own, known):
            return None
        fee = prices.is_fee(text, start, end)
        if fee and value in known:
            return None
        if fee and not own:
            return "fee", f"{value} 元不是价目，请确认", start, end, "和公布的规则对一下"
        if value in known:
            return "price", f"{value} 元不是“{goods[0].name}”的价", start, end, _FIX
        return "price", f"今天的价目里没有 {value} 元", start, end, _FIX

    def _is_right(
        self, value: Decimal, start: int, end: int, own: set[Decimal], known: Known
    ) -> bool:
        right = (own | self._terms) if own else known
        if value in right:
            return True
        together = sums(self._mentions.said(self._text, start), self._day)
        return value in together or prices.is_computed(
            self._text, start, end, value, right, known, self._right
        )
