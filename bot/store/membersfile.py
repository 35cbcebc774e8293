"""Rows of a members file: what is new in them becomes an event each, and what is known of members
becomes rows again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.event import Event, Happened
from bot.members.identity import last
from bot.members.row import MemberRow
from bot.store import audit, codec, events, history, imported, people, persons
from bot.store.engine import Row, Tx

PAGE = 500
DIGEST = 5  # bytes that tell the rows about one member apart


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows: members that are new, known ones of whom something new was said, and
    rows that say nothing new."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.added + other.added, self.changed + other.changed,
                      self.unchanged + other.unchanged)  # fmt: skip


def put(tx: Tx, rows: Sequence[MemberRow], now: int, actor: str, file: str) -> Counts:
    """Takes rows over, of which no two have the same id, with one audit row. A row that says what
    the last one about its member said is nothing new."""
    made = people.ensure_members(tx, {row.id: row.said.get("name", "") for row in rows}, now)
    before = _before(tx, [row.id for row in rows if row.id not in made])
    told = [event for row in rows if (event := _event(row, before.get(row.id), now))]
    tx.many("member_name", [{"id": one.member, "name": one.data["name"]} for one in told
                            if one.member not in made and "name" in one.data])  # fmt: skip
    new = events.record(tx, told, now)
    changed = sum(1 for one in new if one.member not in made)
    counts = Counts(len(made), changed, len(rows) - len(made) - changed)
    if new or made:
        audit.record(tx, [audit.note("members", file, "import", at=now, actor=actor,
                                     reason=f"{len(made)} added, {changed} changed")])  # fmt: skip
    return counts


def _before(tx: Tx, members: Sequence[str]) -> dict[str, Row]:
    return {
        row["member"]: row
        for start in range(0, len(members), PAGE)
        for row in tx.rows("imports_before", members=list(members[start : start + PAGE]))
    }


def _event(row: MemberRow, before: Row | None, now: int) -> Event | None:
    """The row as an event; it is told from an equal one of another time by what was said between.
    None when it says nothing new."""
    data = codec.written(row.said)
    text = data.text
    if before is None and not data:
        return None
    if before is not None and before["data"] == text:
        return None
    said = f"{text}{before['dedupe'] if before else ''}"
    digest = hashlib.blake2b(said.encode(), digest_size=DIGEST).hexdigest()
    # the id first: a file in the order of ids then fills the index of events from left to right
    name = f"row/{row.id}/{digest}"
    return Event(kind=Happened.IMPORTED, at=now, dedupe=name, member=row.id, data=data)


def total(tx: Tx) -> int:
    """How many members there are, each person once."""
    row = tx.row("members_total")
    return int(row["n"]) if row else 0


def everybody(tx: Tx) -> Iterator[tuple[str, dict[str, object]]]:
    """All persons in the order of their ids, each with what a file says of him, by column."""
    after = ""
    while rows := tx.rows("members_page", after=after, n=PAGE):
        ids = [row["id"] for row in rows]
        said = said_of(tx, ids)
        for row in rows:
            yield row["id"], said[row["id"]] | _columns(row)
        after = ids[-1]


def said_of(tx: Tx, members: Sequence[str]) -> dict[str, dict[str, object]]:
    """What rows said last of these persons, with the tags that they wear because of rows."""
    everyone = persons.all_of(tx, members)
    by_id: dict[str, list[Event]] = {id: [] for ids in everyone.values() for id in ids}
    for event in history.of(tx, list(by_id), [Happened.IMPORTED]):
        by_id[event.member].append(event)
    found = {person: last(event for id in ids for event in by_id[id])
             for person, ids in everyone.items()}  # fmt: skip
    worn = imported.named(tx, list(everyone))
    return {person: said | {"tags": worn.get(person, [])} for person, said in found.items()}


def _columns(row: Row) -> dict[str, object]:
    cost = row["acquisition_cost"]
    return {"name": row["name"]} | ({} if cost is None else {"acquisition_cost": cost})
