"""A person is done with a conversation: the question how it was is planned, in the same write.

Whether it is asked is decided by scheduler.ratings, when the plan is due.
"""

from __future__ import annotations

from bot.store import codec
from bot.store.audit import PARTS
from bot.store.engine import Row, Tx

EVENTS = frozenset({"resolve"})  # given back to the persona is not done
KIND = "rating"


def plan(tx: Tx, row: Row, event: str, now: int, actor: str) -> None:
    """``row`` is the conversation before. Once for each time that somebody held it; nothing when it
    was taken from a holder who was silent."""
    if event not in EVENTS or row["mode"] != "staff" or actor in PARTS:
        return
    data = {"conversation": row["id"], "staff": actor, "since": row["held_at"] or now, "at": now}
    tx.run("due_add", key=f"{KIND}/{row['id']}/{row['held_at']}/{now}", kind=KIND, at=now,
           data=codec.to_json(data))  # fmt: skip
