"""Amounts of money: whole hundredths of the currency inside, decimals where people read or write
them, never floating point."""

from __future__ import annotations

import re

MOST = 10**14  # hundredths: what is larger is a slip
_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,13})(?:\.(?P<part>[0-9]{1,2})0*)?")


def cents(text: str) -> int:
    """Hundredths of an amount as people write it: ``120``, ``119.9``, ``-3.05``.

    Raises ValueError for anything that is not exact to the hundredth.
    """
    found = _AMOUNT.fullmatch(text.strip())
    value = int(found["whole"]) * 100 + int((found["part"] or "").ljust(2, "0")) if found else MOST
    if found is None or value >= MOST:
        raise ValueError(f"{text[:40]!r} is no amount: write 120 or 119.90")
    return -value if found["sign"] else value


def amount(value: int) -> str:
    """The amount with two decimals: ``-3.05``."""
    whole, part = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole}.{part:02d}"
