"""What is known of one member, for looking only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.model import Conversation, Member
from bot.store import codec, facts, purchases
from bot.store.engine import Tx


def member(tx: Tx, key: str) -> Member | None:
    """The member, or None."""
    for row in tx.rows("members_get", ids=[key]):
        known = facts.known(tx, [key]).get(key, facts.Known())
        return Member(id=row["id"], name=row["name"], promo_ok=bool(row["promo_ok"]),
                      facts=known.facts, corrected=known.corrected,
                      orders=purchases.latest(tx, [key]).get(key, ()))  # fmt: skip
    return None


def talk(tx: Tx, key: str, accounts: Sequence[str]) -> Conversation | None:
    """The member's last conversation with one of these accounts, or None."""
    row = tx.row("conversation_last", member=key, accounts=accounts)
    return None if row is None else codec.conversation(row)


def memories(tx: Tx, key: str, persona: str) -> Mapping[str, Mapping[str, Any]]:
    """What a persona remembers of the member, by scope."""
    rows = tx.rows("memory_get", members=[key])
    return {row["scope"]: codec.from_json(row["data"]) for row in rows if row["persona"] == persona}
