"""What the brand sells, as far as prices may be spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
