"""How much of the platform's quotas each account has used this month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.engine import Row, Tx
from bot.store.governor import ON_ITS_WAY

_NO_BULK = {"people": 0, "most": 0, "full_up": 0}
_NO_MOMENTS = {"day": 0, "month": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """``people``: friends of the account who got bulk messages this month, from whomever; ``most``:
    the most that one of them got; ``full_up``: how many of them can get no more. ``day`` and
    ``month``: its moments."""

    account: str
    people: int
    most: int
    full_up: int
    day: int
    month: int


def used(tx: Tx, accounts: Sequence[str], begins: int, today: int, quota: int) -> list[Used]:
    """One for each account, in their order. ``begins`` and ``today``: when the month and the day
    began (UTC ms); ``quota``: bulk messages of a customer in a month."""
    bulk = _by(tx.rows("quota_bulk", begins=begins, quota=quota))
    moments = _by(tx.rows("quota_moments", begins=begins, today=today,
                          decided=begins - ON_ITS_WAY))  # fmt: skip
    return [Used(account=one, **bulk.get(one, _NO_BULK), **moments.get(one, _NO_MOMENTS))
            for one in accounts]  # fmt: skip


def _by(rows: Sequence[Row]) -> dict[str, Row]:
    return {row.pop("account"): row for row in rows}
