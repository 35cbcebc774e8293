"""The kinds of sets of members that are kept in memory: how each is read, and read anew for some.

A set is of members' numbers (member_no). What its condition means is said once, by the pieces of
``queries/pieces/audience.sql`` that ``store/audience.py`` asks with.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pyroaring import BitMap

from bot.core.audience import Leaf
from bot.store import audience
from bot.store.bitmaps import Moments, weight
from bot.store.engine import Row, Tx
from bot.store.ranks import Ranks
from bot.store.sql import Composed, compose

PAGE = 50_000  # rows read at once while a set is made
PART = 500  # members looked at again at once

T = TypeVar("T")


class Kind(Protocol[T]):
    """What is kept under itself as a key; equal kinds are one set."""

    def build(self, tx: Tx) -> T:
        """Reads all of it."""
        ...

    def renew(self, tx: Tx, kept: T, numbers: BitMap) -> None:
        """Brings up to date what it says of these members."""
        ...

    def weigh(self, kept: T) -> int:
        """Memory in bytes, about."""
        ...


class _Plain:
    """What sets of one condition have in common."""

    def asked(self, tx: Tx) -> audience.Asked:
        """The condition about one member."""
        raise NotImplementedError

    def build(self, tx: Tx) -> BitMap:
        return _all(tx, "sets_walked", self.asked(tx))

    def renew(self, tx: Tx, kept: BitMap, numbers: BitMap) -> None:
        kept -= numbers
        asked = self.asked(tx)
        sentence = compose("sets_among", where=asked.condition)
        for part in _parts(numbers):
            rows = tx.rows(sentence, numbers=part, **asked.values)
            kept.update(row["no"] for row in rows)

    def weigh(self, kept: BitMap) -> int:
        return weight(kept)


@dataclass(frozen=True, slots=True)
class Holds(_Plain):
    """Members who have one value of a field: a tag, an account."""

    field: str
    value: str | int

    def asked(self, tx: Tx) -> audience.Asked:
        return audience.asked_value(tx, self.field, self.value)

    def build(self, tx: Tx) -> BitMap:
        listed = audience.listed_value(tx, self.field, self.value)
        if listed is None:
            return _Plain.build(self, tx)
        made = _all(tx, "sets_listed", listed)
        self.renew(tx, made, _merged(tx))
        return made


@dataclass(frozen=True, slots=True)
class Judged(_Plain):
    """Members for whom any other condition holds, unless it depends on the time of day."""

    leaf: Leaf

    def asked(self, tx: Tx) -> audience.Asked:
        return audience.asked_leaf(tx, self.leaf)


@dataclass(frozen=True, slots=True)
class Timed:
    """When something happened to each member."""

    field: str

    def build(self, tx: Tx) -> Moments:
        numbers, times = array("I"), array("q")
        sentence = compose("sets_times", times=compose(f"audience_{self.field}_times"))
        for row in _pages(tx, sentence, {}):
            if row["no"] is not None:
                numbers.append(row["no"])
                times.append(row["found"])
        made = Moments()
        made.put(numbers, times)
        self.renew(tx, made, _merged(tx))
        return made

    def renew(self, tx: Tx, kept: Moments, numbers: BitMap) -> None:
        kept.drop(numbers)
        for part in _parts(numbers):
            ids = {row["id"]: row["no"] for row in tx.rows("number_members", numbers=part)}
            times = audience.times_of(tx, self.field, list(ids))
            kept.put([ids[id] for id in times], list(times.values()))

    def weigh(self, kept: Moments) -> int:
        return kept.bytes()


@dataclass(slots=True)
class Everybody:
    """All persons, and their order. ``odd``: somebody has no number, so sets do not hold all."""

    numbers: BitMap
    ranks: Ranks
    odd: bool


@dataclass(frozen=True, slots=True)
class Persons:
    """Every member who is not another by now."""

    def build(self, tx: Tx) -> Everybody:
        ranks, odd = Ranks(), False
        for row in _pages(tx, compose("sets_everybody"), {}):
            if row["no"] is None:
                odd = True
            else:
                ranks.put(row["id"], row["no"])
        return Everybody(ranks.placed.copy(), ranks, odd)

    def renew(self, tx: Tx, kept: Everybody, numbers: BitMap) -> None:
        kept.numbers -= numbers
        for part in _parts(numbers):
            for row in tx.rows(compose("sets_persons"), numbers=part):
                kept.numbers.add(row["no"])
                if row["no"] not in kept.ranks.placed:
                    kept.ranks.put_late(row["id"], row["no"])

    def weigh(self, kept: Everybody) -> int:
        return 2 * weight(kept.numbers) + kept.ranks.bytes()


def _merged(tx: Tx) -> BitMap:
    """Who has several ids: a list of ids does not tell what holds for them."""
    return BitMap(row["no"] for row in tx.rows(compose("sets_merged")))


def _all(tx: Tx, sentence: str, asked: audience.Asked) -> BitMap:
    holes = {"sets_walked": "where", "sets_listed": "members"}
    composed = compose(sentence, **{holes[sentence]: asked.condition})
    return BitMap(array("I", (row["no"] for row in _pages(tx, composed, asked.values))))


def _pages(tx: Tx, sentence: Composed, values: dict[str, object]) -> Iterator[Row]:
    """Rows of a sentence in the order of their ids, a page at a time."""
    after, rows = "", list[Row]()
    while not after or len(rows) == PAGE:
        rows = tx.rows(sentence, after=after, n=PAGE, **values)
        if not rows:
            return
        yield from rows
        after = rows[-1]["id"]


def _parts(numbers: BitMap) -> Iterator[Sequence[int]]:
    listed = list(numbers)
    for start in range(0, len(listed), PART):
        yield listed[start : start + PART]
