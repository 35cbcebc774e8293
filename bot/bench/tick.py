"""The tick among 1,000,000 waiting rows: with nothing due, with pages to claim, and waking up.

The floor is the same table, read and marked by a bare connection in one transaction.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable

from bot.bench.frame import BenchFailed, Result, alternating, ratio
from bot.bench.sample import NOW, Desk, brand, database, fill
from bot.core.clock import DAY, HOUR, SystemClock
from bot.core.config import Config
from bot.library.library import Library
from bot.library.speech import Setting
from bot.pipeline.loop import run_worker
from bot.store import filling, schedule
from bot.store.filling import BareLine
from scheduler.runner import Runner
from scheduler.tick import PAGE, tick

ROWS, ROUNDS = 1_000_000, 9
IDLES, PAGES, WAKES = 200, 25, 50
APART, HEAD_START = 20, 1_000  # ms between rows that wake the worker, and before the first
FUTURE = NOW + 400 * DAY


def measure(
    progress: Callable[[str], None], *, rows: int = ROWS, rounds: int = ROUNDS, wakes: int = WAKES
) -> list[Result]:
    """An idle tick in µs, claims a second, and how late a sleeping worker wakes in ms."""
    config = brand()
    with database() as desk:
        fill(desk, filling.put_due, rows, filling.STEP, FUTURE,
             told=lambda done: progress(f"tick: {done:,} of {rows:,} rows"))  # fmt: skip
        setting = desk.runner.run(_setting(desk, config))
        bare = BareLine(desk.path)
        try:
            progress("tick: nothing due")
            idle = _idle(desk, setting, bare, rounds, rows)
            progress("tick: claims")
            claims = _claims(desk, setting, bare, rounds, rows)
        finally:
            bare.close()
        progress("tick: waking up")
        return [idle, claims, desk.runner.run(_wake(desk, config, wakes))]


async def _setting(desk: Desk, config: Config) -> Setting:
    library = Library(desk.store, config, SystemClock())
    return Setting(cast=await library.open(), now=NOW)


def _idle(desk: Desk, setting: Setting, bare: BareLine, rounds: int, rows: int) -> Result:
    desk.write(tick, setting)  # plans the calendar, once
    ours, floor = alternating(
        rounds,
        lambda: _microseconds(lambda: desk.write(tick, setting)),
        lambda: statistics.median(bare.idle(NOW) * 1e6 for _ in range(IDLES)),
    )
    return Result(name="tick", value=ours, unit="us", floor=floor,
                  ratio_to_floor=ratio(floor, ours), detail={"rows": rows})  # fmt: skip


def _microseconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(IDLES):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1e6)
    return statistics.median(took)


def _claims(desk: Desk, setting: Setting, bare: BareLine, rounds: int, rows: int) -> Result:
    due = PAGE * PAGES
    made = 0

    def put() -> None:
        nonlocal made
        first = rows + made + 1
        desk.write(filling.put_due, first, first + due - 1, NOW - HOUR)
        made += due

    def ours() -> float:
        put()
        began = time.perf_counter()
        acted = sum(desk.write(tick, setting).acted for _ in range(PAGES))
        took = time.perf_counter() - began
        return _rate(acted, due, took)

    def floor() -> float:
        put()
        pages = [bare.claim(NOW, PAGE) for _ in range(PAGES)]
        return _rate(sum(n for n, _ in pages), due, sum(took for _, took in pages))

    value, least = alternating(rounds, ours, floor)
    _nothing_left(desk)
    return Result(name="tick.claims", value=value, unit="rows/s", floor=least,
                  ratio_to_floor=ratio(value, least),
                  detail={"rows": rows, "page": PAGE, "claimed": made})  # fmt: skip


def _rate(acted: int, due: int, took: float) -> float:
    if acted != due:
        raise BenchFailed(f"tick: {due} rows were due, {acted} were claimed")
    return acted / took


def _nothing_left(desk: Desk) -> None:
    found = desk.read(schedule.next_due)
    if found is None or found <= NOW:
        raise BenchFailed("tick: rows are due still")


async def _wake(desk: Desk, config: Config, wakes: int) -> Result:
    """The worker of the product sleeps from row to row, ``wakes`` times."""
    clock, stop, bell = SystemClock(), asyncio.Event(), asyncio.Event()
    library = Library(desk.store, config, clock)
    await library.open()
    runner = Runner(desk.store, library, config, clock, bell, lambda: None)
    while (await runner.step(clock.now()) or FUTURE) <= clock.now():
        pass  # the calendar's entries that were planned for the time of the world
    number = 1_000_000_000  # behind all others
    first = clock.now() + HEAD_START
    last = first + (wakes - 1) * APART
    await desk.store.write(filling.put_due, number, number + wakes - 1,
                           first - number * APART, APART)  # fmt: skip
    late: list[float] = []
    planned = 0.0

    async def step(now: int) -> int | None:
        nonlocal planned
        if planned:
            late.append((time.perf_counter() - planned) * 1_000)
        next_at = await runner.step(now)
        if next_at is None or next_at > last:
            stop.set()
        else:
            planned = time.perf_counter() + (next_at - clock.now()) / 1_000
        return next_at

    await asyncio.wait_for(run_worker("bench", step, bell, clock, stop), 60)
    if not late:
        raise BenchFailed("tick: the machine is too busy to sleep from row to row")
    floor = [await _oversleep(APART / 1_000) for _ in range(wakes)]
    value, least = statistics.median(late), statistics.median(floor)
    worst = sorted(late)[int(len(late) * 0.95)]
    return Result(name="tick.wake", value=value, unit="ms", floor=least,
                  ratio_to_floor=ratio(least, value),
                  detail={"wakes": len(late), "p95_ms": worst})  # fmt: skip


async def _oversleep(seconds: float) -> float:
    """ms by which a plain sleep of the event loop is late."""
    planned = time.perf_counter() + seconds
    await asyncio.sleep(seconds)
    return (time.perf_counter() - planned) * 1_000
