"""Members who may be one person: for staff, who merge them or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store import persons
from bot.store.engine import Row, Tx

Reason = Literal["union_id", "name"]
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Double:
    """Two persons, and what they have in common. ``name`` alone is a weak hint."""

    one: str
    other: str
    reason: Reason
    value: str


def of(tx: Tx, member: str) -> list[Double]:
    """Who the person behind an id may be, too; the strongest reason of each, those first."""
    person = persons.person_of(tx, [member])[member]
    found = [*_made("union_id", tx.rows("doubles_of_union", ids=[person])),
             *_made("name", tx.rows("doubles_of_name", ids=[person], n=SHOWN))]  # fmt: skip
    return list({one.other: one for one in reversed(found)}.values())[::-1]


def listed(tx: Tx, after: tuple[str, str] = ("", ""), n: int = 50) -> list[Double]:
    """Pairs with the same union id that nobody has merged, by their ids behind ``after``: those
    that staff parted, or that the sync has not come to yet."""
    return _made("union_id", tx.rows("doubles_union", one=after[0], other=after[1], n=n))


def _made(reason: Reason, rows: Sequence[Row]) -> list[Double]:
    return [Double(row["one"], row["other"], reason, row["value"]) for row in rows]
