"""What the door has taken in: one short row for each event, until somebody sorts it into the inbox.

A callback is answered when its row is on disk. Whether it is known, which conversation it belongs
to and when its turn is due needs four indexes and is found out behind the door, many at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.model import Inbound
from bot.store import codec, inbox
from bot.store.engine import Row, Tx
from bot.store.inbox import Settle

_FIELDS = ("channel", "account", "dedupe", "peer", "kind", "text", "event", "data", "sent_at",
           "received_at")  # fmt: skip


def leave(tx: Tx, events: Sequence[Inbound]) -> list[None]:
    """Keeps events that nobody has looked at; repeats too."""
    tx.many("intake_add", [_row(event) for event in events])
    return [None] * len(events)


def sort(tx: Tx, settle: Settle, n: int) -> int:
    """Moves up to ``n`` of the oldest into the inbox; how many it moved, repeats included."""
    rows = sorted(tx.rows("intake_take", n=n), key=lambda row: row["id"])
    inbox.accept_each(tx, [_event(row) for row in rows], settle)
    return len(rows)


def first(tx: Tx) -> int | None:
    """The number of the oldest; None when nothing waits."""
    row = tx.row("intake_first")
    return None if row is None else int(row["id"])


def set_aside(tx: Tx, number: int, note: str) -> None:
    """Takes one out of the others' way."""
    tx.run("intake_set_aside", id=number, note=note)


def put_unreadable_aside(tx: Tx, n: int) -> int:
    """Looks at all that wait, ``n`` at a time, and sets aside what is no event of this release; how
    many. For a database that is put in order before anybody sorts."""
    after = found = 0
    while rows := tx.rows("intake_page", after=after, n=n):
        for row in rows:
            try:
                _event(row)
            except (ValueError, TypeError) as exc:
                set_aside(tx, row["id"], f"{type(exc).__name__}: {exc}")
                found += 1
        after = rows[-1]["id"]
    return found


def again(tx: Tx) -> int:
    """Whatever was set aside waits again; how many."""
    return tx.run("intake_again")


def _row(event: Inbound) -> Row:
    values = {name: getattr(event, name) for name in _FIELDS}
    return {"at": event.received_at, "body": codec.to_json(values)}


def _event(row: Row) -> Inbound:
    return Inbound(**codec.from_json(row["body"]))
