"""Colleagues who may decide about what somebody wrote, so that he knows whom to ask."""

from __future__ import annotations

from collections.abc import Collection

from bot.console.rights import Right, may
from bot.store import review, staff
from bot.store.engine import Tx
from bot.store.staff import Account


def waiting(tx: Tx, who: Account, kind: str) -> int:
    """How many things of a kind wait for a look of this person."""
    if not may(who.role, Right.CONTENT_APPROVE):
        return 0
    return sum(one.kind == kind and one.author != who.login for one in review.waiting(tx))


def deciders(tx: Tx, right: Right, hands: Collection[str], four_eyes: bool) -> tuple[str, ...]:
    """Logins that may, in order; with ``four_eyes`` nobody of ``hands``, who wrote it."""
    return tuple(sorted(
        one.login for one in staff.everybody(tx)
        if one.disabled_at is None and may(one.role, right)
        and not (four_eyes and one.login in hands)))  # fmt: skip
