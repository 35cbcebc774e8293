"""Who a member is, in one read: his ids, what is known and derived of him, and where he can be
reached."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.core import money
from bot.store import imported, membersfile, merging, people, persons, reachable, value
from bot.store.engine import Tx
from bot.store.outbox import KfWindow


def of(tx: Tx, member: str, now: int, window: KfWindow) -> dict[str, Any] | None:
    """The person behind an id as plain values; None when nobody has it."""
    ids = persons.ids_of(tx, member)
    row = people.known(tx, ids[0])
    if row is None:
        return None
    said = membersfile.said_of(tx, ids[:1])[ids[0]]
    reach = reachable.of(tx, ids[0], now, window)
    cost = row["acquisition_cost"]
    return {
        "id": ids[0], "ids": ids, "name": row["name"], "since": row["created_at"],
        "ltv": money.amount(value.worth(tx, ids[:1])[ids[0]].ltv_cents), "stage": "",
        "acquisition_cost": None if cost is None else money.amount(cost),
        "tags": sorted({*imported.tags_of(tx, ids[0]), *_corporate(tx, ids)}),
        "imported_tags": imported.tags_of(tx, ids[0]),
        "circles": [], "level": None,
        "facts": {name: value for name, value in said.items() if name in _FACTS},
        "promo": bool(row["promo_ok"]), "promo_less": bool(row["promo_less"]),
        "union_id": row["union_id"], "zone": row["zone"],
        "reachable": [asdict(way) for way in reach.ways],
        "merged": [_merged(one) for one in merging.history(tx, ids[0])],
    }  # fmt: skip


_FACTS = ("birthday", "gender", "city", "source", "remark")


def _corporate(tx: Tx, ids: list[str]) -> list[str]:
    return [row["name"] for row in tx.rows("corporate_tags_of", members=ids)]


def _merged(row: dict[str, Any]) -> dict[str, Any]:
    names = ("away", "stays", "evidence", "note", "actor", "at", "undone_at", "undone_by")
    return {name: row[name] for name in names}
