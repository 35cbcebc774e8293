"""What people are worth (``members/value.py``)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.members.value import Worth
from bot.store import persons
from bot.store.engine import Tx

PAGE = 500
_SUMS = ("orders", "paid_cents", "refunded_cents", "first_at", "last_at")


def worth(tx: Tx, members: Sequence[str]) -> dict[str, Worth]:
    """By each of these ids: what the person behind it is worth."""
    who = persons.person_of(tx, members)
    found: dict[str, Worth] = {}
    people = sorted(set(who.values()))
    for start in range(0, len(people), PAGE):
        part = people[start : start + PAGE]
        costs = {row["member"]: int(row["cost"])
                 for row in tx.rows("costs_of", members=part, people=part)}  # fmt: skip
        sums = {row["member"]: row for row in tx.rows("worth_of", members=part)}
        for one in part:
            known = {name: sums[one][name] for name in _SUMS} if one in sums else {}
            found[one] = Worth(member=one, cost_cents=costs.get(one), **known)
    return {member: found[person] for member, person in who.items()}
