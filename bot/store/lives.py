"""The people of a scope with what they bought (``members/lives.py``): in numbers, and the rows
behind each number. A scope is an audience: of a persona, an account, a circle, or everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.core.audience import And, Audience, Is
from bot.core.rfm import Thresholds
from bot.members.lives import Life, Together, chosen, together
from bot.store import audience, persons
from bot.store.engine import Row, Tx

PAGE = 1_000


def numbers(tx: Tx, scope: Audience, now: int, zone: str, limits: Thresholds) -> Together:
    """What the people of a scope come to."""
    return together(each(tx, scope, now), now, zone, limits)


def behind(
    tx: Tx, scope: Audience, wanted: Mapping[str, str], now: int, zone: str, limits: Thresholds,
    after: str = "", n: int = 50,
) -> list[Life]:  # fmt: skip
    """A page of those behind a number (``members.lives.chosen``), in the order of ids: together all
    pages come to it."""
    found: list[Life] = []
    for life in each(tx, scope, now, after):
        if chosen(life, wanted, now, zone, limits):
            found.append(life)
            if len(found) == n:
                break
    return found


def each(tx: Tx, scope: Audience, now: int, after: str = "") -> Iterator[Life]:
    """The people of a scope behind an id, each once, at the first of his ids that is in it."""
    while part := audience.page(tx, scope, now, after, PAGE):
        who = persons.person_of(tx, part)
        first = [id for id in part if _first(tx, scope, now, id, who[id])]
        yield from _lives(tx, first, who)
        after = part[-1]


def _first(tx: Tx, scope: Audience, now: int, id: str, person: str) -> bool:
    """True where none of his other ids that are in the scope comes before this one. Most people
    have one id, of which nobody need ask."""
    others = persons.ids_of(tx, person) if person != id else ()
    return not others or audience.page(tx, And((scope, Is("id", tuple(others)))), now, n=1) == [id]


def _lives(tx: Tx, first: Sequence[str], who: Mapping[str, str]) -> Iterator[Life]:
    ids = sorted({who[id] for id in first})
    if not ids:
        return
    came = {row["member"]: row for row in tx.rows("lives_came", members=ids, people=ids)}
    bought: dict[str, list[Row]] = {}
    for row in tx.rows("lives_orders", members=ids):
        bought.setdefault(row["member"], []).append(row)
    for id in first:
        yield _life(id, who[id], came[who[id]], bought.get(who[id], []))


def _life(id: str, member: str, came: Row, bought: Sequence[Row]) -> Life:
    orders = [(row["at"], row["paid_cents"] - row["refunded_cents"])
              for row in bought if row["state"] not in ("refunded", "cancelled")]  # fmt: skip
    began = came["befriended"] or (orders[0][0] if orders else came["made"])
    return Life(
        member=member, place=id, came_at=began, orders=tuple(orders),
        cost_cents=int(came["cost"] or 0), paid_cents=sum(row["paid_cents"] for row in bought),
        refunded_cents=sum(row["refunded_cents"] for row in bought),
    )  # fmt: skip
