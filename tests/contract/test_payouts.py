"""What staff settle and declare void stays so, whatever comes later, and each order is named."""

from __future__ import annotations

import pytest

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.commission import Standing
from bot.members.terms import Terms
from bot.store import (
    audit,
    breaking,
    circling,
    codes,
    events,
    payouts,
    people,
    projections,
    terms,
    tree,
    turns,
)
from bot.store.codes import Purpose
from bot.store.engine import Tx
from bot.store.payouts import Account
from bot.store.sql import Composed
from bot.store.tree import Advocate
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim_turns, hear, nothing_said, said

DUE = NOW + 20 * DAY


def event(kind: Happened, n: int, member: str, **more: object) -> Event:
    told = {"at": NOW + n * DAY, "dedupe": f"{kind.value}/{n}/{member}"} | more
    return Event(kind=kind, member=member, **told)  # type: ignore[arg-type]


def ordered(n: int, member: str, cents: int, **more: object) -> Event:
    return event(Happened.ORDERED, n, member, place=f"o{n}", amount=cents, which="茶叶", **more)


@pytest.fixture
def koc(db: Bench) -> Bench:
    """wm1 is a KOC and has brought wm2, who has ordered for 100.00 and for 50.00."""

    def begin(tx: Tx) -> None:
        terms.adopt(tx, Terms(rate=1_000), NOW)
        for member in ("wm1", "wm2", "wm3"):
            people.ensure_member(tx, member, NOW, f"名{member}")
        events.record(tx, [event(Happened.ROLE, 0, "wm1", which="koc", place="tea"),
                           event(Happened.ADDED, 0, "wm1", account="lin.xi")], NOW)  # fmt: skip
        code = codes.of(tx, ["wm1"])[0].code
        assert codes.make(tx, Purpose(owner="wm1", circle="tea"), NOW).code == code
        events.record(tx, [event(Happened.ADDED, 1, "wm2", account="lin.xi", which=code),
                           ordered(2, "wm2", 10_000), ordered(3, "wm2", 5_000)], NOW)  # fmt: skip

    db.write(begin)
    return db


def account(db: Bench, now: int, member: str = "wm1") -> Account:
    return db.read(payouts.account, member, now)


def refund(db: Bench, n: int, cents: int) -> None:
    back = event(Happened.REFUNDED, n + 10, "wm2", place=f"o{n}", amount=cents)
    db.write(events.record, [back], NOW)


def test_held_settled_taken_back(koc: Bench) -> None:
    assert koc.write(payouts.settle, "wm1", NOW + 5 * DAY, "wu") is None
    assert account(koc, NOW + 5 * DAY) == Account(
        inviter="wm1", invited=1, orders=2, base=15_000, earned=1_500, net=1_500, held=1_500
    )
    made = koc.write(payouts.settle, "wm1", DUE, "wu", "十一月")
    assert made is not None and (made.cents, made.orders) == (1_500, 2)
    assert koc.write(payouts.settle, "wm1", DUE + 1, "wu") is None
    refund(koc, 2, 4_000)
    stands = account(koc, DUE)
    assert (stands.net, stands.settled, stands.open) == (1_100, 1_500, -400)
    assert koc.write(payouts.settle, "wm1", DUE + 2, "wu") is None
    koc.write(events.record, [ordered(4, "wm2", 7_000)], NOW)
    later = koc.write(payouts.settle, "wm1", DUE + 3, "wu")
    assert later is not None and (later.cents, later.orders) == (300, 2)
    assert (account(koc, DUE + 4).open, account(koc, DUE + 4).settled) == (0, 1_800)
    told = koc.look("SELECT * FROM commission_act WHERE commission = 'o2' ORDER BY id")
    assert [(row["act"], row["cents"]) for row in told] == [("settle", 1_000), ("settle", -400)]
    trail = koc.read(audit.history, "koc", "wm1")
    assert [(row["event"], row["after"]) for row in trail] == [
        ("settle", "1500 / 2"), ("settle", "300 / 2")]  # fmt: skip


