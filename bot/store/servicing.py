"""Service contacts: what was said to members that is no promotion, by what it was made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.store.engine import Tx

PAGE = 2_000
MOST = 50_000  # words of staff that are read


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """``kind``: reply, staff or care; ``content``: template, row or rule; ``flow``: of which flow
    it was a step, or empty; ``members``: how many heard it."""

    kind: str
    content: str
    flow: str
    n: int
    members: int


def said(tx: Tx, begins: int, ends: int) -> list[Said]:
    """From ``begins`` until before ``ends``; the same text in two flows is two."""
    return [Said(kind=row["kind"], content=row["content"], n=int(row["n"]),
                 flow=row["origin"].partition(":")[2].partition(":")[0].partition("/")[0],
                 members=int(row["members"]))
            for row in tx.rows("service_said", begins=begins, ends=ends)]  # fmt: skip


def words(tx: Tx, begins: int, ends: int) -> Iterator[str]:
    """What staff wrote, as far as it is read."""
    after, left = 0, MOST
    while left > 0 and (rows := tx.rows("service_words", begins=begins, ends=ends, after=after,
                                        n=min(PAGE, left))):  # fmt: skip
        yield from (str(row["text"]) for row in rows)
        after, left = rows[-1]["id"], left - len(rows)
