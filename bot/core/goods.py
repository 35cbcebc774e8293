"""What the brand sells, as far as prices may be spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Good:
    """One line of the catalogue; ``price`` in yuan, both dates inclusive, None = open."""

    sku: str
    name: str
    price: Decimal
    valid_from: date | None = None
    valid_to: date | None = None

    def on_sale(self, day: date) -> bool:
        """True when the price holds on that local day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


def changes(goods: Iterable[Good]) -> tuple[date, ...]:
    """The days on which a price begins to hold, or holds no more, in order: between two of them
    all days are alike."""
    days = {good.valid_from for good in goods}
    days |= {good.valid_to + timedelta(days=1) for good in goods
             if good.valid_to and good.valid_to < date.max}  # fmt: skip
    return tuple(sorted(day for day in days if day))
