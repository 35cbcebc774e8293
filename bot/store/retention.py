"""Deleting what nothing needs any more, a bounded page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.clock import DAY
from bot.store import index
from bot.store.engine import Tx

# Tables that are walked, by the kind of row whose length of time counts for them.
WALKS = (("inbox", "inbox"), ("unmatched", "inbox"), ("outbox", "outbox"), ("due", "due"),
         ("pooled", "due"), ("audit", "audit"), ("replies", "replies"), ("alarm", "service"),
         ("rating", "service"), ("block", "service"), ("figure_event", "service"),
         ("moderation", "service"), ("atmosphere_prompt", "service"),
         ("event", "events"), ("looked_up", "access"))  # fmt: skip
# Those whose words can be looked for.
FOUND = {"inbox": index.INBOX, "replies": index.REPLIES}
# Rows that only ever concern the last days, or the month.
LEFTOVERS = {"pace_forget": 7 * DAY, "allowance_forget": 7 * DAY, "card_code_forget": 7 * DAY,
             "own_bulk_forget": 62 * DAY, "tap_forget": 7 * DAY,
             "moderation_burst_forget": 7 * DAY}  # fmt: skip


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
    span = {"after": after, "last": found["last"], "before": before}
    if table in FOUND:
        return Page(found["last"], True, _with_words(tx, table, span))
    return Page(found["last"], True, tx.run(f"retention_{table}", **span))


def _with_words(tx: Tx, table: str, span: dict[str, int]) -> int:
    index.hold(tx, FOUND[table])
    gone = tx.rows(f"retention_{table}", **span)
    index.forget(tx, FOUND[table], {row["id"]: index.words(row) for row in gone})
    return len(gone)


def leftovers(tx: Tx, now: int) -> int:
    """Forgets rates, windows and codes that are long over."""
    return sum(tx.run(query, before=now - span) for query, span in LEFTOVERS.items())
