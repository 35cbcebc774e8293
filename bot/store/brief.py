"""The few things about a person that somebody needs who answers him now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import circles, feedback, persons, purchases, stays
from bot.store.engine import Row, Tx

OPEN = ("paid", "shipped")  # orders on which something has still to happen
ORDERS = 5  # the latest, among which open ones are looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """``bought``: his latest order; ``open``: orders that have not arrived; ``complaints``: talks
    in which he complains and that nobody has resolved; ``need``: what he said last that he worries
    about or wishes; ``circles``: titles."""

    bought: Row | None = None
    open: Sequence[Row] = ()
    complaints: Sequence[Row] = ()
    need: Row | None = None
    circles: Sequence[str] = ()


def of(tx: Tx, member: str) -> Brief:
    """Of the person behind an id."""
    ids = persons.ids_of(tx, member)
    orders = purchases.of(tx, ids[0], n=ORDERS)
    needs, _ = feedback.of_member(tx, ids[0])
    titles = circles.known(tx)
    inside = [row["place"] for row in stays.of(tx, ids[0])
              if row["kind"] == "circle" and row["until"] is None]  # fmt: skip
    return Brief(
        bought=orders[0] if orders else None,
        open=[row for row in orders if row["state"] in OPEN],
        complaints=tx.rows("brief_complaints", members=ids), need=needs[0] if needs else None,
        circles=list(dict.fromkeys(titles.get(place, place) for place in inside)),
    )  # fmt: skip
