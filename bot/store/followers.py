"""What followers of official accounts say or do, with the reply window that it opens."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.model import Inbound
from bot.core.windows import Window, opened_by
from bot.store import inbox, pace, people
from bot.store.engine import Tx
from bot.store.inbox import Settle

LEFT = "oa.unsubscribe"


def accept(tx: Tx, event: Inbound, settle: Settle, windows: Mapping[str, Window]) -> bool:
    """Stores one event and what may be answered to it. False when it is known already."""
    if not inbox.accept(tx, event, settle):
        return False
    member, by = inbox.member_of(event), opened_by(event)
    if member is not None:
        people.ensure_member(tx, member, event.received_at)
    if event.event == LEFT:
        tx.run("allowance_close", conversation=event.conversation)
    elif by in windows:
        pace.open_window(tx, event.conversation, by, windows[by], event.sent_at)
    return True
