"""The shop of a rehearsal: whoever buys has an order, as a shop's system would tell of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random

from bot.core.clock import local
from bot.core.config import Config
from bot.core.goods import Good
from bot.core.money import cents
from bot.members.orders import Report
from bot.store import orders
from bot.store.engine import Store

SOURCE = "rehearsal"
ANYTHING = Good(sku="", name="", price=Decimal(100))  # what a brand without a catalogue sells


class Shop:
    """``now`` tells the time; ``stir`` is called when an order came in: flows may begin."""

    def __init__(
        self, store: Store, config: Config, goods: Sequence[Good], *, now: Callable[[], int],
        stir: Callable[[], None], seed: int,
    ) -> None:  # fmt: skip
        self._store, self._config, self._goods = store, config, goods
        self._now, self._stir, self._seed = now, stir, seed
        self._sold = 0

    async def sell(self, member: str) -> None:
        """One thing of today's catalogue, drawn by the number of the order."""
        self._sold += 1
        now = self._now()
        today = local(now, self._config.timezone).date()
        offered = [good for good in self._goods if good.on_sale(today)] or [ANYTHING]
        good = Random(f"{self._seed}/shop/{self._sold}").choice(offered)
        sold = Report(order=f"R{self._sold:06}", member=member, at=now,
                      amount=cents(str(good.price)), category=self._category(good))  # fmt: skip
        await self._store.write(orders.take, [sold], SOURCE, now, create=True)
        self._stir()

    def _category(self, good: Good) -> str:
        """The category whose name is in that of the good, else the good itself."""
        named = (name for name in self._config.orders.named if name in good.name)
        return next(named, good.name.split(" ")[0])
