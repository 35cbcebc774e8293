"""What the platform says of a message after the call, or instead of its answer."""

from __future__ import annotations

from bot.store import conversations, outbox, recipients
from bot.store.engine import Row, Tx


def failed_later(tx: Tx, conversation: str, provider_id: str, why: str, now: int) -> bool:
    """The platform reports that an accepted message was not delivered after all."""
    row = tx.row("outbox_known_as", conversation=conversation, provider_id=provider_id)
    if row is None or row["state"] != "sent":
        return False
    outbox.move(tx, row, "failed", now, actor="platform", reason=why)
    tx.run("reply_failed", outbox=row["id"], note=why)
    recipients.undelivered(tx, row["id"], row["peer"], row["origin"], why)
    conversations.unsay(tx, row["conversation"], row["kind"])
    return True


def undecided(tx: Tx, conversation: str) -> list[Row]:
    """Rows of a conversation that may have been sent, and whose fate nobody has written yet. Until
    the end of the transaction nobody else writes it."""
    return tx.rows("outbox_undecided", conversation=conversation)


def never_arrived(tx: Tx, row: Row, why: str, now: int) -> None:
    """The platform reports a failure before the answer of the call came: that answer is too late.

    A row that waits for another try is taken out of its lane first; the lifecycle wants it.
    """
    if row["state"] == "ready":
        outbox.move(tx, row, "claim", now, actor="platform")
        row = row | {"state": "sending"}
    outbox.move(tx, row, "never", now, actor="platform", reason=why)
