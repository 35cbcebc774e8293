"""What the product tells its own staff: an application message, as a row of the outbox.

It is no word of a persona: the reply log does not hold it, and nothing holds it back but the
platform's limits for one application and one member.
"""

from __future__ import annotations

from bot.core.body import Text
from bot.core.clock import HOUR
from bot.core.model import Outbound
from bot.store import outbox
from bot.store.engine import Tx

USEFUL_FOR = 2 * HOUR


def tell(tx: Tx, agent_id: int, staff: str, text: str, dedupe: str, now: int) -> int | None:
    """Queues a message to a member (his userid) through an application; the id of the row, or None
    when ``dedupe`` was queued before. After two hours it is no news any more and expires.

    The caller cuts ``text`` to the platform's 2048 bytes (page 90236).
    """
    account = str(agent_id)
    lane = f"app:{account}:{staff}"
    return outbox.enqueue(tx, Outbound(
        lane=lane, pool="reply", channel="app", account=account, peer=staff, kind="notice",
        body=Text(text), origin=f"staff:{staff}:notice", operator="bot", persona="",
        persona_version=0, dedupe=f"tell/{account}/{staff}/{dedupe}", send_at=now, retry_at=now,
        priority=3, expires_at=now + USEFUL_FOR,
    ), now)  # fmt: skip
