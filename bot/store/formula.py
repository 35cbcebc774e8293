"""Members x LTV x fission coefficient of a period, and the rows behind each factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.members.formula import PLACES, Scope, Value
from bot.store.engine import Tx

PAGE = 500
Part = Literal["", "stock", "own", "invited"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One member behind the factors. ``first_at``: since when he is there; ``part``: was there when
    the period began (stock), came by himself (own) or was invited; cents until its end."""

    member: str
    name: str
    first_at: int
    part: Part
    inviter: str = ""
    code: str = ""
    paid: int = 0
    refunded: int = 0
    cost: int = 0

    @property
    def ltv(self) -> int:
        """What he contributed, cents."""
        return self.paid - self.refunded - self.cost


def of(tx: Tx, scope: Scope, since: int, until: int) -> Value:
    """The value of a period from ``since`` until before ``until`` (UTC ms)."""
    which = _which(scope, since, until)
    counts = tx.row("formula_counts", **which) or {}
    cents = [
        tx.row(query, **which) or {"cents": 0} for query in ("formula_orders", "formula_costs")
    ]
    stock, invited = int(counts["stock"]), int(counts["invited"])
    return Value(stock=stock, invited=invited, own=int(counts["members"]) - stock - invited,
                 contribution=int(cents[0]["cents"]) - int(cents[1]["cents"]))  # fmt: skip


def rows(
    tx: Tx, scope: Scope, since: int, until: int, part: Part = "", after: str = "", n: int = PAGE
) -> list[Line]:
    """A page of the members behind the factors, behind the id ``after``. All of them are the
    members and, added up, the contribution; stock and own could invite; invited were invited."""
    which, found = _which(scope, since, until), list[Line]()
    query = "formula_invited" if part == "invited" else "formula_page"
    while len(found) < n:
        page = [row["member"] for row in tx.rows(query, after=after, n=PAGE, **which)]
        made = (_line(row, since) for row in tx.rows("formula_rows", members=page, **which))
        found += [one for one in made if part in ("", one.part)]
        if len(page) < PAGE:
            break
        after = page[-1]
    return found[:n]


def every(
    tx: Tx, scope: Scope, since: int, until: int, part: Part = ""
) -> Iterator[Line]:  # fmt: skip
    """All of them."""
    after = ""
    while page := rows(tx, scope, since, until, part, after):
        yield from page
        after = page[-1].member


def _which(scope: Scope, since: int, until: int) -> dict[str, Any]:
    return {"kinds": list(PLACES[scope.kind]), "places": list(scope.places),
            "every": int(scope.kind == "brand"), "since": since, "until": until}  # fmt: skip


def _line(row: dict[str, Any], since: int) -> Line:
    part: Part = "stock" if row["first_at"] < since else "invited" if row["inviter"] else "own"
    return Line(member=row["member"], name=row["name"] or "", first_at=row["first_at"], part=part,
                inviter=row["inviter"] or "", code=row["code"] or "",
                paid=int(row["paid_cents"]), refunded=int(row["refunded_cents"]),
                cost=int(row["cost_cents"]))  # fmt: skip
