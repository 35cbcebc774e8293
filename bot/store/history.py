"""Reading the log of what happened with members (``store/events.py`` writes it)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.core.event import Event, Happened
from bot.store import codec
from bot.store.engine import Row, Tx

PAGE = 500


def of(tx: Tx, members: Sequence[str], kinds: Iterable[Happened]) -> list[Event]:
    """What happened to these members, as they were called then, in the order of events."""
    found: list[Event] = []
    for start in range(0, len(members), PAGE):
        rows = tx.rows("events_of", members=list(members[start : start + PAGE]), kinds=list(kinds))
        found += [event_of(row) for row in rows]
    return sorted(found, key=lambda one: one.order)


def each(tx: Tx, after: int = 0) -> Iterator[tuple[int, Event]]:
    """All events behind an id, with their ids, as they came in."""
    while rows := tx.rows("events_page", after=after, n=PAGE):
        yield from ((row["id"], event_of(row)) for row in rows)
        after = rows[-1]["id"]


def event_of(row: Row) -> Event:
    """The event that a row holds."""
    columns = {name: row[name] for name in Event.__slots__ if name not in ("kind", "data")}
    return Event(kind=Happened(row["kind"]), data=codec.from_json(row["data"]), **columns)
