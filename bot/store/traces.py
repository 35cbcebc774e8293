"""Where a person stands in the tables, by the columns that ``store/personal.py`` names; and what
erasing does there: rows go, are emptied, or get another id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.store.engine import Row, Tx
from bot.store.personal import HOLDS, Fate, Holding
from bot.store.sealed import SEALED
from bot.store.sql import Composed, compose, join, migrations, word

PAGE = 5_000  # rows looked through in one go
_MADE = re.compile(r"CREATE TABLE (\w+) \(\s*(?:id (\$ID))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Everything that names him. ``peers``: as the platform calls him on its channels; ``talks``:
    conversations with him alone; ``aliases``: what stands for each id from now on."""

    ids: tuple[str, ...]
    peers: tuple[str, ...]
    talks: tuple[str, ...]
    numbers: tuple[int, ...]
    aliases: Mapping[str, str]

    def alias(self, name: str) -> str:
        """What stands for an id, for what the platform calls him, or for a conversation."""
        if name in self.aliases:
            return self.aliases[name]
        channel, account, peer = name.split(":", 2) if name in self.talks else ("", "", name)
        peer = self.aliases.get(peer) or self.aliases.get(f"{channel}:{peer}") or self.gone
        return f"{channel}:{account}:{peer}" if channel else peer

    @property
    def gone(self) -> str:
        """The id under which what stays of him stands."""
        return self.aliases[self.ids[0]]


@cache
def tables() -> Mapping[str, bool]:
    """The tables that hold something of people, and whether their rows are numbered."""
    made = {name: bool(numbered) for _, _, text in migrations()
            for name, numbered in _MADE.findall(text)}  # fmt: skip
    return {name: made[name] for name in HOLDS if name in made}


def clear(tx: Tx, table: str, person: Person) -> dict[str, int]:
    """Carries out what the registry says about his rows of one table; how many rows met which
    fate."""
    holding = HOLDS[table]
    where = _his(holding, person)
    if where is None:
        return {}
    condition, values = where
    found = int(_one(tx, "erase_count", table, condition, values)["n"])
    if not found:
        return {}
    deleted = _delete(tx, table, condition, values) if holding.fate is Fate.GOES else 0
    if holding.empty:
        _put(tx, table, holding.empty, condition, values)
    for column, before, after in _renames(holding, person):
        _put(tx, table, {column: after}, compose("erase_is", column=word(column)),
             {"value": before})  # fmt: skip
    stays = Fate.EMPTIED if holding.fate is Fate.GOES else holding.fate
    return {
        fate: n for fate, n in ((Fate.GOES.value, deleted), (stays.value, found - deleted)) if n
    }


def count(tx: Tx, table: str, person: Person) -> int:
    """How many rows of one table are his."""
    where = _his(HOLDS[table], person)
    if where is None:
        return 0
    return int(_one(tx, "erase_count", table, *where)["n"])


def rows(tx: Tx, table: str, person: Person) -> list[Row]:
    """All his rows of one table."""
    where = _his(HOLDS[table], person)
    if where is None:
        return []
    condition, values = where
    return tx.rows(compose("erase_rows", table=word(table), where=condition), **values)


def last(tx: Tx, table: str) -> int:
    """The latest number of a table whose rows have numbers; 0 when it is empty."""
    row = tx.row(compose("erase_last", table=word(table))) or {"last": None}
    return int(row["last"] or 0)


def mentioning(
    tx: Tx, table: str, needles: Sequence[str], span: tuple[int, int] | None = None
) -> list[Row]:
    """Rows in whose texts one of these stands anywhere; ``span``: of numbers above the first and up
    to the second only."""
    if tx.sealed and set(HOLDS[table].inside) & set(SEALED.get(table, ())):
        return _looked_through(tx, table, needles, span)
    parts, values = [], {}
    for i, needle in enumerate(needles):
        values[f"needle_{i}"] = needle
        parts += [compose("erase_mentions", i, column=word(column))
                  for column in HOLDS[table].inside]  # fmt: skip
    if not parts:
        return []
    where, at = join("OR", parts), word(table)
    if span is None:
        return tx.rows(compose("erase_mentioning", table=at, where=where), **values)
    return tx.rows(compose("erase_mentioning_page", table=at, where=where), **values,
                   after=span[0], last=span[1])  # fmt: skip


def _looked_through(
    tx: Tx, table: str, needles: Sequence[str], span: tuple[int, int] | None
) -> list[Row]:
    """The same where texts lie sealed, which no sentence can look into."""
    columns = HOLDS[table].inside
    return [
        row for row in _each(tx, table, span)
        if any(needle in (row[column] or "") for column in columns for needle in needles)
    ]  # fmt: skip


def _each(tx: Tx, table: str, span: tuple[int, int] | None) -> Iterator[Row]:
    at = word(table)
    if span is not None:
        yield from tx.rows(compose("erase_span", table=at), after=span[0], last=span[1])
        return
    page = compose("erase_page", table=at, keys=join(",", [word(k) for k in HOLDS[table].key]))
    skip = 0
    while rows := tx.rows(page, n=PAGE, skip=skip):
        yield from rows
        skip += len(rows)


def rewrite(tx: Tx, table: str, row: Row, after: Mapping[str, object]) -> None:
    """Other texts in one row."""
    key = HOLDS[table].key
    parts = [compose("erase_is", 100 + i, column=word(name)) for i, name in enumerate(key)]
    _put(tx, table, after, join("AND", parts),
         {f"value_{100 + i}": row[name] for i, name in enumerate(key)})  # fmt: skip


def _his(holding: Holding, person: Person) -> tuple[Composed, dict[str, object]] | None:
    """What tells his rows; None where no column names him."""
    parts: list[Composed] = []
    values: dict[str, object] = {}
    for columns, names in (*_named(holding, person), (holding.number, person.numbers)):
        for column in columns if names else ():
            values[f"values_{len(parts)}"] = list(names)
            parts.append(compose("erase_one_of", len(parts), column=word(column)))
    return (join("OR", parts), values) if parts else None


def _named(holding: Holding, person: Person) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    return (
        (holding.member, person.ids),
        (holding.peer, person.peers),
        (holding.talk, person.talks),
    )


def _renames(holding: Holding, person: Person) -> Iterator[tuple[str, str, object]]:
    for columns, names in _named(holding, person):
        for column in columns:
            for name in names:
                lost = column in holding.lost
                yield column, name, holding.lost[column] if lost else person.alias(name)


def _one(tx: Tx, piece: str, table: str, where: Composed, values: Mapping[str, object]) -> Row:
    return tx.row(compose(piece, table=word(table), where=where), **values) or {"n": 0}


def _delete(tx: Tx, table: str, where: Composed, values: Mapping[str, object]) -> int:
    piece = "erase_delete_numbered" if tables()[table] else "erase_delete"
    return tx.run(compose(piece, table=word(table), where=where), **values)


def _put(
    tx: Tx, table: str, sets: Mapping[str, object], where: Composed, values: Mapping[str, object]
) -> int:
    parts = [compose("erase_set", 200 + i, column=word(name)) for i, name in enumerate(sets)]
    given = {f"value_{200 + i}": value for i, value in enumerate(sets.values())}
    return tx.run(compose("erase_put", table=word(table), sets=join(",", parts), where=where),
                  **given, **values)  # fmt: skip
