"""Lots and lift: who is held out, and what the numbers say about the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.lift import LOTS, Share, held_out, lift, lot


def test_the_share_that_is_held_out_is_the_share_that_was_asked_for() -> None:
    drawn = [lot("offer/20261218T1000", f"wm{number}") for number in range(6_000)]
    for share in (0.0, 0.05, 0.1, 0.5):
        held = sum(held_out(one, share) for one in drawn) / len(drawn)
        assert abs(held - share) < 0.02
    assert all(0 <= one < LOTS for one in drawn)


def test_another_occurrence_draws_others_and_the_same_the_same() -> None:
    members = [f"wm{number}" for number in range(1_000)]
    first = {m for m in members if held_out(lot("offer/1", m), 0.2)}
    assert first == {m for m in members if held_out(lot("offer/1", m), 0.2)}
    second = {m for m in members if held_out(lot("offer/2", m), 0.2)}
    assert len(first & second) < 0.5 * len(first)


# Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
@pytest.mark.parametrize(("first", "second", "low", "high"), [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((10, 10), (0, 10), 0.6075, 1.0000),
])  # fmt: skip
def test_the_interval_is_that_of_the_literature(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = lift(Share(*first), Share(*second))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_few_people_say_nothing_and_chance_is_called_so() -> None:
    assert not lift(Share(9, 10), Share(3, 10)).enough
    assert not lift(Share(9, 10), Share(3, 10)).sure
    assert lift(Share(200, 1_000), Share(100, 1_000)).sure
    assert not lift(Share(101, 1_000), Share(100, 1_000)).sure
    assert lift(Share(0, 0), Share(0, 0)).points == 0


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_interval_holds_the_difference(n: int, m: int, data: st.DataObject) -> None:
    found = lift(Share(data.draw(st.integers(0, n)), n), Share(data.draw(st.integers(0, m)), m))
    assert -1.0 <= found.low <= found.points <= found.high <= 1.0
