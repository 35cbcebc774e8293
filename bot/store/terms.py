"""What holds for invitations and commissions, since when (``bot/members/terms.py``)."""

from __future__ import annotations

from dataclasses import asdict

from bot.members.terms import Adopted, Terms
from bot.store import audit, codec
from bot.store.engine import Tx


def adopted(tx: Tx) -> Adopted:
    """All terms so far."""
    return Adopted([(row["since"], Terms(**codec.from_json(row["data"])))
                    for row in tx.rows("terms_all")])  # fmt: skip


def adopt(tx: Tx, terms: Terms, now: int, actor: str = "system") -> bool:
    """These hold from now on; False when they do already."""
    rows = adopted(tx).rows
    if rows and rows[-1][1] == terms:
        return False
    data = codec.to_json(asdict(terms))
    tx.run("terms_add", since=now, data=data, actor=actor)
    before = codec.to_json(asdict(rows[-1][1])) if rows else ""
    audit.record(tx, [audit.note("invites", "terms", "adopt", at=now, actor=actor, before=before,
                                 after=data)])  # fmt: skip
    return True
