"""Invitations in the database: what the room says equals what the whole world says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from random import Random

import pytest

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.invites import Verdict
from bot.store import codes, events, people, projections, tree
from bot.store.codes import Purpose
from bot.store.engine import Row, Store, Tx
from bot.store.sql import Composed
from tests.contract import inviting
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.inviting import World

CLAIMS = "SELECT event, member, at, via, code, inviter, verdict FROM invite_claim ORDER BY event"
EDGES = "SELECT member, inviter, at, code, event FROM invite_edge ORDER BY member"


CREDITS = "SELECT * FROM commission ORDER BY id"


def kept(db: Bench) -> tuple[list[Row], list[Row], list[Row]]:
    return db.look(CLAIMS), db.look(EDGES), db.look(CREDITS)


def tell(db: Bench, found: Sequence[Event], n: int = 1_000) -> None:
    for start in range(0, len(found), n):
        db.write(lambda tx, at=start: events.record(tx, found[at : at + n], NOW))


def merge(tx: Tx, made: World) -> None:
    for member, stays in made.person.items():
        if member != stays:
            tx.run(Composed("UPDATE member SET person = :person WHERE id = :id"), id=member,
                   person=stays)  # fmt: skip


def judged(made: World, rows: Iterable[Row]) -> tuple[dict[str, str], dict[str, str]]:
    """The verdicts in the database and those expected, by event."""
    _, said = inviting.expected(made)
    told = {event: verdict for each in said.values() for event, verdict in each.items()}
    return {row["event"]: row["verdict"] for row in rows}, told


@pytest.mark.parametrize("n", [300, pytest.param(5_000, marks=pytest.mark.soak)])
def test_a_world_comes_out_as_the_oracle_says(db: Bench, n: int) -> None:
    made = inviting.world(n, 7)
    db.write(inviting.settle, made)
    db.write(merge, made)
    tell(db, made.events)
    claims, edges, credits = kept(db)
    found, told = judged(made, claims)
    assert found == told
    assert {row["member"]: row["inviter"] for row in edges} == inviting.expected(made)[0]
    told_credits = inviting.commissions(made)
    assert {
        row["id"]: (row["inviter"], row["earned_cents"], row["net_cents"]) for row in credits
    } == told_credits
    assert sum(net for _, _, net in told_credits.values()) > 0
    assert set(found.values()) >= set(Verdict) - {Verdict.WAITING}
    forest(db, {row["member"]: row["inviter"] for row in edges if row["inviter"]})
    assert_forest({row["member"]: row["inviter"] for row in edges})


def forest(db: Bench, inviter: dict[str, str]) -> None:
    """What is shown of the largest tree equals a walk over all edges."""
    children: dict[str, list[str]] = {}
    for member, above in inviter.items():
        children.setdefault(above, []).append(member)
    deepest = max(inviter, key=lambda one: len(db.read(tree.above, one)))
    steps = db.read(tree.above, deepest)
    assert [step.member for step in steps] == [deepest, *(step.inviter for step in steps[:-1])]
    root = steps[-1].inviter
    bought = {
        row["member"]: int(row["n"])
        for row in db.look(
            "SELECT member, SUM(paid_cents - refunded_cents) AS n FROM purchase GROUP BY member"
        )
    }
    level, below, depth, cents = children[root], 0, 0, 0
    while level:
        below, depth = below + len(level), depth + 1
        cents += sum(bought.get(one, 0) for one in level)
        level = [child for one in level for child in children.get(one, ())]
    assert db.read(tree.size, root) == tree.Size(direct=len(children[root]), below=below,
                                                 depth=depth, cents=cents)  # fmt: skip
    assert cents
    first = db.read(tree.below, root, (-1, ""), 2)
    rest = db.read(tree.below, root, (first[-1].at, first[-1].member))
    assert {one.member for one in (*first, *rest)} == set(children[root])
    best = db.read(tree.top, 0, NOW * 2, 3)
    assert [one.invited for one in best] == sorted(map(len, children.values()))[::-1][:3]


def assert_forest(inviter: dict[str, str]) -> None:
    """Whoever goes up from anybody comes to an end, and meets nobody twice."""
    for member in inviter:
        met = [member]
        while above := inviter.get(met[-1]):
            assert above not in met
            met.append(above)


def test_order_repetition_and_later_merges_do_not_matter(db: Bench) -> None:
    made, rng = inviting.world(40, 1), Random(1)
    db.write(inviting.settle, made)
    order = [*made.events, *rng.choices(made.events, k=30)]
    rng.shuffle(order)
    tell(db, order, 7)
    db.write(merge, made)
    pairs = [[member, stays] for member, stays in made.person.items() if member != stays]
    for pair in pairs:
        db.write(projections.again, pair)
    first = kept(db)
    found, told = judged(made, first[0])
    assert found == told
    assert {row["id"] for row in first[2]} == inviting.commissions(made).keys()
    db.write(projections.clear)
    assert kept(db) == ([], [], [])
    ids = list(made.members)
    rng.shuffle(ids)
    for start in range(0, len(ids), 9):
        db.write(projections.again, ids[start : start + 9])
    assert kept(db) == first


@pytest.mark.soak
def test_two_processes_that_follow_side_by_side_come_to_the_same(
    pg: PostgresBench, other: Store
) -> None:
    made = inviting.world(60, 5)
    pg.write(inviting.settle, made)
    pg.write(merge, made)

    async def both() -> None:
        await asyncio.gather(*((pg.store, other)[i % 2].write(events.record, [event], NOW)
                               for i, event in enumerate(made.events)))  # fmt: skip

    asyncio.run(both())
    first = kept(pg)
    found, told = judged(made, first[0])
    assert found == told
    assert {row["member"]: row["inviter"] for row in first[1]} == inviting.expected(made)[0]
    pg.write(projections.clear)
    pg.write(projections.again, list(made.members))
    assert kept(pg) == first


def test_who_takes_somebody_into_a_group_is_told_and_invites_nobody(db: Bench) -> None:
    """Only a code makes an edge: the platform names as who took him in a colleague, never a
    member. Whoever is named there stands with his stay."""

    def work(tx: Tx) -> None:
        for member in ("wm1", "wm2"):
            people.ensure_member(tx, member, NOW)
        codes.make(tx, Purpose(owner="wm1"), NOW - 9 * DAY)
        events.record(tx, [
            Event(kind=Happened.JOINED, at=NOW, dedupe=f"join/{other}", member="wm2", place=place,
                  other=other, which=which)
            for place, other, which in (("wr1", "wm1", ""), ("wr2", "lin.xi", "poster.autumn"))
        ], NOW)  # fmt: skip

    db.write(work)
    assert (
        db.look("SELECT member FROM invite_edge") == db.look("SELECT event FROM invite_claim") == []
    )
    told = db.look("SELECT place, inviter, source FROM stay ORDER BY place")
    assert [tuple(row.values()) for row in told] == [
        ("wr1", "wm1", ""), ("wr2", "lin.xi", "poster.autumn")]  # fmt: skip
