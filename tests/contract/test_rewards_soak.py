"""The last ten of something, and red packets, while processes race and are killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from bot.community.runs import plan
from bot.core.clock import DAY, HOUR
from bot.store import (
    circling,
    coupons,
    merging,
    people,
    rewardbook,
)
from bot.store.engine import Row, Tx
from bot.store.entering import begin
from sandbox.rules import oa
from sandbox.rules import pay as books
from scheduler.activities import moment
from tests.contract import publishing
from tests.contract.conftest import Bench, PostgresBench, SqliteBench
from tests.contract.rushing import RUSH, ZONE, opened, pay, rules, rush, take_part
from tests.contract.test_flows import World
from tests.contract.test_packets import Till, till
from tests.contract.test_rewards import every, out, world
from tests.harness.closing import derived_anew

__all__ = ["till", "world"]
CONTEXT = multiprocessing.get_context("spawn")


def place(db: Bench) -> str:
    if isinstance(db, SqliteBench):
        return str(db.path)
    assert isinstance(db, PostgresBench)
    return db.url


def invite(world: World, n: int, codes: int) -> list[str]:
    """So many people of the circle, an activity that is open, and codes."""
    members = [f"r{k:03}" for k in range(n)]
    at = moment("2026-09-23 09:00", ZONE) or 0
    world.db.write(publishing.publish, "activity", "rush", {"rush.toml": RUSH}, "disk", world.now)

    def work(tx: Tx) -> None:
        for one in members:
            people.ensure_member(tx, one, world.now - 3 * DAY)
            circling.admit(tx, "tea", one, world.now, rule="staff", actor="lin")
        begin(tx, plan(rules(), at, ZONE), ZONE, world.now)
        coupons.add(tx, "rush", [f"C-{k:05}" for k in range(codes)], world.now, "lin")

    world.db.write(work)
    return members


def proven(world: World, members: list[str], codes: int, packets: int) -> None:
    """Each person has one row for each reward, and there are as many as there may be."""
    rows = [row for row in _all(world) if row["activity"] == "rush"]
    assert Counter((row["reward"], row["member"]) for row in rows) == {
        (one, who): 1 for one in ("cup", "code", "packet", "some") for who in members}  # fmt: skip
    live = Counter(row["reward"] for row in rows if row["state"] not in ("failed", "clawed"))
    assert live == {"cup": 10, "code": codes, "packet": packets, "some": len(members)}
    assert out(world, "rush", "cup")[0] == 10
    assert out(world, "rush", "packet") == (packets, packets * 188)
    held = world.db.look("SELECT holder FROM coupon WHERE holder <> ''")
    assert len({row["holder"] for row in held}) == len(held) == codes
    told = world.db.look("SELECT COUNT(*) AS n FROM event WHERE kind = 'granted'")
    assert told[0]["n"] == live.total()
    assert not list(world.db.read(lambda tx: list(rewardbook.unspoken(tx))))


def _all(world: World) -> list[Row]:
    return world.db.read(rewardbook.page, n=100_000)


def test_two_stores_never_give_more_than_there_is(world: World) -> None:
    """The small form: 40 people, two connections to one database."""
    members = invite(world, 40, 6)
    other = opened(place(world.db))

    async def both() -> None:
        await asyncio.gather(rush(world.db.store, members[::2], world.now + HOUR),
                             rush(other, members[1::2], world.now + HOUR))  # fmt: skip

    asyncio.run(both())
    other.close()
    proven(world, members, 6, 40)


@pytest.mark.soak
def test_two_processes_and_500_joins_on_the_last_ten(world: World) -> None:
    members = invite(world, 500, 100)
    there = place(world.db)
    made = [CONTEXT.Process(target=take_part, args=(there, members[k::2], world.now + HOUR, 250))
            for k in range(2)]  # fmt: skip
    for one in made:
        one.start()
    for one in made:
        one.join(120)
        assert one.exitcode == 0
    proven(world, members, 100, 40)
    before = [(row["id"], row["state"]) for row in every(world)]
    world.db.write(derived_anew, world.now)
    assert [(row["id"], row["state"]) for row in every(world)] == before
    proven(world, members, 100, 40)


def _killed(
    target: Callable[..., None], args: tuple[object, ...], chance: Random, least: float
) -> int:
    """Runs a process again and again, each time killed after a while, until one ends by itself;
    how often it was killed."""
    n = 0
    while True:
        process = CONTEXT.Process(target=target, args=args)
        process.start()
        process.join(least + chance.random() * least)
        if process.exitcode == 0:
            return n
        assert process.exitcode is None and process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        n, least = n + 1, least * 1.05


@pytest.mark.soak
def test_kills_at_random_lose_no_reward_and_double_none(world: World) -> None:
    members = invite(world, 300, 50)
    args = (place(world.db), members, world.now + HOUR, 3)
    kills = _killed(take_part, args, Random(5), 0.95)
    assert kills >= 3
    proven(world, members, 50, 40)
    print(f"killed {kills} times")  # noqa: T201


@pytest.mark.soak
def test_a_payer_that_is_killed_pays_each_packet_once(world: World, till: Till) -> None:
    members = invite(world, 60, 10)
    asyncio.run(rush(world.db.store, members, world.now + HOUR))
    world_of, db = till.sandbox.world, world.db
    for n, one in enumerate(members):
        oa.touch(world_of, f"o{n}", "subscribe")
        db.write(people.ensure_member, f"oa:o{n}", world.now)
        db.write(merging.merge, f"oa:o{n}", one, "staff", world.now, "lin")
    till.call("POST", "faults", on="api", kind="drop_after", path="sendredpack", n=6)
    till.call("POST", "faults", on="api", kind="slow", path="sendredpack", delay_ms=[5, 60])
    till.call("POST", "pay", code="SYSTEMERROR", n=5, on="sendredpack", done=True)
    chance, kills = Random(3), 0
    while any(row["state"] not in ("sent", "failed") for row in _packets(world)):
        ready = CONTEXT.Event()
        start = world.now + (2 + kills) * HOUR
        process = CONTEXT.Process(target=pay, args=(place(db), world_of.base, start, ready))
        process.start()
        assert ready.wait(60)
        process.join(0.05 + chance.random() * (0.4 + 0.15 * kills))  # a busy machine gets on, too
        assert process.exitcode is None and process.pid, "it ends only by a kill"
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        kills += 1
        assert kills < 40, Counter(row["state"] for row in _packets(world))
    paid = books.books(world_of)["packets"]
    states = Counter(row["state"] for row in _packets(world))
    assert states == {"sent": 40, "failed": 20}
    assert set(paid) == {row["paid_no"] for row in _packets(world) if row["state"] == "sent"}
    assert till.call("POST", "pay")["balance"] == 1_000_000 - 40 * 188
    calls = till.call("GET", "calls?path=sendredpack")
    print(f"killed {kills} times, {len(calls)} calls for {len(paid)} packets")  # noqa: T201


def _packets(world: World) -> list[Row]:
    return [row for row in _all(world) if row["reward"] == "packet"]
