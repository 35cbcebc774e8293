"""A task for many is ruled on a page of receivers at a time: no write is longer than a page, and
nobody gets more than the rules let him have in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from bot.core.clock import HOUR
from bot.core.model import Outbound
from bot.library.speech import Setting
from bot.store import consent, outbox, people, receivers, rulings
from bot.store.engine import Tx
from bot.store.outbox import Batch, Receiver
from scheduler import gate
from tests.contract.conftest import Bench
from tests.contract.making import task
from tests.contract.test_governor import LIN, OPEN, T, brand, leaves

__all__ = ["brand"]
ONE_A_DAY = replace(OPEN, day=1)
NIGHT = T + 14 * HOUR


def queue(tx: Tx, row: Outbound, members: Sequence[str]) -> int:
    made = outbox.enqueue(tx, row, row.send_at, [Receiver(one, one) for one in members])
    assert made is not None
    return made


def bulk(number: int = 1, at: int = T) -> Outbound:
    return task(number, at=at, origin="campaign:big:1", lane=f"t{number}",
                expires_at=at + 20 * HOUR)  # fmt: skip


def claim(db: Bench, setting: Setting, now: int = T) -> Batch:
    """As the sender of tasks does: one row at a time."""
    return leaves(db, setting, now, "bulk", 1)


def befriended(db: Bench, n: int) -> list[str]:
    members = [f"wm{number:04}" for number in range(n)]

    def meet(tx: Tx) -> None:
        for one in members:
            people.befriend(tx, one, LIN, T - 100 * HOUR)

    db.write(meet)
    return members


def got(db: Bench, id: int) -> list[str]:
    return [one["peer"] for one in db.read(receivers.of, id)]


def until_it_leaves(db: Bench, setting: Setting, now: int = T, most: int = 20) -> Iterator[Batch]:
    for _ in range(most):
        batch = claim(db, setting, now)
        yield batch
        if batch.rows or not batch.refused:
            return


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PAGE", 3)


def test_no_write_rules_on_more_than_a_page(db: Bench, brand: Setting) -> None:
    strangers = [f"wm{number:04}" for number in range(2 * gate.PAGE + 100)]
    id = db.write(queue, bulk(), strangers)
    left = []
    for _ in range(3):
        assert not claim(db, brand).rows
        left.append(len(got(db, id)))
    assert left == [gate.PAGE + 100, 100, 0]
    assert [(r["state"], r["note"]) for r in db.look("SELECT * FROM outbox")] == [
        ("cancelled", "unreachable")]  # fmt: skip
    assert not db.look("SELECT * FROM ruling")


def test_who_passed_counts_at_once_and_the_others_in_their_turn(
    db: Bench, brand: Setting, three: None
) -> None:
    rules = replace(brand, governing=ONE_A_DAY)
    members = befriended(db, 8)
    long = db.write(queue, bulk(1), members)
    assert not claim(db, rules).rows, "three of eight have passed"
    short = db.write(queue, replace(bulk(2), retry_at=T - 1), [members[0], members[7]])
    between = claim(db, rules)
    assert [row.id for row in between.rows] == [short], "the long one holds up nobody"
    assert got(db, short) == [members[7]], "the first has the long one already"
    *_, last = until_it_leaves(db, rules)
    assert [row.id for row in last.rows] == [long] and last.rows[0].attempts == 1
    assert got(db, long) == members[:7], "the last has the short one"


def test_it_goes_on_where_it_was_and_begins_anew_after_a_while(
    db: Bench, brand: Setting, three: None
) -> None:
    members = befriended(db, 7)
    id = db.write(queue, bulk(), members)
    claim(db, brand)
    claim(db, brand, T + 1)
    come = db.read(rulings.of, id)
    assert come is not None and (come.after, come.passed) == (members[5], 6)
    late = T + 1 + gate.STALE
    claim(db, brand, late)
    come = db.read(rulings.of, id)
    assert come is not None and (come.after, come.since) == (members[2], late)


def test_an_opt_out_between_two_pages_is_kept(db: Bench, brand: Setting, three: None) -> None:
    members = befriended(db, 5)
    id = db.write(queue, replace(bulk(), kind="promo"), members)
    claim(db, brand)
    db.write(consent.opt_out, members[0], T)
    *_, last = until_it_leaves(db, brand)
    assert last.rows and got(db, id) == members[1:]


def test_at_night_all_of_it_waits_and_nobody_is_taken_off(
    db: Bench, brand: Setting, three: None
) -> None:
    strict = replace(brand, governing=replace(OPEN, quiet_from="21:30", quiet_to="08:30"))
    members = befriended(db, 7)
    id = db.write(queue, bulk(at=NIGHT), members)
    for _ in range(3):
        assert not claim(db, strict, NIGHT).rows
    [row] = db.look("SELECT * FROM outbox")
    assert row["state"] == "ready" and row["retry_at"] > NIGHT + HOUR
    assert got(db, id) == members
    *_, last = until_it_leaves(db, strict, row["retry_at"])
    assert last.rows and got(db, id) == members


def test_where_some_may_have_it_at_night_the_others_do_not_wait(
    db: Bench, brand: Setting, three: None
) -> None:
    strict = replace(brand, governing=replace(OPEN, quiet_from="21:30", quiet_to="08:30"))
    members = befriended(db, 7)

    def abroad(tx: Tx) -> None:
        people.ensure_member(tx, members[6], T)
        tx.run("member_zone", id=members[6], zone="Europe/London")

    db.write(abroad)
    id = db.write(queue, bulk(at=NIGHT), members)
    *_, last = until_it_leaves(db, strict, NIGHT)
    assert last.rows and got(db, id) == [members[6]]
