"""Which colleague looked at whom: access to personal pages is noted once a day, page and person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.clock import local
from bot.store import persons
from bot.store.engine import Row, Tx

PAGE = 100
_END = 1 << 62


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """``times`` of that day, the first ``at`` and the last ``last_at`` (UTC ms)."""

    id: int
    login: str
    member: str
    page: str
    day: str
    at: int
    last_at: int
    times: int


def note(tx: Tx, login: str, member: str, page: str, now: int, zone: str) -> None:
    """A colleague opened what concerns a member: a word of ours for the page (``member``,
    ``timeline``, ``export``). ``zone``: whose days count."""
    tx.run("looked_up_note", login=login, member=member, page=page,
           day=f"{local(now, zone):%Y-%m-%d}", now=now)  # fmt: skip


def of_member(tx: Tx, member: str, before: int = _END, n: int = PAGE) -> list[Lookup]:
    """Who looked at a person, under any of his ids, latest first; ``before``: an id."""
    rows = tx.rows("looked_up_of", ids=persons.ids_of(tx, member), before=before, n=n)
    return [_lookup(row) for row in rows]


def _lookup(row: Row) -> Lookup:
    return Lookup(**{name: row[name] for name in Lookup.__slots__})
