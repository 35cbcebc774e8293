"""The log of everything that happened with members. Rows are added and never changed; whatever is
derived from them follows in the same transaction (``store/projections.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from bot.core.event import Event, Happened
from bot.store import codec, history, projections
from bot.store.engine import Row, Tx

_COLUMNS = tuple(Event.__slots__)
_values = attrgetter(*_COLUMNS)


def record(tx: Tx, events: Iterable[Event], now: int) -> list[Event]:
    """Writes what is new of these, and what the rooms say follows from it; the new ones of those
    given, in their order."""
    new = _add(tx, list(events), now)
    _follow(tx, new, now)
    return new


def copy(tx: Tx, query: str, kind: Happened, now: int, **params: Any) -> None:
    """Events of one kind, which a sentence makes out of rows of other tables. They are read back
    only when somebody follows them."""
    if not projections.watched(kind):
        tx.run(query, now=now, **params)
        return
    # of another process' events, which may come in beside these, the rooms learn twice
    before = (tx.row("event_newest") or {"id": 0})["id"] or 0
    if tx.run(query, now=now, **params):
        _follow(tx, [event for _, event in history.each(tx, before)], now)


def _follow(tx: Tx, fresh: Sequence[Event], now: int) -> None:
    while fresh:
        fresh = _add(tx, projections.follow(tx, fresh), now)


def _add(tx: Tx, given: Sequence[Event], now: int) -> list[Event]:
    if not given:
        return []
    added = tx.each("event_add", [_row(one, now) for one in given])
    return [one for one, n in zip(given, added, strict=True) if n]


def _row(event: Event, now: int) -> Row:
    row = dict(zip(_COLUMNS, _values(event), strict=True))
    row["kind"], row["data"], row["seen_at"] = event.kind.value, codec.to_json(event.data), now
    return row
