"""What an act on a member would do, in numbers, before somebody does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.store import codec, erasing, merging, persons, traces
from bot.store.engine import Row, Tx
from bot.store.erasing import Known


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """What erasing would remove: rows by table; and where the platform has him, which only somebody
    in the client can end."""

    ids: tuple[str, ...]
    rows: Mapping[str, int]
    known: Known

    @property
    def all(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def erase(tx: Tx, member: str) -> Leaving | None:
    """None when nothing is held of him. Holds his conversations, so it is a write."""
    person = erasing.find(tx, member)
    if person is None:
        return None
    rows = {table: traces.count(tx, table, person) for table in traces.tables()}
    return Leaving(ids=person.ids, rows={table: n for table, n in rows.items() if n},
                   known=erasing.known(tx, person))  # fmt: skip


def merge(tx: Tx, away: str) -> Row:
    """What would go over from an id, and all his ids with it: talks, replies, memories; what is
    derived anew: events, orders, circles; and friends, which stay where they are."""
    found = [tx.row("merge_weighs", away=id) or {} for id in persons.ids_of(tx, away)]
    return {name: sum(int(one[name]) for one in found) for name in found[0]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Parting:
    """What undoing a merging gives back. ``rows``: by table; ``persons``: ids that go with him."""

    merging: Row
    rows: Mapping[str, int]
    persons: tuple[str, ...]


def part(tx: Tx, number: int) -> Parting | None:
    """None when that merging does not hold any more."""
    row = tx.row("merging_get", id=number)
    if row is None or row["undone_at"] is not None:
        return None
    moved = codec.from_json(row["moved"])
    rows = {table: len(moved.get(table, ())) for table in merging.MOVES}
    return Parting(merging=row, rows={table: n for table, n in rows.items() if n},
                   persons=tuple(moved.get("persons", ())))  # fmt: skip
