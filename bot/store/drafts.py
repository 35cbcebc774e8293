"""Texts of a language model that wait for a person: approve, change, or throw away.

A draft is an outbox row in state ``draft``. It is over when its time is, or when the conversation
moved on: the member wrote again, somebody answered, or it went to the WeCom client. Then it can
only expire. Whoever approves a changed text has let the guard look at it.
"""

from __future__ import annotations

from bot.core.body import Text, dump, plain
from bot.core.clock import HOUR
from bot.core.lifecycle import advance
from bot.core.model import Outbound
from bot.store import asking, audit, codec, conversations, index, outbox
from bot.store.engine import Row, Tx
from bot.store.turns import Claimed

ACTOR = "model"
# in the data of a draft: what stands before and after its text, whoever changes it
LABEL = "label"
SEND_WITHIN = 6 * HOUR
LATE, MOVED = "nobody approved it in time", "the conversation moved on"


def keep(tx: Tx, held: Claimed, out: Outbound, after: int, now: int) -> int | None:
    """Stores a draft about a turn that is answered already; ``after`` is the last outbox row of
    that answer. None when the conversation has moved on since."""
    tx.row("conversation_hold", id=held.conversation.id)
    found = asking.standing(tx, held)
    said = tx.row("draft_answered", conversation=held.conversation.id, after=after)
    if found.overtaken or found.mode != "auto" or said is not None:
        return None
    return outbox.enqueue(tx, out, now)


def waiting(tx: Tx, now: int) -> list[Outbound]:
    """Drafts that may be approved, oldest first."""
    return [codec.outbound(row) for row in tx.rows("drafts_all") if not _over(row, now)]


def approve(tx: Tx, draft: int, staff: str, now: int, text: str | None = None) -> bool:
    """Sends a draft, or ``text`` instead; ``staff`` answers for it and stands in the reply log.

    What a model began keeps its label. False when the draft is over, or is none (any more).
    """
    found = _find(tx, draft)
    if found is None:
        return False
    if why := _over(found, now):
        outbox.move(tx, found, "expire", now, actor=ACTOR, reason=why)
        return False
    row = codec.outbound(found)
    before, after = row.data.get(LABEL, ("", ""))
    body = row.body
    if text is not None:
        body = Text("\n".join(filter(None, [before, text.strip(), after])))
    advance("outbox", "draft", "approve")
    if not tx.run("draft_approve", id=draft, body=codec.to_json(dump(body)), operator=staff,
                  now=now, expires_at=now + SEND_WITHIN):  # fmt: skip
        return False
    for said in tx.rows("draft_words", outbox=draft):
        index.change(tx, index.REPLIES, {said["id"]: (said["text"], plain(body))})
    tx.run("draft_reply", outbox=draft, text=plain(body), operator=staff)
    if row.conversation:
        conversations.speak(tx, row.conversation, row.kind, now)
    audit.record(tx, [audit.entry("outbox", draft, "draft", "approve", at=now, actor=staff,
                                  reason="" if text is None else "changed")])  # fmt: skip
    return True


def discard(tx: Tx, draft: int, staff: str, now: int, why: str = "") -> bool:
    """Throws a draft away. False when it is none (any more)."""
    found = _find(tx, draft)
    return found is not None and outbox.move(tx, found, "cancel", now, actor=staff, reason=why)


def expire(tx: Tx, now: int) -> int:
    """Ends every draft that is over; how many."""
    over = [(row, why) for row in tx.rows("drafts_all") if (why := _over(row, now))]
    return sum(outbox.move(tx, row, "expire", now, actor=ACTOR, reason=why) for row, why in over)


def lapse(tx: Tx, conversation: str, now: int) -> None:
    """A new turn of a conversation: what was drafted for the last one is over."""
    for row in tx.rows("drafts_of", conversation=conversation):
        outbox.move(tx, row, "expire", now, actor=ACTOR, reason=MOVED)


def _find(tx: Tx, draft: int) -> Row | None:
    return next((row for row in tx.rows("drafts_all") if row["id"] == draft), None)


def _over(row: Row, now: int) -> str:
    if row["expires_at"] is not None and now >= row["expires_at"]:
        return LATE
    return MOVED if row["moved"] else ""
