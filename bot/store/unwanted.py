"""Promotion never leaves to whoever opted out, whatever queued it and on which channel; and only
once in a while to whoever asked for fewer messages."""

from __future__ import annotations

from bot.core.model import Outbound, is_promotion
from bot.core.policy import Verdict
from bot.store.engine import Tx

OPTED_OUT = "the member opted out of promotion"
WANTS_FEWER = "the member asked for fewer messages and had one of late"


def unwanted(tx: Tx, row: Outbound, now: int, fewer: int) -> Verdict | None:
    """Why a row may not leave to its receiver; None if it may.

    Of a task for many, those who do not want it are taken off the list; it is cancelled when none
    is left. ``fewer``: ms between two promotions for whoever asked for fewer.
    """
    if not is_promotion(row.kind, row.origin):
        return None
    note = ""
    for person in tx.rows("promo_receivers_out", outbox=row.id, since=now - fewer):
        note = WANTS_FEWER if person["promo_ok"] else OPTED_OUT
        tx.run("receiver_cancel", outbox=row.id, peer=person["peer"], note=note)
    stranger = tx.row("member_consent", id=row.member or row.peer)
    if stranger is not None and not stranger["promo_ok"]:
        return Verdict("cancel", note=OPTED_OUT)
    if not tx.rows("reply_receivers", outbox=row.id):
        return Verdict("cancel", note=note or OPTED_OUT)
    return None
