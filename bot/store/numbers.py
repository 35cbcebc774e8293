"""Members' own numbers: small, given once, and never to anybody else. Tables with many rows for
each member go by them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.engine import Tx

PAGE = 500


def of(tx: Tx, members: Sequence[str]) -> dict[str, int]:
    """The number of each of these members; who has none yet gets one."""
    ids = list(dict.fromkeys(members))
    found = known(tx, ids)
    new = [member for member in ids if member not in found]
    if new:
        tx.many("number_add", [{"member": member} for member in new])
        found |= known(tx, new)
    return found


def known(tx: Tx, members: Sequence[str]) -> dict[str, int]:
    """The same for those who have one, for looking only."""
    return {
        row["member"]: row["no"]
        for start in range(0, len(members), PAGE)
        for row in tx.rows("numbers_of", members=list(members[start : start + PAGE]))
    }
