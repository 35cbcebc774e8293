"""Who a member is, in one read: his ids, what is known and derived of him, and where he can be
reached."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.core import money
from bot.store import (
    facts,
    honours,
    imported,
    journeys,
    merging,
    people,
    persons,
    reachable,
    stays,
    value,
)
from bot.store.engine import Tx
from bot.store.outbox import KfWindow


def of(tx: Tx, member: str, now: int, window: KfWindow) -> dict[str, Any] | None:
    """The person behind an id as plain values; None when nobody has it."""
    ids = persons.ids_of(tx, member)
    row = people.known(tx, ids[0])
    if row is None:
        return None
    own = imported.tags_of(tx, ids[0])
    cost = row["acquisition_cost"]
    return {
        "id": ids[0], "ids": ids, "name": row["name"], "since": row["created_at"],
        "ltv": money.amount(value.worth(tx, ids[:1])[ids[0]].ltv_cents),
        "acquisition_cost": None if cost is None else money.amount(cost),
        **_journey(tx, ids[0]),
        "tags": sorted({*own, *_corporate(tx, ids)}), "imported_tags": own,
        "circles": _circles(tx, ids[0]), **_community(tx, ids[0]),
        "facts": {fact.name: fact.value for fact in facts.of(tx, ids[0]) if fact.won},
        "promo": bool(row["promo_ok"]), "promo_less": bool(row["promo_less"]),
        "union_id": row["union_id"], "zone": row["zone"],
        "reachable": [asdict(way) for way in reachable.of(tx, ids[0], now, window).ways],
        "merged": [_merged(one) for one in merging.history(tx, ids[0])],
    }  # fmt: skip


def _journey(tx: Tx, person: str) -> dict[str, Any]:
    """Where he is in each category, and the stage that he came to last."""
    here = [row for row in journeys.of(tx, person) if row["latest"]]
    return {"stage": here[-1]["stage"] if here else "",
            "journey": {row["category"]: row["stage"] for row in here}}  # fmt: skip


def _circles(tx: Tx, person: str) -> list[str]:
    """The ids of the circles that he is in now."""
    return sorted({row["place"] for row in stays.of(tx, person)
                   if row["kind"] == "circle" and row["until"] is None})  # fmt: skip


def _community(tx: Tx, person: str) -> dict[str, Any]:
    """What taking part came to; ``level`` is that of the circle where he has the most points."""
    found = honours.of(tx, person)
    return {"level": next((one["level"] for one in found if one["level"]), None),
            "community": found}  # fmt: skip


def _corporate(tx: Tx, ids: list[str]) -> list[str]:
    return [row["name"] for row in tx.rows("corporate_tags_of", members=ids)]


def _merged(row: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "away", "stays", "evidence", "note", "actor", "at", "undone_at", "undone_by")
    return {name: row[name] for name in names}
