"""When a pool is ripe: one tap for many, at an hour at which somebody taps."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import DAY, HOUR, MINUTE, local, to_ms
from scheduler.slots import GRAIN, ripe
from scheduler.unless import Since, parse_condition

ZONE = "Asia/Shanghai"
QUIET = (21 * 60 + 30, 8 * 60 + 30)


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZoneInfo(ZONE)))


@pytest.mark.parametrize(
    ("due", "pool", "expected"),
    [
        ("21 10:00", 2 * HOUR, "21 12:00"),
        ("21 10:01", 2 * HOUR, "21 12:05"),
        ("21 10:01", 0, "21 10:01"),
        # an hour before the quiet hours there is still time to tap
        ("21 19:30", 2 * HOUR, "21 20:30"),
        ("21 20:30", 2 * HOUR, "21 20:30"),
        # too late for today
        ("21 20:31", 2 * HOUR, "22 08:30"),
        ("21 23:00", 2 * HOUR, "22 08:30"),
        ("22 02:00", 2 * HOUR, "22 08:30"),
        ("22 08:00", 2 * HOUR, "22 10:00"),
    ],
)
def test_a_pool_waits_for_others_but_not_into_the_night(due: str, pool: int, expected: str) -> None:
    assert ripe(at(due), pool, QUIET, ZONE, at(due)) == at(expected)


def test_without_quiet_hours_only_the_pool_counts() -> None:
    assert ripe(at("21 23:00"), 2 * HOUR, (0, 0), ZONE, at("21 23:00")) == at("22 01:00")


@given(st.integers(0, DAY), st.integers(0, 12 * HOUR), st.integers(0, 2 * DAY))
def test_it_is_never_over_nor_at_night_nor_long_after_its_time(
    due: int, pool: int, late: int
) -> None:
    start = at("21 00:00") + due
    now = start + late
    found = ripe(start, pool, QUIET, ZONE, now)
    there = local(found, ZONE)
    minute = there.hour * 60 + there.minute
    assert found >= now
    assert found <= max(now, start + pool + GRAIN) + 11 * HOUR
    assert QUIET[1] <= minute < QUIET[0] or found == now


@pytest.mark.parametrize(
    ("written", "since", "holds"),
    [
        ("replied", Since(replied=True), True),
        ("replied", Since(bought=True), False),
        ("bought", Since(bought=True), True),
        ("opted_out", Since(opted_out=True), True),
        ("promo", Since(promo=True), True),
        ("tag:常客", Since(tags=frozenset({"常客", "生客"})), True),
        ("tag:常客", Since(groups=frozenset({"常客"})), False),
        ("joined:一群", Since(groups=frozenset({"一群"})), True),
        ("wrote:苦|BITTER", Since(said=("还行", "有点Bitter吧")), True),
        ("wrote:发苦", Since(said=("有點發苦",)), True),
        ("wrote:苦|涩", Since(said=("还行",)), False),
    ],
)
def test_what_may_have_come_between(written: str, since: Since, holds: bool) -> None:
    assert parse_condition(written).holds(since) is holds
    assert str(parse_condition(written)) == written


def test_grains_are_minutes() -> None:
    assert ripe(0, MINUTE, (0, 0), ZONE, 0) == GRAIN
