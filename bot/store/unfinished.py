"""What becomes of that which was not final when a backup was made: it may have happened since.

Nothing of it is sent again by itself. A task that waits for a tap stands on the platform and is
asked for; a draft leaves only when a person lets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.clock import SECOND
from bot.core.model import Inbound
from bot.store import audit, campaigns, grants, intake, outbox
from bot.store.engine import Row, Tx
from bot.store.inbox import Settle

ACTOR = "restore"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """How many messages are unsure now, turns set aside, and plans left out."""

    unsure: int
    set_aside: int
    skipped: int


def settle(tx: Tx, taken_at: int, now: int) -> Settled:
    """Goes through a database that was put back at ``now`` from a backup of ``taken_at``."""
    note = f"restored from a backup; what happened after {taken_at} is not known"
    intake.put_unreadable_aside(tx, PAGE)
    while intake.sort(tx, Settle(0, 0), PAGE):
        pass
    unsure = sum(_doubt(tx, row, now, note) for row in _pages(tx, "outbox_unfinished"))
    aside = sum(_set_aside(tx, row, now, note) for row in _pages(tx, "inbox_unfinished"))
    unsure += sum(_unpaid(tx, row, now, note) for row in _pages(tx, "grants_unfinished", ""))
    tx.run("conversation_clear")
    tx.run("pool_close")
    skipped = _skip_overdue(tx, now, note) + campaigns.doubt(tx, now, note)
    tx.run("restored_add", at=now, taken_at=taken_at)
    return Settled(unsure, aside, skipped)


def _skip_overdue(tx: Tx, now: int, note: str) -> int:
    """Plans whose moment has come since the backup was made: they may have been carried out."""
    rows = tx.rows("due_overdue", now=now, note=note)
    audit.record(tx, [audit.entry("due", row["id"], "waiting", "skip", at=now, actor=ACTOR,
                                  reason=note) for row in rows])  # fmt: skip
    return len(rows)


def _pages(tx: Tx, query: str, after: int | str = 0) -> Iterator[Row]:
    while rows := tx.rows(query, after=after, n=PAGE):
        yield from rows
        after = rows[-1]["id"]


def _doubt(tx: Tx, row: Row, now: int, note: str) -> bool:
    """Bulk tasks and moments are looked up on the platform (see ``unknown``), beginning at once."""
    return outbox.move(tx, row, "restore", now, actor=ACTOR, reason=note, retry_at=now)


def _unpaid(tx: Tx, row: Row, now: int, note: str) -> bool:
    """A red packet may have been paid since: it is asked about by its number, and never assumed."""
    return grants.move(tx, row, "restore", now, actor=ACTOR, note=note, retry_at=now) is not None


def _set_aside(tx: Tx, row: Row, now: int, note: str) -> bool:
    """Its answer may have been given, so staff decide whether it is run again."""
    tx.run("inbox_set_aside", id=row["id"], before=row["state"], note=note)
    audit.record(tx, [audit.entry("inbox", row["id"], row["state"], "restore", at=now,
                                  actor=ACTOR, reason=note)])  # fmt: skip
    return True


def last_restored(tx: Tx) -> int:
    """When this database was put back from a backup for the last time; 0 when it never was."""
    row = tx.row("restored_last")
    return (row and row["at"]) or 0


def told_again(message: Inbound, restored_at: int) -> bool:
    """True when the house that was replaced may have answered this message.

    The platform cuts times to the second.
    """
    return message.sent_at < restored_at - restored_at % SECOND


def moment(tx: Tx, now: int) -> int:
    """``now``, or the newest moment that this database knows: a sandbox's clock may be ahead."""
    row = tx.row("audit_newest")
    return max(now, row["at"]) if row else now
