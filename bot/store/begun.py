"""How far a brand has come, as far as the database knows: for the set-up checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.engine import Tx

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Begun:
    """``inside``: members by circle; ``seeds``: seed users who said yes and still are; ``heard``:
    something has happened with members."""

    inside: Mapping[str, int]
    seeds: int
    heard: bool


def read(tx: Tx) -> Begun:
    """As it is now."""
    newest = tx.row("event_newest") or {"id": None}
    return Begun(
        inside={row["place"]: row["n"] for row in tx.rows("circle_sizes")},
        seeds=sum(row["n"] for row in tx.rows("seeds_counts") if row["state"] == ACCEPTED),
        heard=newest["id"] is not None,
    )
