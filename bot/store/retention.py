"""Deleting what nothing needs any more, a bounded page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.clock import DAY
from bot.store.engine import Tx

# Tables that are walked, by the kind of row whose length of time counts for them.
WALKS = (("inbox", "inbox"), ("outbox", "outbox"), ("due", "due"), ("pooled", "due"),
         ("audit", "audit"), ("replies", "replies"))  # fmt: skip
# Rows that only ever concern the last days.
LEFTOVERS = ("pace_forget", "allowance_forget", "card_code_forget")
LEFTOVERS_FOR = 7 * DAY


@dataclass(frozen=True, slots=True)
class Page:
    """One look: the next begins behind id ``last``; ``more`` when it may find something."""

    last: int
    more: bool
    deleted: int


def sweep(tx: Tx, table: str, after: int, before: int, n: int) -> Page:
    """Looks at the next ``n`` rows behind ``after``; deletes those from before ``before`` that are
    done with and to which nothing unfinished refers."""
    found = tx.row(f"page_{table}", after=after, n=n)
    if found is None or found["last"] is None or found["oldest"] >= before:
        return Page(after, False, 0)
    gone = tx.run(f"retention_{table}", after=after, last=found["last"], before=before)
    return Page(found["last"], True, gone)


def leftovers(tx: Tx, now: int) -> int:
    """Forgets rates, windows and codes that are long over."""
    return sum(tx.run(query, before=now - LEFTOVERS_FOR) for query in LEFTOVERS)
