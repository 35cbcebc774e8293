"""The frame of the benchmarks: turns, medians, ratios, and what a result looks like as JSON."""

from __future__ import annotations

import os
from collections.abc import Callable

from bot.bench.frame import Result, alternating, cpus, pin, ratio


def test_contestants_take_turns_and_the_first_one_changes() -> None:
    played: list[str] = []
    figures = {"a": iter([1.0, 9.0, 5.0]), "b": iter([2.0, 2.0, 8.0])}

    def contestant(name: str) -> Callable[[], float]:
        def play() -> float:
            played.append(name)
            return next(figures[name])

        return play

    assert alternating(3, contestant("a"), contestant("b")) == [5.0, 2.0]
    assert played == ["a", "b", "b", "a", "a", "b"]


def test_a_ratio_to_nothing_is_nothing() -> None:
    assert ratio(1, 3) == 0.333
    assert ratio(1, 0) == 0.0


def test_a_result_says_only_what_is_known() -> None:
    bare = Result(name="x", value=2.0, unit="turns/s", floor=4.0, ratio_to_floor=0.5)
    assert bare.as_json() == {"name": "x", "value": 2.0, "unit": "turns/s", "floor": 4.0,
                              "ratio_to_floor": 0.5}  # fmt: skip
    full = Result(name="x", value=2.0, unit="turns/s", floor=4.0, ratio_to_floor=0.5,
                  ratio_to_usual=3.0, detail={"rounds": 5})  # fmt: skip
    assert full.as_json() == bare.as_json() | {"ratio_to_usual": 3.0, "detail": {"rounds": 5}}


def test_a_cpu_that_is_not_there_is_no_fault() -> None:
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    pin(100_000)
    assert before is None or os.sched_getaffinity(0) == before
    assert len(cpus()) == 2
