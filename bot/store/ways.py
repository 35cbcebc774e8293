"""What an audience may be counted and listed by instead of the database."""

from __future__ import annotations

from typing import Protocol

from bot.core.audience import Audience
from bot.store.engine import Tx


class Sets(Protocol):
    """Sets of members in memory (``store/sets.py``); None: the database had better be asked."""

    def count(self, tx: Tx, wanted: Audience, now: int) -> int | None:
        """How many members belong."""
        ...

    def page(self, tx: Tx, wanted: Audience, now: int, after: str, n: int) -> list[str] | None:
        """Ids of the first ``n`` members behind ``after`` who belong, in the order of ids."""
        ...
