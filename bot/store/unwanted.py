"""Promotion never leaves to whoever opted out, whatever queued it and on which channel."""

from __future__ import annotations

from bot.core.model import Outbound, is_promotion
from bot.core.policy import Verdict
from bot.store.engine import Tx

OPTED_OUT = "the member opted out of promotion"


def unwanted(tx: Tx, row: Outbound) -> Verdict | None:
    """Why a row may not leave to its receiver; None if it may.

    Of a task for many, those who opted out are taken off the list; it is cancelled when none is
    left.
    """
    if not is_promotion(row.kind, row.origin):
        return None
    for person in tx.rows("promo_receivers_out", outbox=row.id):
        tx.run("receiver_cancel", outbox=row.id, peer=person["peer"], note=OPTED_OUT)
    known = tx.row("member_consent", id=row.member or row.peer)
    gone = known is not None and not known["promo_ok"]
    if gone or not tx.rows("reply_receivers", outbox=row.id):
        return Verdict("cancel", note=OPTED_OUT)
    return None
