"""A storm: a crowd acts inside the sandbox while the product is killed again and again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.harness import ledger, truth
from tests.harness.accounts import Account, settle
from tests.harness.engine import Sqlite
from tests.harness.laws import broken
from tests.harness.world import Span, World
from tests.scenario.house import until

Row = dict[str, Any]
DELIVERY = tuple[int, float, int]


@dataclass(frozen=True, kw_only=True)
class Storm:
    """Size and shape of one storm. ``kill_every`` in seconds, 0 = never."""

    per_minute: int
    seconds: float
    kill_every: float
    seed: int = 1
    repeats: float = 0.3
    reorder_ms: int = 300
    patience: float = 240.0
    slow: bool = False  # the store, as long as people act


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was seen. Times in ms; p50 to p99 are of deliveries outside the restart gaps."""

    offered: int
    delivered: int
    statuses: dict[str, int]
    in_gaps: int
    p50: float
    p95: float
    p99: float
    kills: int
    drain_seconds: float
    fates: dict[str, int]
    lost: list[str]
    doubled: list[str]
    broken: list[str]

    def told(self) -> str:
        """One line of JSON for people; long lists are cut."""
        found = asdict(self)
        for name in ("lost", "doubled", "broken"):
            found[name] = [len(found[name]), *found[name][:5]]
        return json.dumps(found, ensure_ascii=False)


async def blow(world: World, storm: Storm) -> Outcome:
    """Runs one storm, lets the backlog drain, and settles the accounts."""
    phone = world.phone
    texts = ["几天发货", "泡几分钟", "能开发票吗", "多久发货", "水温多少"]
    crowd = (await phone.post(
        "/crowds", per_minute=storm.per_minute, seconds=storm.seconds, seed=storm.seed,
        repeats=storm.repeats, reorder_ms=storm.reorder_ms, texts=texts, kf=["wkBANZHAN01", "wkBANZHAN02"],
    ))["id"]  # fmt: skip
    async with _slowed(world, storm):
        await _kills(world, storm)
        await _over(world, crowd, storm.seconds)
    drained = await _drained(world, crowd, storm.patience)
    acts = await truth.pages(phone, f"/crowds/{crowd}/acts")
    deliveries = await truth.pages(phone, f"/crowds/{crowd}/deliveries")
    offered = (await phone.get(f"/crowds/{crowd}"))["offered"]
    seen, written = await truth.read(phone), ledger.read(world.engine)
    account = settle(acts, seen, written)
    gaps = [gap for bot in world.bots for gap in bot.gaps]
    return _outcome(offered, deliveries, gaps, drained, account, broken(seen, written))


@contextlib.asynccontextmanager
async def _slowed(world: World, storm: Storm) -> AsyncIterator[None]:
    holder = asyncio.create_task(_hold(world, 0.4, 0.2)) if storm.slow else None
    try:
        yield
    finally:
        if holder is not None:
            holder.cancel()
            await asyncio.gather(holder, return_exceptions=True)


async def _hold(world: World, seconds: float, pause: float) -> None:
    """Makes the store slow: an outsider holds its write lock again and again, until cancelled."""
    assert isinstance(world.engine, Sqlite)
    with contextlib.closing(world.engine.outsider()) as outsider:
        while True:
            outsider.execute("BEGIN IMMEDIATE")
            try:
                await asyncio.sleep(seconds)
            finally:
                outsider.execute("ROLLBACK")
            await asyncio.sleep(pause)


async def _kills(world: World, storm: Storm) -> None:
    """One process after another is killed and started again, as long as the storm lasts."""
    if not storm.kill_every:
        return
    loop = asyncio.get_running_loop()
    began = loop.time()
    for n in range(1, int(storm.seconds / storm.kill_every)):
        await asyncio.sleep(max(began + n * storm.kill_every - loop.time(), 0))
        await world.bots[n % len(world.bots)].restart()


async def _over(world: World, crowd: str, seconds: float) -> None:
    async def over() -> bool:
        return not (await world.phone.get(f"/crowds/{crowd}"))["running"]

    await until(over, "the crowd goes home", seconds + 240)


async def _drained(world: World, crowd: str, patience: float) -> float:
    """Seconds until nothing is on its way any more; fails when it takes too long."""
    loop = asyncio.get_running_loop()
    began, quiet = loop.time(), 0
    while quiet < 3:  # a signal may have been stored and not pulled yet: look more than once
        if loop.time() - began > patience:
            left = await world.phone.get(f"/crowds/{crowd}")
            raise AssertionError(f"not drained in {patience} s: {left}, "
                                 f"{ledger.unfinished(world.engine)} rows open")  # fmt: skip
        pending = (await world.phone.get(f"/crowds/{crowd}"))["pending"]
        open_rows = await asyncio.to_thread(ledger.unfinished, world.engine)
        behind = await asyncio.to_thread(ledger.behind, world.engine)
        quiet = 0 if pending or open_rows or behind else quiet + 1
        await asyncio.sleep(0.3)
    return loop.time() - began - 0.9


def outside(deliveries: Sequence[DELIVERY], gaps: Sequence[Span]) -> list[DELIVERY]:
    """Deliveries that did not touch a restart gap."""
    return [(at, ms, status) for at, ms, status in deliveries
            if not any(at <= end and at + ms >= start for start, end in gaps)]  # fmt: skip


def _outcome(
    offered: int, deliveries: Sequence[DELIVERY], gaps: Sequence[Span], drained: float,
    account: Account, rules: list[str],
) -> Outcome:  # fmt: skip
    calm = outside(deliveries, gaps)
    times = sorted(ms for _, ms, _ in calm) or [0.0]

    def part(share: float) -> float:
        return times[min(int(len(times) * share), len(times) - 1)]

    return Outcome(
        offered=offered, delivered=len(deliveries), in_gaps=len(deliveries) - len(calm),
        statuses=dict(Counter(str(status) for _, _, status in calm)), p50=part(0.5), p95=part(0.95),
        p99=part(0.99), kills=len(gaps), drain_seconds=round(drained, 1),
        fates=dict(sorted(account.fates.items())), lost=account.lost, doubled=account.doubled,
        broken=rules,
    )  # fmt: skip
