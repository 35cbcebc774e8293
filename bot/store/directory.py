"""Looking somebody up by what staff know of him: an id, a telephone number, a part of his name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.knowing import written
from bot.members.value import Worth
from bot.store import facts, people, persons, value
from bot.store.engine import Row, Tx
from bot.store.feedback import plain

SHOWN = 50
PAGE = 10_000  # names looked at in one go
LAST = "\U0010ffff"  # behind every letter


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of a list of persons. ``found``: the name or id that was found, where the person goes
    by another now."""

    id: str
    name: str
    since: int
    promo_ok: bool
    promo_less: bool
    worth: Worth
    found: str = ""


def search(tx: Tx, text: str, n: int = SHOWN) -> list[Entry]:
    """Persons whom these words mean, at most ``n``: by id, or else by telephone, by how the name
    begins, by what it has in it. The last reads all names where few have it."""
    found: dict[str, str] = {}
    for row in _found(tx, text, n):
        found.setdefault(row["id"], row["name"])
        if len(found) == n:
            break
    return listed(tx, list(found), found)


def _found(tx: Tx, text: str, n: int) -> Iterator[Row]:
    if row := people.known(tx, text):
        yield row
        return
    if phone := written("phone", text):
        ids = [row["member"] for row in facts.having(tx, "phone", phone, 0, n)]
        yield from ({"id": id, "name": name} for id, name in people.names_of(tx, ids).items())
    if tx.sealed:
        yield from _looked_through(tx, text)
        return
    yield from tx.rows("members_called", text=text, beyond=text + LAST, n=n)
    yield from tx.rows("members_named", text=f"%{plain(text)}%", n=n)


def _looked_through(tx: Tx, text: str) -> Iterator[Row]:
    """The same where names lie sealed: who is called exactly so is known at once, all others after
    a look at every name."""
    yield from tx.rows("members_so_called", text=text)
    words, after, found = text.lower(), "", list[Row]()
    while rows := tx.rows("members_with_names", after=after, n=PAGE):
        found += [row for row in rows if words in row["name"].lower()]
        after = rows[-1]["id"]
    yield from sorted(found, key=lambda row: (not row["name"].startswith(text), row["name"],
                                              row["id"]))  # fmt: skip


def listed(tx: Tx, ids: Sequence[str], called: dict[str, str] | None = None) -> list[Entry]:
    """The persons behind these ids, each once, in that order. ``called``: the names that were
    found, by id."""
    who = persons.person_of(tx, ids)
    first: dict[str, str] = {}
    for id in ids:
        first.setdefault(who[id], id)
    worth = value.worth(tx, list(first))
    rows = {row["id"]: row for row in _rows(tx, list(first))}
    return [_entry(rows[person], worth[person], id, called[id] if called else None)
            for person, id in first.items() if person in rows]  # fmt: skip


def _rows(tx: Tx, ids: list[str]) -> list[Row]:
    return tx.rows("members_get", ids=ids) if ids else []


def _entry(row: Row, worth: Worth, id: str, name: str | None) -> Entry:
    other = "" if name is None or id == row["id"] else name or id
    return Entry(id=row["id"], name=row["name"], since=row["created_at"], worth=worth, found=other,
                 promo_ok=bool(row["promo_ok"]), promo_less=bool(row["promo_less"]))  # fmt: skip
