"""Workers on a clock that jumps: bells, what is due, tasks under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.core.clock import MINUTE, ManualClock
from bot.rehearsal import clockwork
from bot.rehearsal.clockwork import IDLE, Clockwork, Stuck, loop
from bot.workers import Worker

T = 1_000_000


class Clerk:
    """A worker that writes down when it stepped, and answers what it is told to."""

    def __init__(self, *answers: Callable[[int], int | None]) -> None:
        self.steps: list[int] = []
        self.answers = list(answers)
        self.bell = asyncio.Event()
        self.worker = Worker("clerk", self.bell, self.step)

    async def step(self, now: int) -> int | None:
        self.steps.append(now)
        return self.answers.pop(0)(now) if self.answers else None


def run(work: Callable[[ManualClock], object]) -> None:
    async def inside() -> None:
        made = work(ManualClock(T))
        assert asyncio.iscoroutine(made)
        await made

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(inside())


def test_a_step_is_taken_when_it_is_due_or_the_bell_rings() -> None:
    async def play(clock: ManualClock) -> None:
        clerk = Clerk(lambda now: now + 500, lambda now: None)
        house = Clockwork(clock, [clerk.worker], {}, {})
        await house.settle()
        assert clerk.steps == [T] and house.next_at() == T + 500
        clock.advance(499)
        await house.settle()
        assert clerk.steps == [T]
        clock.advance(1)
        await house.settle()
        assert clerk.steps == [T, T + 500] and house.next_at() == T + 500 + IDLE
        clerk.bell.set()
        await house.settle()
        assert len(clerk.steps) == 3 and not clerk.bell.is_set()

    run(play)


def test_more_work_at_the_same_moment_is_done_at_once() -> None:
    async def play(clock: ManualClock) -> None:
        clerk = Clerk(lambda now: now, lambda now: now, lambda now: None)
        await Clockwork(clock, [clerk.worker], {}, {}).settle()
        assert clerk.steps == [T, T, T]

    run(play)


def test_a_pace_makes_a_worker_look_less_often_but_hear_its_bell() -> None:
    async def play(clock: ManualClock) -> None:
        clerk = Clerk(lambda now: now + 1, lambda now: now + 1)
        house = Clockwork(clock, [clerk.worker], {"clerk": MINUTE}, {})
        await house.settle()
        assert house.next_at() == T + MINUTE
        clerk.bell.set()
        await house.settle()
        assert clerk.steps == [T, T]

    run(play)


def test_a_look_spares_a_step_that_would_find_nothing() -> None:
    async def play(clock: ManualClock) -> None:
        clerk = Clerk()
        due: list[int | None] = [None, T + 7, T]

        async def look(now: int) -> int | None:
            return due.pop(0)

        house = Clockwork(clock, [clerk.worker], {}, {"clerk": look})
        await house.settle()  # the first step is nobody's bell
        for steps, at in ((1, T + IDLE), (1, T + 7), (2, T + IDLE)):
            clerk.bell.set()
            await house.settle()
            assert (len(clerk.steps), house.next_at()) == (steps, at)
            assert not clerk.bell.is_set()

    run(play)


def test_what_a_step_has_started_ends_before_time_goes_on() -> None:
    async def play(clock: ManualClock) -> None:
        done: list[str] = []
        clerk = Clerk()

        async def work() -> None:
            for _ in range(3):
                await asyncio.sleep(0)
            done.append("work")

        async def step(now: int) -> int | None:
            if not done:
                asyncio.create_task(work()).add_done_callback(lambda _: clerk.bell.set())
            return None

        house = Clockwork(clock, [Worker("starts", asyncio.Event(), step), clerk.worker], {}, {})
        await house.settle()
        assert done == ["work"] and len(clerk.steps) == 2

    run(play)


def test_a_worker_that_never_rests_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "MOST", 20)

    async def play(clock: ManualClock) -> None:
        async def busy(now: int) -> int | None:
            return now

        with pytest.raises(Stuck, match="busy"):
            await Clockwork(clock, [Worker("busy", asyncio.Event(), busy)], {}, {}).settle()

    run(play)
