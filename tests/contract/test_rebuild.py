"""Everything derived from the log is derived anew and is the same: in pages, and from nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from bot.core.clock import DAY
from bot.core.event import NOBODY, Event, Happened
from bot.store import communityterms, events, history, people, projections, rebuild
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench
from tests.contract.lives import MAKE, lives
from tests.harness.closing import derived_anew
from tests.unit.community import test_standing as standings

MEMBERS = 12
Table = Counter[tuple[tuple[str, Any], ...]]


class Tally:
    """A room of the test's own: how much happened to whom."""

    KINDS = frozenset(MAKE)
    TABLES: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self.pages: list[Sequence[str]] = []

    def follow(self, tx: Tx, told: Sequence[Event]) -> None:
        self._derive(tx, [one.member for one in told])

    def again(self, tx: Tx, members: Sequence[str]) -> None:
        self.pages.append(members)
        self._derive(tx, members)

    def _derive(self, tx: Tx, members: Sequence[str]) -> None:
        for who in members:
            self.found[who] = len(history.of(tx, [who], self.KINDS))

    def clear(self, tx: Tx) -> None:
        self.found.clear()


def tables(db: Bench) -> dict[str, Table]:
    """What stands in the rooms' tables, whatever numbers the rows have."""
    names = [table for room in projections.ROOMS for table in room.TABLES]
    return {name: Counter(tuple((column, value) for column, value in row.items() if column != "id")
                          for row in db.look(f"SELECT * FROM {name}"))
            for name in names}  # fmt: skip


def rules(db: Bench) -> None:
    """Two versions, of which the second one asks for more and lets points fade."""
    fades = '[decay]\nidle = "3d"\nevery = "5d"\npercent = 20\n'
    for n, (source, days) in enumerate(((standings.RULES, -9), (standings.RULES + fades, 30)), 1):
        db.write(communityterms.serve, "tea", n, source, NOW + days * DAY)


def tell(db: Bench, told: Sequence[Event], at_once: int = 7) -> None:
    for n in range(MEMBERS):
        db.write(people.ensure_member, f"wm{n:02}", NOW)
    for start in range(0, len(told), at_once):
        part = told[start : start + at_once]
        db.write(lambda tx, part=part: events.record(tx, part, NOW))


def pages(db: Bench, n: int) -> int:
    db.write(rebuild.begin, NOW, "lin")
    after, size, done = "", n, 0
    while size:
        after, size = db.write(rebuild.page, after, n)
        done += size
    return done


@pytest.mark.parametrize("seed", range(2))
def test_derived_anew_everything_is_the_same(db: Bench, monkeypatch: Any, seed: int) -> None:
    tally = Tally()
    monkeypatch.setattr(projections, "ROOMS", (*projections.ROOMS, tally))
    told = lives(Random(seed), 150, MEMBERS)
    rules(db)
    tell(db, told)
    before, counted = tables(db), dict(tally.found)
    assert pages(db, 5) == len(counted) == MEMBERS
    assert tables(db) == before and tally.found == {NOBODY: 0, **counted}
    db.write(derived_anew, NOW)
    assert tables(db) == before and tally.found == {NOBODY: 0, **counted}


def test_in_whatever_order_it_comes_it_is_the_same(db: Bench, monkeypatch: Any) -> None:
    tally = Tally()
    monkeypatch.setattr(projections, "ROOMS", (*projections.ROOMS, tally))
    rng = Random(9)
    told = lives(rng, 150, MEMBERS)
    rules(db)
    tell(db, told)
    before, counted = tables(db), dict(tally.found)
    db.write(lambda tx: (projections.clear(tx), tx.run(Composed("DELETE FROM event"))))
    assert not any(tables(db).values()) and not tally.found
    rng.shuffle(told)
    tell(db, told, at_once=40)
    assert tables(db) == before and tally.found == counted


def test_a_page_holds_persons_with_all_their_ids(db: Bench, monkeypatch: Any) -> None:
    tally = Tally()
    monkeypatch.setattr(projections, "ROOMS", (tally,))
    added = [Event(kind=Happened.ADDED, at=NOW, dedupe=f"a{n}", member=f"wm{n:02}", account="a")
             for n in range(4)]  # fmt: skip
    tell(db, added)
    same = "UPDATE member SET person = 'wm00' WHERE id = 'wm03'"
    db.write(lambda tx: tx.run(Composed(same)))
    assert pages(db, 2) == 4
    assert tally.pages == [[NOBODY], ["wm00", "wm03", "wm01"], ["wm02", "wm00", "wm03"]]
    [row] = db.look("SELECT actor, event FROM audit WHERE subject = 'events:all'")
    assert row == {"actor": "lin", "event": "rebuild"}
