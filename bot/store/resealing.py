"""Sealing all words of a database, opening them for good, or going over to another key.

Nobody else uses the database meanwhile. Each page is a transaction of its own, and a text says with
which key it is sealed: whoever goes on after a kill finds what is left to do, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.knowing import day_of, mark_of
from bot.store import keyring, scrub
from bot.store.cipher import KEPT, PROOF, SIGN, STATES, Cipher, Key, Unreadable
from bot.store.engine import Row, Tx
from bot.store.personal import HOLDS
from bot.store.sealed import SEALED, Seal
from bot.store.shelf import Tell
from bot.store.sql import Composed, compose, join, word
from bot.store.writer import Line

PAGE = 2_000  # rows of one transaction
MADE_AGAIN = frozenset({"gram"})  # from the words, by whoever runs next
# Numbers that follow from a text of the same row, and are sealed with it.
_FROM_TEXT: Mapping[str, Callable[[str, str], int]] = {"mark": mark_of, "day": day_of}


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were looked at, and how many changed."""

    rows: int
    changed: int


def reseal(
    place: Path | str, keys: Sequence[Key], goal: Key | None, now: int, tell: Tell
) -> Resealed | None:
    """Everything is sealed with ``goal``, or with nothing, when this returns; None when it was
    before. ``keys`` open what is there. Raises BadInput where they do not."""
    found = keyring.standing(place)
    cipher = keyring.opener(found, keys)
    id = goal.id if goal else ""
    if found.goal is None and found.key == id:
        return None
    with keyring.writing(place) as tx:
        tx.run("sealing_goal", goal=id, proof=goal.alike(PROOF) if goal else "", now=now)
    done = _Walk(place, _Turn(cipher, goal, plain=not found.key), tell).walk()
    _clear(place, tell)
    with keyring.writing(place) as tx:
        tx.run("sealing_done", now=now)
        tx.run("sealing_none")
    return done


@dataclass(frozen=True, slots=True)
class _Turn:
    """What becomes of a value. ``plain``: some of what is there was never sealed."""

    cipher: Cipher | None
    goal: Key | None
    plain: bool

    def value(self, seal: Seal, value: Any) -> Any:
        if not isinstance(value, str) or value in (STATES if seal is Seal.STATE else KEPT):
            return value
        if value[:1] == SIGN and self.goal is not None and value[1:5] == self.goal.id:
            return value
        text = self.text(value)
        return Cipher([self.goal]).close(seal, text) if self.goal else text

    def text(self, value: str) -> str:
        """A value as it was said."""
        if value[:1] != SIGN or self.cipher is None:
            return value
        try:
            return self.cipher.open(value)
        except Unreadable:
            if not self.plain:
                raise
            return value  # somebody's own words begin so

    def mark(self, number: int) -> int:
        """A number that follows from a text."""
        return self.goal.mark(number) if self.goal else number

    def row(self, table: str, row: Row) -> Row:
        """The sealed columns of a row as they are to be."""
        made = {}
        for name, seal in SEALED[table].items():
            if seal is Seal.MARK:
                made[name] = self.mark(_FROM_TEXT[name](row["name"], self.text(row["value"])))
            else:
                made[name] = self.value(seal, row[name])
        return made


class _Walk:
    """Over all tables, page by page."""

    def __init__(self, place: Path | str, turn: _Turn, tell: Tell) -> None:
        self._place, self._turn, self._tell = place, turn, tell
        self._looked = self._changed = self._total = 0

    def walk(self) -> Resealed:
        tables = [table for table in SEALED if table not in MADE_AGAIN]
        with closing(keyring.line(self._place)) as line:
            self._total = sum(_in_one(line, _count, table) for table in tables)
            _in_one(line, _forget_index)
            for table in tables:
                last = _in_one(line, self._page, table, None)
                while last is not None:
                    last = _in_one(line, self._page, table, last)
        return Resealed(self._looked, self._changed)

    def _page(self, tx: Tx, table: str, after: Row | None) -> Row | None:
        """One page behind a row; its last one, None at the end."""
        rows = _rows(tx, table, after)
        changes = list(self._changes(table, rows))
        if changes:
            tx.many(_put(table), changes)
        self._looked += len(rows)
        self._changed += len(changes)
        self._tell("sealing" if self._turn.goal else "opening", self._looked, self._total)
        return rows[-1] if len(rows) == PAGE else None

    def _changes(self, table: str, rows: Sequence[Row]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            made = self._turn.row(table, row)
            if any(made[name] != row[name] for name in made):
                yield {f"v_{i}": value for i, value in enumerate(made.values())} | {
                    f"k_{i}": row[name] for i, name in enumerate(key_of(table))
                }


def key_of(table: str) -> tuple[str, ...]:
    """The columns that name a row."""
    return HOLDS[table].key if table in HOLDS else ("id",)


def _in_one(line: Line, fn: Any, *args: Any) -> Any:
    tx = line.begin()
    try:
        done = fn(tx, *args)
        line.commit()
    except BaseException:
        line.rollback()
        raise
    return done


def _count(tx: Tx, table: str) -> int:
    row = tx.row(compose("sealing_count", table=word(table)))
    return int(row["n"]) if row else 0


def _forget_index(tx: Tx) -> None:
    tx.run("sealing_index", least=0)
    tx.run("sealing_indexed", least=0)


def _rows(tx: Tx, table: str, after: Row | None) -> list[Row]:
    key = key_of(table)
    holes = {"table": word(table), "keys": _words(key),
             "columns": _words((*key, *SEALED[table]))}  # fmt: skip
    if after is None:
        return tx.rows(compose("sealing_first", **holes), n=PAGE)
    values = join(",", [compose("sealing_value", i) for i in range(len(key))])
    return tx.rows(compose("sealing_next", after=values, **holes), n=PAGE,
                   **{f"v_{i}": after[name] for i, name in enumerate(key)})  # fmt: skip


def _words(names: Sequence[str]) -> Composed:
    return join(",", [word(name) for name in names])


def _put(table: str) -> Composed:
    return compose(
        "sealing_put", table=word(table),
        sets=join(",", [compose("sealing_set", i, column=word(name))
                        for i, name in enumerate(SEALED[table])]),
        where=join("AND", [compose("sealing_is", i, column=word(name))
                           for i, name in enumerate(key_of(table))]),
    )  # fmt: skip


def _clear(place: Path | str, tell: Tell) -> None:
    """What was there before does not stay behind in the files."""
    if isinstance(place, Path):
        scrub.clear(place, tell)
        return
    from bot.store.pgshelf import rewrite  # its driver is not installed everywhere

    rewrite(place, sorted(SEALED), tell)
