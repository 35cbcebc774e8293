"""What staff tell each other about a conversation. Members never see it."""

from __future__ import annotations

from bot.store.engine import Tx


def add(tx: Tx, conversation: str, author: str, text: str, now: int) -> int:
    """A note; ``author`` is a login, or empty for what the product itself tells staff. Its id."""
    [row] = tx.rows("desk_note_add", conversation=conversation, at=now, author=author, text=text)
    return int(row["id"])
