"""A leader of the tick that was deposed and does not know it yet."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.core.clock import ManualClock
from bot.core.config import load_config
from bot.core.watch import Seen
from bot.library.library import Library
from bot.store import leases
from bot.store.engine import Tx
from bot.store.leases import TICK, Alone
from scheduler.runner import STAND_BY, Runner
from tests.contract.conftest import NOW, Bench

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"


class Believer(Alone):
    """Believes that it leads; the database knows better."""

    process = "believer"

    def holds(self, tx: Tx, name: str) -> bool:
        return leases.holds(tx, name, self.process)


class Standby(Believer):
    def leads(self, name: str) -> bool:
        return False


async def runner_of(db: Bench, lead: leases.Lead) -> Runner:
    config, clock = load_config(BRAND / "config.toml"), ManualClock(NOW)
    library = Library(db.store, config, clock)
    await library.open()
    return Runner(db.store, library, config, clock, asyncio.Event(), lambda: None, lead)


def step(db: Bench, lead: leases.Lead) -> tuple[int | None, int]:
    """One step of a runner; what it returned, and how much is planned then."""

    async def run() -> int | None:
        return await (await runner_of(db, lead)).step(NOW)

    return asyncio.run(run()), len(db.look("SELECT id FROM due"))


def test_a_deposed_leader_writes_nothing(db: Bench) -> None:
    db.write(leases.take, TICK, "believer")
    db.write(leases.take, TICK, "other", Seen("believer", 1))
    assert step(db, Believer()) == (None, 0)


def test_the_leader_plans_and_whoever_stands_by_looks_again_soon(db: Bench) -> None:
    db.write(leases.take, TICK, "believer")
    assert step(db, Standby()) == (NOW + STAND_BY, 0)
    next_due, planned = step(db, Believer())
    assert planned and next_due is not None


def test_who_was_deposed_and_leads_again_at_once_plans_at_once(db: Bench) -> None:
    async def run() -> None:
        runner = await runner_of(db, Believer())
        await db.store.write(leases.take, TICK, "other", Seen("believer", 1))
        await runner.step(NOW)
        assert not db.look("SELECT id FROM due")
        seen = await db.store.read(leases.look, TICK)
        assert await db.store.write(leases.take, TICK, "believer", seen)
        await runner.step(NOW)

    db.write(leases.take, TICK, "believer")
    asyncio.run(run())
    assert db.look("SELECT id FROM due")
