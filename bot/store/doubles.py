"""Members who may be one person: for staff, who merge them or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store import facts, people, persons
from bot.store.engine import Row, Tx

Reason = Literal["union_id", "phone", "birthday", "name"]
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Double:
    """Two persons, and what they have in common. ``birthday``: and the name; ``name`` alone is a
    weak hint."""

    one: str
    other: str
    reason: Reason
    value: str


def of(tx: Tx, member: str) -> list[Double]:
    """Who the person behind an id may be, too: the strongest reason of each, in that order."""
    person = persons.person_of(tx, [member])[member]
    found: dict[str, Double] = {}
    for one in (*_union(tx, person), *_facts(tx, person), *_named(tx, person)):
        found.setdefault(one.other, one)
    return list(found.values())


def listed(tx: Tx, after: tuple[str, str] = ("", ""), n: int = 50) -> list[Double]:
    """Pairs with the same union id that nobody has merged, by their ids behind ``after``: those
    that staff parted, or that the sync has not come to yet."""
    return _made("union_id", tx.rows("doubles_union", one=after[0], other=after[1], n=n))


def _union(tx: Tx, person: str) -> list[Double]:
    return _made("union_id", tx.rows("doubles_of_union", ids=[person]))


def _named(tx: Tx, person: str) -> list[Double]:
    return _made("name", tx.rows("doubles_of_name", ids=[person], n=SHOWN))


def _facts(tx: Tx, person: str) -> Iterator[Double]:
    """Who has the same telephone; who has the same birthday and the same name."""
    known = {fact.name: fact.value for fact in facts.of(tx, person) if fact.won}
    yield from _sharing(tx, person, "phone", known.get("phone", ""))
    born = list(_sharing(tx, person, "birthday", known.get("birthday", "")))
    names = people.names_of(tx, [person, *(one.other for one in born)])
    yield from (one for one in born if names[one.other] and names[one.other] == names[person])


def _sharing(tx: Tx, person: str, reason: Reason, value: str) -> Iterator[Double]:
    for row in facts.having(tx, reason, value, 0, SHOWN) if value else ():
        if row["member"] != person:
            yield Double(person, row["member"], reason, value)


def _made(reason: Reason, rows: Sequence[Row]) -> list[Double]:
    return [Double(row["one"], row["other"], reason, row["value"]) for row in rows]
