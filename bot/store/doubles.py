"""Members who may be one person: for staff, who merge them or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store import audit, facts, people, persons
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
    settled = _settled(tx, [person])
    return [one for one in found.values() if _pair(one.one, one.other) not in settled]


def listed(tx: Tx, after: tuple[str, str] = ("", ""), n: int = 50) -> list[Double]:
    """Pairs with the same union id that nobody has merged, by their ids behind ``after``: those
    that staff parted, or that the sync has not come to yet."""
    return _made("union_id", tx.rows("doubles_union", one=after[0], other=after[1], n=n))


def sharing_phone(tx: Tx, after: int = -(1 << 62), n: int = 50) -> tuple[list[Double], int | None]:
    """Pairs with the same telephone, of ``n`` telephones behind a mark; and the mark behind which
    the next ones are, None at the end."""
    marks = [row["mark"] for row in tx.rows("doubles_phone", after=after, n=n)]
    rows = tx.rows("doubles_of_marks", after=after, n=n) if marks else []
    found = [Double(first["member"], row["member"], "phone", row["value"])
             for mark in marks for first, *others in [[r for r in rows if r["mark"] == mark]]
             for row in others[:SHOWN] if row["value"] == first["value"]]  # fmt: skip
    settled = _settled(tx, [id for one in found for id in (one.one, one.other)])
    left = [one for one in found if _pair(one.one, one.other) not in settled]
    return left, marks[-1] if len(marks) == n else None


def settle(tx: Tx, one: str, other: str, actor: str, now: int) -> bool:
    """A colleague says that the two are two; nobody is asked again, and no union id merges them.
    False when that was said before, or they are one."""
    pair = persons.person_of(tx, [one, other])
    first, second = _pair(pair[one], pair[other])
    if first == second or not tx.run("doubles_part", one=first, other=second, actor=actor, now=now):
        return False
    audit.record(tx, [audit.note("member", id, "not_double", at=now, actor=actor, after=whom)
                      for id, whom in ((first, second), (second, first))])  # fmt: skip
    return True


def _pair(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)


def _settled(tx: Tx, ids: Sequence[str]) -> set[tuple[str, str]]:
    rows = tx.rows("doubles_not", ids=list(ids), others=list(ids)) if ids else []
    return {(row["one"], row["other"]) for row in rows}


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
