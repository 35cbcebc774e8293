"""Groups of a group-buy, and those of who asked for help: who stands in each, whether it is full,
and, where the activity wants it, whether those in it ordered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.community.activity import Activity
from bot.community.helping import Help, bought_in, full_at
from bot.store.engine import Row, Tx
from bot.store.parts import listed


def groups(tx: Tx, run: Row, rules: Activity) -> dict[str, list[Help]]:
    """The helps that each got, by the person; where orders are wanted, those that did not order
    say so."""
    got: defaultdict[str, list[Help]] = defaultdict(list)
    for row in tx.rows("helpings_in", run=run["id"]):
        got[row["member"]].append(Help(row["event"], row["helper"], row["at"], row["state"]))
    if not rules.order:
        return dict(got)
    people = {one.helper for made in got.values() for one in made} | got.keys()
    orders = _orders(tx, run, people)
    return {who: bought_in(made, orders) for who, made in got.items()}


def full(made: Iterable[Help], rules: Activity) -> int | None:
    """When it was full. In a group-buy whoever began it is one of them."""
    return full_at(made, rules.need - (rules.kind == "groupbuy"))


def stands(tx: Tx, run: Row, rules: Activity, member: str) -> bool:
    """True when his group is full as things stand now, and he ordered where that is wanted."""
    if full(groups(tx, run, rules).get(member, ()), rules) is None:
        return False
    return not rules.order or ordered(tx, run, [member])[member] is not None


def ordered(tx: Tx, run: Row, people: Iterable[str]) -> dict[str, int | None]:
    """When each of them first bought, and kept, something while the run was on; None: he did not.
    One that is told of late counts by when it was made."""
    wanted = sorted(set(people))
    found = _orders(tx, run, wanted)
    return {one: found.get(one) for one in wanted}


def _orders(tx: Tx, run: Row, people: Iterable[str]) -> Mapping[str, int]:
    rows = listed(tx, "orders_within", "members", sorted(set(people)), since=run["announce_at"],
                  until=run["close_at"])  # fmt: skip
    return {row["member"]: int(row["at"]) for row in rows}
