"""Orders on both engines: to the cent, once, and the same however they were told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.library import ordersfile
from bot.members import kin
from bot.members.orders import Report, fold, news
from bot.store import events, orders, people, projections, purchases, value
from bot.store.engine import Row, Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench

TABLES = {
    "purchase": "id, member, beneficiary, at, category, amount_cents, paid_cents, refunded_cents, "
                "state, tracking, code, source, said_at",
    "worth": "member, orders, paid_cents, refunded_cents, net_cents, first_at, last_at",
    "buys_for": "member, beneficiary, how, category, since",
}  # fmt: skip


def paid(order: str, member: str, amount: int, at: int = NOW, **more: object) -> Report:
    return replace(Report(order=order, member=member, at=at, amount=amount, category="茶"), **more)  # type: ignore[arg-type]


def members(tx: Tx, *ids: str) -> None:
    for id in ids:
        people.ensure_member(tx, id, NOW)


def take(db: Bench, *reports: Report, now: int = NOW, create: bool = False) -> list[str]:
    taken = db.write(orders.take, list(reports), "csv", now, create=create)
    return [one.what for one in taken]


def ltv(db: Bench, member: str) -> int:
    return db.read(value.worth, [member])[member].ltv_cents


def rows(db: Bench) -> dict[str, list[Row]]:
    return {table: db.look(f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3, 4")
            for table, columns in TABLES.items()}  # fmt: skip


def cost(db: Bench, member: str, cents: int) -> None:
    """A file of members says what it cost to win him."""
    said = Event(kind=Happened.IMPORTED, at=NOW, member=member, dedupe=f"import/{member}/{cents}",
                 data={"id": member, "acquisition_cost": cents})  # fmt: skip
    db.write(lambda tx: events.record(tx, [said], NOW))


def mark(db: Bench, column: str, member: str, value: object) -> None:
    """As a merge leaves it."""
    db.write(lambda tx: tx.run(Composed(f"UPDATE member SET {column} = :value WHERE id = :id"),
                               id=member, value=value))  # fmt: skip


def test_the_articles_arithmetic_holds_to_the_cent(db: Bench) -> None:
    db.write(members, "wm1")
    cost(db, "wm1", 6_000)
    assert ltv(db, "wm1") == -6_000
    take(db, paid("o1", "wm1", 12_000))
    assert ltv(db, "wm1") == 6_000
    take(db, paid("o2", "wm1", 22_000, NOW + 90 * DAY), now=NOW + 90 * DAY)
    assert ltv(db, "wm1") == 28_000
    take(db, paid("o2", "wm1", 22_000, NOW + 90 * DAY, state="refunded"), now=NOW + 95 * DAY)
    assert ltv(db, "wm1") == 6_000


def test_what_is_taken_twice_counts_once(db: Bench) -> None:
    db.write(members, "wm1", "wm2")
    batch = [paid("o1", "wm1", 12_000, beneficiary="wm2"), paid("o2", "wm2", 500)]
    assert take(db, *batch) == ["new", "new"]
    before = rows(db)
    assert take(db, *batch, now=NOW + 5) == ["same", "same"]
    assert rows(db) == before
    assert take(db, replace(batch[0], member="wm2"), now=NOW + 9) == ["changed"]
    assert (ltv(db, "wm1"), ltv(db, "wm2")) == (0, 12_500)
    assert take(db, batch[0], now=NOW + 10) == ["changed"]
    assert (ltv(db, "wm1"), ltv(db, "wm2")) == (12_000, 500)


def test_a_stranger_buys_nothing_unless_he_is_made(db: Bench) -> None:
    assert take(db, paid("o1", "wm7", 100)) == ["strange"]
    assert db.look("SELECT COUNT(*) AS n FROM event")[0]["n"] == 0
    assert take(db, paid("o1", "wm7", 100), create=True) == ["new"]
    assert ltv(db, "wm7") == 100


def test_flows_hear_of_a_fresh_order_once(db: Bench) -> None:
    db.write(members, "wm1")
    take(db, paid("old", "wm1", 100, NOW - 30 * DAY), paid("o1", "wm1", 100))
    take(db, paid("o1", "wm1", 100, state="shipped"), now=NOW + 5)
    told = db.look("SELECT event, key, member, which FROM happening")
    assert told == [{"event": "order", "key": "o1", "member": "wm1", "which": "茶"}]


def history(prefix: str, random: Random, n: int = 60) -> list[Event]:
    """What was told of a few orders of a few people, as events."""
    told: dict[str, list[Event]] = {}
    for step in range(n):
        order = f"{prefix}o{random.randrange(9)}"
        report = paid(
            order, f"{prefix}{random.randrange(3)}", random.randrange(1, 9) * 100,
            NOW - random.randrange(9) * DAY, state=random.choice(["paid", "refunded", "cancelled"]),
            beneficiary=random.choice([None, f"{prefix}1"]),
        )  # fmt: skip
        told.setdefault(order, []).extend(
            news(report, fold(told.get(order, [])), "csv", NOW + step))  # fmt: skip
    links = [kin.link(f"{prefix}{a}", f"{prefix}{random.randrange(3)}", "gift", "", NOW + a, on=on)
             for a in range(3) for on in (True, a != 1)]  # fmt: skip
    return [*(one for events in told.values() for one in events), *links]


def test_rows_are_the_same_in_whatever_order_events_come_and_made_anew(db: Bench) -> None:
    for prefix in "xy":
        db.write(members, *(f"{prefix}{n}" for n in range(3)))
    straight, shuffled = history("x", Random(7)), history("y", Random(7))
    db.write(lambda tx: events.record(tx, straight, NOW))
    again = [*shuffled, *shuffled]
    Random(8).shuffle(again)
    for start in range(0, len(again), 7):
        part = again[start : start + 7]
        db.write(lambda tx, part=part: events.record(tx, part, NOW))
    found = rows(db)
    assert found["purchase"] and found["worth"] and found["buys_for"]
    for part in found.values():
        mine, other = ([row for row in part if str(row["member"]).startswith(p)] for p in "xy")
        assert mine == [{k: f"x{v[1:]}" if isinstance(v, str) and v.startswith("y") else v
                         for k, v in row.items()} for row in other]  # fmt: skip
    ids = [f"{prefix}{n}" for prefix in "xy" for n in range(3)]
    db.write(projections.again, ids)
    assert rows(db) == found
    db.write(projections.clear)
    assert rows(db) == {table: [] for table in TABLES}
    db.write(projections.again, ids)
    assert rows(db) == found


def test_who_is_one_person_has_one_worth(db: Bench) -> None:
    db.write(members, "wm1", "wm2", "wm3")
    take(db, paid("o1", "wm1", 12_000), paid("o2", "wm2", 500), paid("o3", "wm3", 7,
         beneficiary="wm1"))  # fmt: skip
    cost(db, "wm1", 1_000)
    mark(db, "person", "wm1", "wm2")
    db.write(projections.again, ["wm1", "wm2"])
    found = db.read(value.worth, ["wm1", "wm2", "wm3"])
    assert found["wm1"] == found["wm2"] and found["wm1"].ltv_cents == 12_500 - 1_000
    assert [row["id"] for row in db.read(purchases.of, "wm1")] == ["o2", "o1"]
    assert [row["id"] for row in db.read(purchases.used, "wm2")] == ["o3"]
    assert take(db, paid("o1", "wm1", 12_000), now=NOW + 5) == ["same"]
    mark(db, "person", "wm1", None)
    db.write(projections.again, ["wm1", "wm2"])
    assert (ltv(db, "wm1"), ltv(db, "wm2")) == (11_000, 500)


@pytest.mark.parametrize("name", ["all.csv", "all.jsonl"])
def test_all_orders_leave_as_a_file_that_says_the_same_when_it_comes_back(
    db: Bench, tmp_path: Path, name: str
) -> None:
    take(db, paid("o1", "wm1", 12_000, tracking="SF1", state="shipped", code="7K3MTD"),
         paid("o2", "wm1", 5_000, beneficiary="wm2", refunded=1_005),
         paid("o3", "wm2", 99, state="cancelled"), paid("o4", "wm2", 800, state="refunded"),
         create=True)  # fmt: skip
    before = rows(db)
    assert db.read(lambda tx: ordersfile.write(tmp_path / name, purchases.everything(tx),
                                               "Asia/Shanghai")) == 4  # fmt: skip
    found = ordersfile.scan(tmp_path / name, "Asia/Shanghai")
    (part,) = ordersfile.pages(tmp_path / name, "Asia/Shanghai", found.orders)
    assert [(one.order, one.refunded) for one in part][1] == ("o2", 1_005)
    assert take(db, *part, now=NOW + DAY) == ["same"] * 4
    assert rows(db) == before