def test_what_is_void_stays_void(koc: Bench) -> None:
    assert koc.write(payouts.void, "o9", NOW, "wu", "错单") is None
    found = koc.write(payouts.void, "o2", NOW, "wu", "自买自卖")
    assert found is not None and found.balance.standing(DUE) is Standing.VOID
    assert koc.write(payouts.void, "o2", NOW, "wu", "又一次") is None
    made = koc.write(payouts.settle, "wm1", DUE, "wu")
    assert made is not None and (made.cents, made.orders) == (500, 1)
    koc.write(payouts.void, "o3", DUE, "wu", "退了没报")
    assert account(koc, DUE).open == -500
    koc.write(events.record, [ordered(2, "wm2", 20_000, dedupe="o2/2", data={"said": DUE})], NOW)
    assert account(koc, DUE).open == -500


def test_what_was_paid_stays_with_whom_it_was_paid_to(koc: Bench) -> None:
    """A code that comes to light later moves only orders that nobody has settled."""
    koc.write(payouts.void, "o3", NOW, "wu", "查过了")
    other = koc.write(codes.make, Purpose(owner="wm3"), NOW).code
    koc.write(events.record, [event(Happened.INVITED, 2, "wm2", which=other, at=NOW + DAY + 9)],
              NOW)  # fmt: skip
    whose = {row["id"]: row["inviter"] for row in koc.look("SELECT id, inviter FROM commission")}
    assert whose == {"o2": "wm3", "o3": "wm1"}
    before = koc.look("SELECT * FROM commission ORDER BY id")
    koc.write(projections.clear)
    koc.write(projections.again, ["wm1", "wm2", "wm3"])
    assert koc.look("SELECT * FROM commission ORDER BY id") == before
    koc.write(lambda tx: tx.run(Composed("UPDATE member SET person = 'wm3' WHERE id = 'wm1'")))
    koc.write(projections.again, ["wm3", "wm1"])
    assert {row["inviter"] for row in koc.look("SELECT inviter FROM commission")} == {"wm3"}
    assert koc.read(payouts.kocs) == ["wm3"]
    assert account(koc, DUE, "wm3").orders == 2


def test_a_code_is_named_in_words(koc: Bench) -> None:
    code = koc.read(codes.of, ["wm1"])[0].code
    at = NOW + 30 * DAY
    koc.write(events.record, [event(Happened.ADDED, 30, "wm3", account="lin.xi")], NOW)
    words = ["你好", f"我有邀请码 {code.lower()}", "邀请码 AAAAAA", "AACCDD"]
    hear(koc, *(said(n, at=at + n, peer="wm3", text=text) for n, text in enumerate(words)))
    for turn in claim_turns(koc, at + 9):
        koc.write(turns.finish, turn, nothing_said(), at + 9)
    assert koc.look("SELECT member, at, via, code, verdict FROM invite_claim WHERE at > ?", at) == [
        {"member": "wm3", "at": at + 1, "via": "invited", "code": code, "verdict": "taken"}
    ]
    assert koc.look("SELECT inviter FROM invite_edge WHERE member = 'wm3'") == [{"inviter": "wm1"}]


def test_who_carries_the_word(koc: Bench) -> None:
    told = [event(Happened.SHARED, n, "wm2", place="story") for n in (5, 6)]
    told += [event(Happened.FEEDBACK, n, "wm3", which="口味", amount=mood, data={"quote": "好喝"})
             for n, mood in ((7, 1), (8, -1), (9, 1))]  # fmt: skip
    told.append(event(Happened.UNNOTED, 10, "wm3", place="feedback/9/wm3"))
    koc.write(events.record, told, NOW)
    assert koc.read(tree.advocates, NOW, DUE) == [
        Advocate("wm2", "名wm2", 2, 0, 0), Advocate("wm1", "名wm1", 0, 0, 1),
        Advocate("wm3", "名wm3", 0, 1, 0)]  # fmt: skip
    assert koc.read(tree.advocates, NOW + 6 * DAY, DUE, 1) == [Advocate("wm2", "名wm2", 1, 0, 0)]


def test_whoever_came_by_a_code_was_brought_by_its_owner(koc: Bench) -> None:
    """The report on circles that are broken through knows the inviter by the code."""
    for member, circle, n in (("wm1", "tea", 2), ("wm2", "cups", 3)):
        koc.write(circling.admit, circle, member, NOW + n * DAY, rule="open", actor="x")
    found = koc.read(breaking.of, NOW, DUE)
    assert [(one.member, one.circle, one.inviter, one.of) for one in found] == [
        ("wm2", "cups", "wm1", "tea")]  # fmt: skip
