"""Leases on both engines: one holder, taken over from the dead, never from the living."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.core.clock import ManualClock
from bot.core.errors import StaleLease
from bot.core.watch import BEAT, BELIEF, GONE, Seen
from bot.pipeline.pulse import Pulse
from bot.store import leases, outbox, turns
from bot.store.engine import Store, Tx
from bot.store.leases import PROCESS, TICK, Alone, mark
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.making import (
    LEASE,
    WINDOW,
    answer,
    claim_turns,
    hear,
    listen,
    nothing_said,
    said,
    task,
)
from tests.contract.making import queue as enqueue


def held(db: Bench) -> dict[str, str]:
    return {r["name"]: r["holder"] for r in db.look("SELECT name, holder FROM lease")}


def test_a_free_lease_is_given_once(db: Bench) -> None:
    assert db.write(leases.take, TICK, "a")
    assert not db.write(leases.take, TICK, "b")
    assert not db.write(leases.take, TICK, "a")
    assert held(db) == {TICK: "a"}


def test_a_lease_is_taken_over_only_at_the_beat_at_which_it_stood_still(db: Bench) -> None:
    db.write(leases.take, TICK, "a")
    seen = db.write(leases.beat, "b")[TICK]
    db.write(leases.beat, "a")
    assert not db.write(leases.take, TICK, "b", seen), "it lives"
    assert not db.write(leases.take, TICK, "b", Seen("c", 2)), "it is another's"
    assert db.write(leases.take, TICK, "b", Seen("a", 2))
    assert not db.write(leases.take, TICK, "c", Seen("a", 2)), "of two takers one gets it"
    assert held(db) == {TICK: "b"}


def test_a_beat_renews_what_is_ones_own_and_shows_everything(db: Bench) -> None:
    db.write(leases.take, TICK, "a")
    db.write(leases.take, "robot/x", "b")
    assert db.write(leases.beat, "a") == {TICK: Seen("a", 2), "robot/x": Seen("b", 1)}


def test_whoever_was_deposed_does_not_hold_it_inside_a_transaction(db: Bench) -> None:
    db.write(leases.take, TICK, "a")
    assert db.write(leases.holds, TICK, "a")
    db.write(leases.take, TICK, "b", Seen("a", 1))
    assert not db.write(leases.holds, TICK, "a")
    assert db.write(leases.holds, TICK, "b")


def test_a_clean_end_frees_at_once(db: Bench) -> None:
    for name in (TICK, "library", PROCESS + "a"):
        db.write(leases.take, name, "a")
    db.write(leases.release, "a", [TICK])
    assert db.write(leases.take, TICK, "b")
    db.write(leases.release, "a", [TICK])
    assert held(db)[TICK] == "b", "nobody gives up what is another's"
    db.write(leases.release_all, "a")
    assert held(db) == {TICK: "b"}


def test_the_turns_of_a_dead_process_are_due_at_once_and_the_others_stay(db: Bench) -> None:
    hear(db, said(1), said(2, peer="wm2"))
    [dead] = claim_turns(db, lease=mark("dead"), n=1)
    [alive] = claim_turns(db, lease=mark("alive"), n=1)
    db.write(leases.take, PROCESS + "dead", "dead")
    assert db.write(leases.bury, Seen("dead", 1), NOW + 7)
    [again] = claim_turns(db, NOW + 7, mark("other"))
    assert again.conversation.id == dead.conversation.id
    db.write(turns.finish, alive, nothing_said(), NOW + 8)
    with pytest.raises(StaleLease):
        db.write(turns.finish, dead, nothing_said(), NOW + 8)


def test_the_calls_of_a_dead_process_are_judged_at_once(db: Bench) -> None:
    """What the platform recognises is repeated; what must not be repeated is unsure."""
    listen(db)
    [kf, bulk] = enqueue(db, answer(), task())
    [other] = enqueue(db, task(2, lane="x"))
    for pool, process, n in (("reply", "dead", 1), ("bulk", "dead", 1), ("bulk", "alive", 1)):
        db.write(outbox.claim, pool, NOW, mark(process), NOW + LEASE, n, WINDOW)
    db.write(leases.take, PROCESS + "dead", "dead")
    db.write(leases.bury, Seen("dead", 1), NOW + 7)
    assert db.states("outbox") == {kf: "ready", bulk: "unsure", other: "sending"}
    assert [r["actor"] for r in db.look("SELECT actor FROM audit WHERE event = 'unsure'")] == [
        "recover"
    ]


def test_a_process_is_buried_once_and_not_while_it_beats(db: Bench) -> None:
    db.write(leases.take, PROCESS + "a", "a")
    db.write(leases.beat, "a")
    assert not db.write(leases.bury, Seen("a", 1), NOW)
    assert db.write(leases.bury, Seen("a", 2), NOW)
    assert not db.write(leases.bury, Seen("a", 2), NOW)


def test_alone_one_leads_everything_and_its_leases_name_it() -> None:
    lead = Alone()
    assert lead.alive and lead.leads(TICK) and lead.mark() != lead.mark()
    assert lead.mark().startswith(f"{lead.process}/")


# ---- pulses: each process has a steady clock of its own ----------------------------------------


class Steady:
    """One steady clock for all, with an offset for each process: they are never compared."""

    def __init__(self) -> None:
        self.now = 0

    def of(self, offset: int) -> Callable[[], int]:
        return lambda: self.now + offset


class Crowd:
    """Processes on one database that beat when they are told to."""

    def __init__(self, db: Bench) -> None:
        self._db, self.steady = db, Steady()
        self.settled: list[str] = []
        self.rung: list[str] = []
        self.members: dict[str, Pulse] = {}

    def join(self, name: str, *wanted: str) -> Pulse:
        pulse = Pulse(self._db.store, ManualClock(NOW), lambda: self.settled.append(name),
                      self.steady.of(len(self.members) * 1_000_000))  # fmt: skip
        self.members[name] = pulse
        ring = {lease: lambda lease=lease: self.rung.append(f"{name} {lease}") for lease in wanted}
        asyncio.run(self._renewed(pulse, lambda: pulse.want(ring)))
        return pulse

    def live(self, ms: int, *names: str) -> None:
        """Time passes; only these beat."""
        for _ in range(ms // BEAT):
            self.steady.now += BEAT
            for name in names:
                pulse = self.members[name]
                asyncio.run(self._renewed(pulse, pulse.beat))

    @staticmethod
    async def _renewed(pulse: Pulse, work: Callable[[], Awaitable[Any]]) -> None:
        pulse._beating = asyncio.Lock()  # each beat has a loop of its own here
        await work()


@pytest.fixture
def crowd(db: Bench) -> Crowd:
    return Crowd(db)


def test_one_leads_and_the_other_follows_when_it_dies(crowd: Crowd) -> None:
    first, second = crowd.join("first", TICK), crowd.join("second", TICK)
    crowd.live(3 * GONE, "first", "second")
    assert first.leads(TICK) and not second.leads(TICK)
    crowd.live(GONE - BEAT, "second")
    assert not first.leads(TICK) and not second.leads(TICK), "nobody leads for a moment"
    crowd.live(2 * BEAT, "second")
    assert second.leads(TICK)
    assert crowd.rung == ["first tick", "second tick"]
    assert crowd.settled == ["second"]


def test_a_leader_that_cannot_renew_stops_believing_before_it_is_deposed(crowd: Crowd) -> None:
    first, second = crowd.join("first", TICK), crowd.join("second", TICK)
    crowd.live(BELIEF - BEAT, "second")
    assert first.leads(TICK) and first.alive
    crowd.live(BEAT, "second")
    assert not first.leads(TICK) and not first.alive
    assert not second.leads(TICK)
    crowd.live(BEAT, "first", "second")
    assert first.leads(TICK), "it only was slow"


def test_a_sleeper_wakes_up_deposed_and_may_lead_again_later(
    crowd: Crowd, store: Store, db: Bench
) -> None:
    first, second = crowd.join("first", TICK), crowd.join("second", TICK)
    crowd.live(GONE + 2 * BEAT, "second")
    assert second.leads(TICK)
    assert not db.write(first.holds, TICK)
    before, name = first.mark(), first.process
    assert not first.owns(before), "it does not know yet, and begins nothing all the same"
    crowd.live(BEAT, "first", "second")
    assert not first.leads(TICK) and first.alive
    assert first.process != name and first.owns(first.mark())
    assert not first.owns(before), "what it had claimed before was settled by others"
    assert held(db)[PROCESS + first.process] == first.process, "it is among the living again"
    crowd.live(GONE + 2 * BEAT, "first")
    assert first.leads(TICK)


def test_when_the_database_was_away_nobody_is_taken_for_dead(crowd: Crowd) -> None:
    first = crowd.join("first", TICK)
    crowd.join("second", TICK)
    crowd.live(10 * GONE)
    crowd.live(BEAT, "second")
    crowd.live(3 * BEAT, "first", "second")
    assert first.leads(TICK)
    assert crowd.settled == []


def test_whoever_resigns_or_closes_is_replaced_at_the_next_beat(crowd: Crowd, db: Bench) -> None:
    first, second = crowd.join("first", TICK), crowd.join("second", TICK)
    asyncio.run(crowd._renewed(first, lambda: first.resign(TICK)))
    assert not first.leads(TICK) and first.alive
    crowd.live(BEAT, "first", "second")
    assert second.leads(TICK)
    asyncio.run(crowd._renewed(second, second.close))
    assert held(db) == {PROCESS + first.process: first.process}


# ---- PostgreSQL: nobody waits for a lease ------------------------------------------------------


def test_a_lease_that_is_used_at_this_moment_is_renewed_but_not_taken_over(
    pg: PostgresBench,
) -> None:
    """The tick of a leader may take long; its beats go on, and whoever wants the lease goes on."""
    from bot.store.postgres import PostgresStore

    beats = PostgresStore(pg.url, readers=1)
    pg.write(leases.take, TICK, "a")

    def long_tick(tx: Tx) -> list[Any]:
        assert leases.holds(tx, TICK, "a")
        return [asyncio.run(beats.write(leases.take, TICK, "b", Seen("a", 1))),
                asyncio.run(beats.write(leases.beat, "a"))[TICK],
                asyncio.run(beats.write(leases.take, TICK, "b", Seen("a", 2)))]  # fmt: skip

    try:
        assert pg.write(long_tick) == [False, Seen("a", 2), False]
        assert asyncio.run(beats.write(leases.take, TICK, "b", Seen("a", 2)))
    finally:
        beats.close()


def test_rows_that_a_sleeper_still_locks_hold_up_nobody(pg: PostgresBench) -> None:
    from bot.store.pgline import connect

    hear(pg, said(1))
    claim_turns(pg, lease=mark("dead"))
    pg.write(leases.take, PROCESS + "dead", "dead")
    with connect(pg.url) as sleeper:
        sleeper.execute("BEGIN")
        sleeper.execute("SELECT 1 FROM conversation FOR UPDATE")
        assert pg.write(leases.bury, Seen("dead", 1), NOW)
        sleeper.execute("ROLLBACK")
    [row] = pg.look("SELECT lease FROM conversation")
    assert row["lease"].startswith("dead/"), "left to the end of its own lease"


def test_a_call_of_before_a_sleep_is_not_begun_after_it(db: Bench) -> None:
    """The row was judged meanwhile; whoever wakes up must not send it as well."""
    crowd = Crowd(db)
    sleeper = crowd.join("sleeper")
    crowd.join("other")
    listen(db)
    [id] = enqueue(db, answer())
    [row] = db.write(outbox.claim, "reply", NOW, sleeper.mark(), NOW + LEASE, 1, WINDOW).rows
    assert sleeper.owns(row.lease or "")
    crowd.live(GONE + 2 * BEAT, "other")
    crowd.live(BEAT, "sleeper")
    assert sleeper.alive and not sleeper.owns(row.lease or "")
    assert db.states("outbox") == {id: "ready"}
    assert not db.write(outbox.put_back, row, NOW, NOW, "asleep"), "it is not its own any more"
