"""Pages of the message archive: kept with their seq, and with what they say about consent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.model import Inbound
from bot.store import inbox, sources
from bot.store.engine import Tx
from bot.store.inbox import Settle

PREFIX = "archive:"
AT_ONCE = Settle(0, 0)
# What a customer's word about being archived means.
CONSENT = {"agree": True, "disagree": False}
REVOKE = "revoke"


def store_page(tx: Tx, source: str, before: str, cursor: str, messages: Sequence[Inbound]) -> int:
    """Keeps one page and its seq in one transaction; how many were new. Raises StaleLease."""
    kept = list(_respecting(tx, messages))
    new = sources.store_page(tx, source, before, cursor, kept, AT_ONCE)
    for message in messages:
        if message.kind == REVOKE:
            inbox.recall(tx, PREFIX + str(message.data.get("pre_msgid", "")))
    return new


def _respecting(tx: Tx, messages: Sequence[Inbound]) -> Iterator[Inbound]:
    """The messages in order; the words of whoever refused are not kept."""
    for message in messages:
        if message.kind in CONSENT:
            _consent(tx, message, CONSENT[message.kind])
        elif refused(tx, str(message.data.get("from", ""))):
            yield replace(message, text="", data={"withheld": "no consent"})
            continue
        yield message


def _consent(tx: Tx, message: Inbound, agreed: bool) -> None:
    person = str(message.data.get("userid") or message.data.get("from") or "")
    tx.run("archive_consent_put", member=person, agreed=int(agreed), at=message.sent_at)


def refused(tx: Tx, member: str) -> bool:
    """True when this person's last word about being archived was no."""
    row = tx.row("archive_consent_get", member=member)
    return row is not None and not row["agreed"]
