"""Journeys on both engines: they follow the log, by whatever door and in whatever order."""

from __future__ import annotations

from random import Random

from bot.core.event import Event, Happened
from bot.core.stages import Stage
from bot.members.journey import Signs
from bot.members.orders import Report
from bot.store import categories, events, journeys, learning, orders, people, projections
from bot.store.engine import Row
from tests.contract.conftest import NOW, Bench

SIGNS = Signs(content=("promos/*",), tags=("爱茶",))
CATEGORY = {"name": "茶", "dear": 1, "seldom": 0, "signs": SIGNS}


def settle(db: Bench, *members: str) -> None:
    for member in members:
        db.write(people.ensure_member, member, NOW)
    assert db.write(categories.settle, [CATEGORY])
    assert not db.write(categories.settle, [CATEGORY])


def record(db: Bench, *told: Event) -> None:
    db.write(lambda tx: events.record(tx, told, NOW))


def look(db: Bench) -> None:
    while db.write(learning.look, NOW + learning.LAG):
        pass


def event(kind: Happened, member: str, at: int, which: str = "", place: str = "") -> Event:
    return Event(kind=kind, at=NOW + at, member=member, which=which, place=place,
                 dedupe=f"{kind}/{member}/{which}/{place}/{at}")  # fmt: skip


def rows(db: Bench) -> list[Row]:
    return db.look("SELECT member, category, no, stage, was, at, event, latest FROM journey"
                   " ORDER BY member, category, no")  # fmt: skip


def test_messages_tags_and_orders_move_people(db: Bench) -> None:
    settle(db, "wm1", "wm2")
    record(db, event(Happened.OUTBOUND, "wm1", 1, "promo", "promos/a"),
           event(Happened.OUTBOUND, "wm1", 2, "promo", "promos/b"),
           event(Happened.OUTBOUND, "wm2", 3, "reply", "replies/a"))  # fmt: skip
    db.write(learning.look, NOW + learning.LAG - 1)
    assert rows(db) == [], "what came in this very moment is looked at later"
    look(db)
    assert [(row["member"], row["stage"], row["at"]) for row in rows(db)] == [
        ("wm1", "received", NOW + 1)]  # fmt: skip
    record(db, event(Happened.OUTBOUND, "wm1", 0, "promo", "promos/c"))
    look(db)
    assert [row["at"] for row in rows(db)] == [NOW], "what came earlier and late is the beginning"
    bought = Report(order="o1", member="wm1", at=NOW + 5, amount=100, category="茶")
    db.write(orders.take, [bought], "csv", NOW + 5)
    record(db, event(Happened.TAGGED, "wm2", 7, "爱茶"))
    assert db.read(journeys.funnel) == {"茶": {Stage.BOUGHT: 1, Stage.PREFERRED: 1}}
    assert [row["member"] for row in db.read(journeys.at, "茶", Stage.BOUGHT)] == ["wm1"]
    moved = Report(order="o1", member="wm2", at=NOW + 5, amount=100, category="茶")
    db.write(orders.take, [moved], "csv", NOW + 9)
    assert db.read(journeys.funnel) == {"茶": {Stage.RECEIVED: 1, Stage.BOUGHT: 1}}


def test_shuffled_and_told_twice_or_made_anew_it_is_the_same(db: Bench) -> None:
    ids = [f"{prefix}{n}" for prefix in "xy" for n in range(3)]
    settle(db, *ids)
    random, told = Random(3), []
    kinds = [(Happened.OUTBOUND, "", "promos/a"), (Happened.TAGGED, "爱茶", ""),
             (Happened.UNTAGGED, "爱茶", ""), (Happened.SHARED, "茶", ""),
             (Happened.ORDERED, "茶", "o1"), (Happened.ORDERED, "茶", "o2"),
             (Happened.REFUNDED, "茶", "o1")]  # fmt: skip
    for at in range(40):
        kind, which, place = random.choice(kinds)
        told.append((kind, random.randrange(3), at, which, place))
    for prefix in "xy":
        made = [event(kind, f"{prefix}{n}", at, which, f"{place}{prefix}{n}" if place[:1] == "o"
                      else place) for kind, n, at, which, place in told]  # fmt: skip
        if prefix == "y":
            made += made
            random.shuffle(made)
        for start in range(0, len(made), 5):
            record(db, *made[start : start + 5])
            if start % 15 == 0:
                look(db)
    look(db)
    found = rows(db)
    mine, other = ([row for row in found if row["member"].startswith(p)] for p in "xy")
    assert len(mine) > 5
    assert [{**row, "member": row["member"][1:], "event": ""} for row in mine] == [
        {**row, "member": row["member"][1:], "event": ""} for row in other]  # fmt: skip
    db.write(projections.clear)
    assert rows(db) == []
    db.write(projections.again, ids)
    assert rows(db) == found
    assert sorted(db.read(journeys.people)) == ids
