"""Sets of members in memory: audiences counted and listed in milliseconds, whatever their size.

A set is made when it is wanted first and then follows what happens: the log of events, messages
that came in, members that are new, and those that were marked (``store/touched.py``). Of a member
to whom something happened a set asks anew, with the sentences by which it was made. So it says what
the database says; only what is committed while it looks may be seen or not.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest
from typing import Any, TypeVar

from pyroaring import BitMap

from bot.core.audience import (
    NEVER_IS_BEFORE,
    And,
    Audience,
    Everybody,
    Is,
    Leaf,
    Not,
    Or,
    When,
    leaves,
)
from bot.core.clock import HOUR
from bot.store import audience
from bot.store.engine import Row, Tx
from bot.store.sentences import FEW as SOME
from bot.store.setkinds import Holds, Judged, Kind, Persons, Timed
from bot.store.tails import Lost, Tail

FEW = 2_000  # members whom the database reads in 20 ms
MEMORY = 128 << 20  # bytes of all sets together, about; those not used the longest go
BEHIND = 100_000  # members looked at again; a set further behind is made anew
SLEPT = 6 * HOUR  # after which everything is made anew
FEEDS = ("tail_events", "tail_inbox", "tail_numbers", "tail_touched")
PART = 500

T = TypeVar("T")


@dataclass(slots=True)
class _Kept:
    """A set, up to which change it is true, and its weight."""

    found: Any
    at: int
    bytes: int


class Sets:
    """Sets of the members of one database. Threads may share it; they wait for each other."""

    def __init__(self, few: int = FEW, memory: int = MEMORY) -> None:
        """``few``: an audience that can be reached by fewer members is left to the database."""
        self._few, self._memory = few, memory
        self._lock = threading.Lock()
        self._tails = [Tail(feed) for feed in FEEDS]
        self._kept: OrderedDict[Kind[Any], _Kept] = OrderedDict()
        self._changed, self._before = array("I"), 0  # numbers; how many there were before these
        self._looked: int | None = None

    def count(self, tx: Tx, wanted: Audience, now: int) -> int | None:
        """How many members belong; None: the database had better be asked."""
        if not self._turn(tx, wanted, now):
            return None
        try:
            found = self._find(tx, wanted, now)
            return None if found is None else len(found)
        finally:
            self._lock.release()

    def page(self, tx: Tx, wanted: Audience, now: int, after: str, n: int) -> list[str] | None:
        """Ids of the first ``n`` behind ``after``, in their order; None as above."""
        if not self._turn(tx, wanted, now):
            return None
        try:
            found = self._find(tx, wanted, now)
            if found is None:
                return None
            numbers = self._get(tx, Persons()).ranks.after(after, found, n)
        finally:
            self._lock.release()
        parts = (numbers[start : start + PART] for start in range(0, len(numbers), PART))
        ids = (row["id"] for part in parts for row in tx.rows("number_members", numbers=part))
        return nsmallest(n, (id for id in ids if id > after))

    def warm(self, tx: Tx, now: int) -> None:
        """Makes what nearly every audience needs, and what takes longest."""
        with self._lock:
            self._follow(tx, now)
            self._get(tx, Persons())
            for field in sorted(audience.TIMES):
                self._get(tx, Timed(field))

    def bytes(self) -> int:
        """Memory that the sets take, about."""
        return sum(kept.bytes for kept in self._kept.values())

    def _turn(self, tx: Tx, wanted: Audience, now: int) -> bool:
        """Takes the lock. False where the database is done before another thread may be, which
        may be making a set."""
        if self._lock.acquire(blocking=False):
            return True
        size = audience.size_of(tx, wanted, now, SOME)
        return not (size is not None and size < SOME) and self._lock.acquire()

    def _find(self, tx: Tx, wanted: Audience, now: int) -> BitMap | None:
        self._follow(tx, now)
        if not self._ready(tx, wanted):
            size = audience.size_of(tx, wanted, now, self._few)
            if size is not None and size < self._few:
                return None
        everybody = self._get(tx, Persons())
        if everybody.odd:
            self._forget()
            return None
        found: BitMap = self._of(tx, wanted, now) & everybody.numbers
        return found

    def _ready(self, tx: Tx, wanted: Audience) -> bool:
        return all(kind in self._kept for leaf in leaves(wanted)
                   if not isinstance(leaf, Everybody) for kind in _kinds(tx, leaf))  # fmt: skip

    def _of(self, tx: Tx, wanted: Audience, now: int) -> BitMap:
        match wanted:
            case Not(part):
                return self._get(tx, Persons()).numbers - self._of(tx, part, now)
            case And(parts):
                return reduce(BitMap.__and__, (self._of(tx, part, now) for part in parts))
            case Or(parts):
                return BitMap.union(*(self._of(tx, part, now) for part in parts))
            case When():
                return self._when(tx, wanted, now)
            case Everybody():
                return self._get(tx, Persons()).numbers.copy()
            case _:
                return BitMap().union(*(self._get(tx, kind) for kind in _kinds(tx, wanted)))

    def _when(self, tx: Tx, leaf: When, now: int) -> BitMap:
        times = self._get(tx, Timed(leaf.field))
        since: BitMap = times.since(leaf.moment.ms(now))
        if leaf.side == "since":
            return since
        if leaf.field in NEVER_IS_BEFORE:
            return self._get(tx, Persons()).numbers - since
        return times.known - since

    def _get(self, tx: Tx, kind: Kind[T]) -> T:
        """A set as it is now."""
        end = self._before + len(self._changed)
        kept = self._kept.get(kind)
        if kept is None or end - kept.at > BEHIND:
            found = kind.build(tx)
            kept = self._kept[kind] = _Kept(found, end, kind.weigh(found))
            self._make_room()
        elif kept.at < end:
            numbers = BitMap(self._changed[max(kept.at - self._before, 0) :])
            kind.renew(tx, kept.found, numbers)
            kept.at, kept.bytes = end, kind.weigh(kept.found)
        self._kept.move_to_end(kind)
        made: T = kept.found
        return made

    def _make_room(self) -> None:
        while self.bytes() > self._memory and len(self._kept) > 1:
            self._kept.popitem(last=False)

    def _follow(self, tx: Tx, now: int) -> None:
        """Learns whose facts may have changed."""
        if self._looked is None or now - self._looked > SLEPT:
            self._begin(tx, now)
        self._looked = now
        try:
            rows = [row for tail in self._tails for row in tail.look(tx, now)]
        except Lost:
            self._begin(tx, now)
            return
        self._changed.extend(_numbers(tx, rows))
        over = len(self._changed) - 2 * BEHIND
        if over > 0:
            del self._changed[:over]
            self._before += over

    def _begin(self, tx: Tx, now: int) -> None:
        self._forget()
        for tail in self._tails:
            tail.start(tx, now)

    def _forget(self) -> None:
        self._kept.clear()


def _kinds(tx: Tx, leaf: Leaf) -> Sequence[Kind[Any]]:
    """The sets of which a condition is made."""
    if isinstance(leaf, Is):
        return [Holds(leaf.field, value) for value in audience.words_of(tx, leaf)]
    return [Timed(leaf.field) if isinstance(leaf, When) else Judged(leaf)]


def _numbers(tx: Tx, rows: Sequence[Row]) -> BitMap:
    """Members concerned by what was followed."""
    ids = sorted({row[key] for row in rows for key in ("member", "other") if row[key]})
    found = BitMap(row["no"] for row in rows if row["no"])
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        for query in ("numbers_touched", "numbers_kin"):
            found.update(row["no"] for row in tx.rows(query, members=part))
    return found
