"""Colleagues who may decide about what somebody wrote, so that he knows whom to ask."""

from __future__ import annotations

from collections.abc import Collection

from bot.console.rights import Right, may
from bot.store import staff
from bot.store.engine import Tx


def deciders(tx: Tx, right: Right, hands: Collection[str], four_eyes: bool) -> tuple[str, ...]:
    """Logins that may, in order; with ``four_eyes`` nobody of ``hands``, who wrote it."""
    return tuple(sorted(
        one.login for one in staff.everybody(tx)
        if one.disabled_at is None and may(one.role, right)
        and not (four_eyes and one.login in hands)))  # fmt: skip
