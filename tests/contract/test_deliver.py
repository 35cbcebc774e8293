"""The worker that sends: fates reach the disk together, and one that cannot takes nobody down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from bot.core.clock import SECOND, ManualClock
from bot.core.config import load_config
from bot.core.model import Outbound, Outcome, Sent
from bot.pipeline.deliver import Deliver
from bot.pipeline.loop import Bells
from bot.store.engine import StoreFailed
from tests.contract.conftest import NOW, Bench
from tests.contract.making import Open, answer, listen, queue
from tests.scenario.house import BRAND

LONE = "\ud800"  # half a character: no database stores it


class Platform:
    """The far end: takes everything, under names that a test may choose."""

    def __init__(self, **names: str) -> None:
        self.calls: list[str] = []
        self._names = names

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        self.calls.append(row.peer)
        return Sent(self._names.get(row.peer, f"m.{row.peer}"))


class Shaky:
    """A store whose writes fail while ``down``."""

    def __init__(self, db: Bench) -> None:
        self._store, self.down, self.writes = db.store, False, 0
        self.read = db.store.read

    async def write(self, fn: Callable[..., Any], *a: Any, **k: Any) -> Any:
        self.writes += 1
        if self.down:
            raise StoreFailed("no room on the disk")
        return await self._store.write(fn, *a, **k)


def played(
    db: Bench, play: Callable[[Deliver, Shaky, ManualClock], Awaitable[None]], **names: str
) -> Platform:  # fmt: skip
    """Three customers wait for an answer each; ``play`` moves the worker."""
    peers = ("wm1", "wm2", "wm3")
    for peer in peers:
        listen(db, peer)
    queue(db, *(answer(peer=peer) for peer in peers))
    platform = Platform(**names)

    async def run() -> None:
        store, clock = Shaky(db), ManualClock(NOW)
        config = load_config(BRAND / "config.toml")
        async with asyncio.timeout(60):
            await play(Deliver("reply", store, platform, config, clock, Bells(), Open()),  # type: ignore[arg-type]
                       store, clock)  # fmt: skip

    asyncio.run(run())
    return platform


def test_fates_and_the_next_claim_are_one_transaction(db: Bench) -> None:
    async def play(worker: Deliver, store: Shaky, clock: ManualClock) -> None:
        assert await worker.step(NOW) == NOW
        await worker.slots.drain(30)
        assert not worker.idle, "the fates are not on disk yet"
        assert store.writes == 1
        await worker.step(NOW)
        assert store.writes == 2
        assert worker.idle

    played(db, play)
    assert set(db.states("outbox").values()) == {"sent"}


def test_a_fate_that_no_database_takes_stays_alone(
    db: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async def play(worker: Deliver, store: Shaky, clock: ManualClock) -> None:
        await worker.step(NOW)
        await worker.slots.drain(30)
        with pytest.raises(UnicodeEncodeError):
            await worker.step(NOW)
        assert worker.idle, "it is not tried for ever: the lease of its row runs out"
        await worker.step(NOW + SECOND)

    platform = played(db, play, wm2=LONE)
    assert platform.calls == ["wm1", "wm2", "wm3"]
    assert sorted(db.states("outbox").values()) == ["sending", "sent", "sent"]
    assert "cannot be written" in caplog.text


def test_fates_wait_while_the_store_takes_nothing(db: Bench) -> None:
    async def play(worker: Deliver, store: Shaky, clock: ManualClock) -> None:
        await worker.step(NOW)
        await worker.slots.drain(30)
        store.down = True
        for _ in range(3):
            with pytest.raises(StoreFailed):
                await worker.step(NOW)
        store.down = False
        await worker.step(NOW)

    platform = played(db, play)
    assert platform.calls == ["wm1", "wm2", "wm3"], "nobody is told twice"
    assert set(db.states("outbox").values()) == {"sent"}


def test_at_the_end_what_was_sent_is_written_down(db: Bench) -> None:
    async def play(worker: Deliver, store: Shaky, clock: ManualClock) -> None:
        await worker.step(NOW)
        assert await worker.drain(30) == 0
        assert worker.idle

    played(db, play)
    assert set(db.states("outbox").values()) == {"sent"}
