"""The log of everything that happened with members. Rows are added and never changed; whatever is
derived from them follows in the same transaction (``store/projections.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.event import Event
from bot.store import codec, projections
from bot.store.engine import Row, Tx


def record(tx: Tx, events: Iterable[Event], now: int) -> list[Event]:
    """Writes what is new of these, and what the rooms say follows from it; the new ones of those
    given, in their order."""
    new = fresh = _add(tx, list(events), now)
    while fresh:
        fresh = _add(tx, projections.follow(tx, fresh), now)
    return new


def _add(tx: Tx, given: Sequence[Event], now: int) -> list[Event]:
    if not given:
        return []
    added = tx.each("event_add", [_row(one) | {"seen_at": now} for one in given])
    return [one for one, n in zip(given, added, strict=True) if n]


def _row(event: Event) -> Row:
    row = {name: getattr(event, name) for name in Event.__slots__}
    return row | {"kind": event.kind.value, "data": codec.to_json(event.data)}
