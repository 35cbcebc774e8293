"""Where persons were and are: the table ``stay``, derived from the log (``members/stays.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bot.core.event import Event
from bot.members.stays import MOVING, Kind, Stay, fold
from bot.store import history, persons
from bot.store.engine import Row, Tx

KINDS = MOVING
TABLES = ("stay",)
PAGE = 500


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Derives the stays of whom these events concern."""
    _derive(tx, persons.person_of(tx, [one.member for one in events]).values())


def again(tx: Tx, members: Sequence[str]) -> None:
    """The same for all persons behind these ids; nothing stays under an id that is another now."""
    for page in _pages(members):
        tx.run("stays_drop", members=page)
    _derive(tx, persons.person_of(tx, members).values())


def clear(tx: Tx) -> None:
    """Empties the table."""
    tx.run("stays_clear")


def of(tx: Tx, person: str) -> list[Row]:
    """One person's stays, the latest first."""
    return tx.rows("stays_of", member=person)


def at(tx: Tx, kind: Kind, place: str, after: str = "", n: int = PAGE) -> list[Row]:
    """Who is in a place now: ``n`` behind the id ``after``."""
    return tx.rows("stays_at", kind=kind, place=place, after=after, n=n)


def inside(tx: Tx, kind: Kind, place: str, person: str) -> bool:
    """True while he is there."""
    return tx.row("stay_open", kind=kind, place=place, member=person) is not None


def _derive(tx: Tx, who: Iterable[str]) -> None:
    for page in _pages(one for one in dict.fromkeys(who) if one):
        ids = {one: one for one in page}
        ids |= {row["id"]: row["person"] for row in tx.rows("stay_ids", persons=page)}
        found: dict[str, list[Event]] = {one: [] for one in page}
        for event in history.of(tx, list(ids), MOVING):
            found[ids[event.member]].append(event)
        tx.run("stays_drop", members=page)
        tx.many("stay_add", [_row(person, stay) for person, events in found.items()
                             for stay in fold(events)])  # fmt: skip


def _row(person: str, stay: Stay) -> Row:
    return {name: getattr(stay, name) for name in Stay.__slots__} | {"member": person}


def _pages(members: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(members)
    while page := list(islice(rest, PAGE)):
        yield page
