"""The event log on both engines: told twice it is one event, and nothing of it is lost."""

from __future__ import annotations

from bot.core.event import Event, Happened
from bot.store import events, history
from tests.contract.conftest import Bench

NOW = 1_795_449_600_000


def added(n: int, at: int = NOW) -> Event:
    return Event(kind=Happened.ADDED, at=at, dedupe=f"added/wm{n}/lin.xi/{at}", member=f"wm{n}",
                 channel="contact", account="lin.xi", which="poster", data={"way": 1})  # fmt: skip


def test_what_is_told_twice_is_one_event(db: Bench) -> None:
    first = db.write(lambda tx: events.record(tx, [added(1), added(2)], NOW))
    again = db.write(lambda tx: events.record(tx, [added(2), added(3)], NOW + 5))
    assert [one.member for one in first] == ["wm1", "wm2"]
    assert [one.member for one in again] == ["wm3"]
    kept = db.write(lambda tx: list(history.each(tx)))
    assert [event for _, event in kept] == [added(1), added(2), added(3)]


def test_a_history_is_read_in_the_order_of_what_happened(db: Bench) -> None:
    late, early = added(1, NOW), added(1, NOW - 9)
    db.write(lambda tx: events.record(tx, [late, early], NOW))
    assert db.write(lambda tx: history.of(tx, ["wm1"], [Happened.ADDED])) == [early, late]
    assert db.write(lambda tx: history.of(tx, ["wm1"], [Happened.INBOUND])) == []
