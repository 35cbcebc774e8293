"""What a scope is worth: cohorts, groups of buyers, buying again; the rows behind a number add up to
it, and equal a plain reckoning over the events."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from statistics import median_low

from bot.core.audience import Everybody, Is
from bot.core.clock import DAY, local
from bot.core.event import Happened
from bot.core.rfm import Thresholds
from bot.members.lives import DAYS
from bot.members.orders import Report
from bot.store import history, lives, orders, people, projections
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench

ZONE, LIMITS = "Asia/Shanghai", Thresholds(recent=60 * DAY, often=2, much=20_000)


def settle(tx: Tx, random: Random, n: int = 40) -> None:
    """Members who came within a year, what it cost, and what they bought and gave back."""
    for number in range(n):
        member, came = f"wm{number:02}", NOW - random.randrange(1, 360) * DAY
        people.ensure_member(tx, member, came)
        if number % 4:
            people.befriend(tx, member, random.choice(["lin.xi", "gu.an"]), came)
        tx.run(Composed("UPDATE member SET acquisition_cost = :cost WHERE id = :id"), id=member,
               cost=random.choice([None, 6_000]))  # fmt: skip
    told = [
        Report(order=f"o{number}", member=f"wm{random.randrange(n):02}",
               at=NOW - random.randrange(360 * 24) * DAY // 24, amount=random.randrange(1, 30_000),
               category="茶", state=random.choice(["paid", "paid", "paid", "refunded", "cancelled"]))
        for number in range(90)
    ]  # fmt: skip
    orders.take(tx, told, "csv", NOW)


def wipe(tx: Tx) -> None:
    """Two are found to be one."""
    tx.run(Composed("UPDATE member SET person = 'wm01' WHERE id = 'wm02'"))
    projections.again(tx, ["wm01", "wm02"])


def reckoned(db: Bench) -> dict[str, int]:
    """The same over the raw events, in another way: kept cents of everybody, less the costs."""
    kept: Counter[str] = Counter()
    back: Counter[str] = Counter()
    off: set[str] = set()
    for _, event in db.read(lambda tx: list(history.each(tx))):
        if event.kind is Happened.ORDERED:
            kept[event.place] = event.amount
        back[event.place] += event.amount if event.kind is Happened.REFUNDED else 0
        off |= {event.place} if event.kind is Happened.CALLED_OFF else set()
    cost = db.look("SELECT SUM(acquisition_cost) AS n FROM member")[0]["n"]
    net = sum(cents - back[id] for id, cents in kept.items() if id not in off)
    held = [id for id, cents in kept.items() if id not in off and cents > back[id]]
    return {"ltv": net - int(cost), "orders": len(held)}


def test_numbers_equal_the_events_and_the_rows_behind_them(db: Bench) -> None:
    db.write(settle, Random(5))
    db.write(wipe)
    found = db.read(lives.numbers, Everybody(), NOW, ZONE, LIMITS)
    plain = reckoned(db)
    assert (found.ltv_cents, found.orders) == (plain["ltv"], plain["orders"])
    assert found.members == 39 == sum(one.members for one in found.cohorts.values())
    assert sum(found.groups.values()) == found.buyers > found.again > 0

    def rows(**wanted: str) -> list[lives.Life]:
        made: list[lives.Life] = []
        while part := db.read(lives.behind, Everybody(), wanted, NOW, ZONE, LIMITS,
                              made[-1].place if made else "", 7):  # fmt: skip
            made += part
        return made

    everybody = rows()
    assert sum(one.ltv_cents for one in everybody) == found.ltv_cents
    assert len({one.member for one in everybody}) == len(everybody) == found.members
    assert len(rows(buyers="1")) == found.buyers
    assert len(rows(buyers="2")) == found.again
    for group, n in found.groups.items():
        assert len(rows(group=group)) == n
    for month, cohort in found.cohorts.items():
        mine = rows(month=month)
        assert {f"{local(one.came_at, ZONE):%Y-%m}" for one in mine} == {month}
        assert len(mine) == cohort.members
        assert cohort.ltv_cents == {
            days: sum(cents for one in mine for at, cents in one.orders
                      if at - one.came_at < days * DAY) - cohort.cost_cents for days in DAYS}  # fmt: skip
    gaps = defaultdict[str, list[int]](list)
    for one in everybody:
        gaps["all"] += [(b - a) // DAY for (a, _), (b, _) in
                        zip(one.orders, one.orders[1:], strict=False)]  # fmt: skip
    assert found.interval == median_low(gaps["all"])


def test_a_scope_is_an_audience_and_a_person_is_in_it_once(db: Bench) -> None:
    db.write(settle, Random(6))
    db.write(wipe)
    parts = [db.read(lives.numbers, Is("account", (name,)), NOW, ZONE, LIMITS)
             for name in ("lin.xi", "gu.an")]  # fmt: skip
    both = db.read(lives.numbers, Is("account", ("lin.xi", "gu.an")), NOW, ZONE, LIMITS)
    twice = {one.member for one in db.read(lambda tx: list(
        lives.each(tx, Is("account", ("lin.xi",)), NOW)))} & {one.member for one in db.read(
            lambda tx: list(lives.each(tx, Is("account", ("gu.an",)), NOW)))}  # fmt: skip
    assert sum(one.members for one in parts) - len(twice) == both.members == 29
    assert both.members < db.read(lives.numbers, Everybody(), NOW, ZONE, LIMITS).members
