"""Values that members have in a field of the audience language, for choosing one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.store.engine import Tx

MOST = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """A value as it is written behind the field, and how many members have it, about: somebody
    with several ids counts for each of them."""

    value: str
    n: int


def _listed(query: str, tx: Tx) -> list[Offer]:
    return [Offer(row["value"], int(row["n"])) for row in tx.rows(query, most=MOST)]


def _facts(tx: Tx) -> list[Offer]:
    """That something is known, and what several have in common."""
    shared = [Offer(f"{row['name']}={row['value']}", int(row["n"]))
              for row in tx.rows("values_fact", most=MOST)]  # fmt: skip
    known = [Offer(row["name"], int(row["n"])) for row in tx.rows("values_knows", most=MOST)]
    return [*known, *shared]


LISTS: Mapping[str, Callable[[Tx], list[Offer]]] = {
    "fact": _facts,
    **{field: partial(_listed, f"values_{field}")
       for field in ("tag", "account", "source", "group", "circle", "level", "badge", "need",
                     "consent", "order", "stage")},
    "uses": partial(_listed, "values_order"),
}  # fmt: skip
