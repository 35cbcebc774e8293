"""The governor's arithmetic of time, where clocks are changed and where they are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import DAY, HOUR, MINUTE, local, to_ms
from scheduler.windows import awake, is_quiet, month, today, window_end, window_start

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe",
         "America/Sao_Paulo", "Africa/Cairo", "UTC")  # fmt: skip
FROM, TO = 1_514_000_000_000, 1_830_000_000_000  # ms; 2017-12 to 2027-12
moments = st.integers(FROM, TO)
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 24 * 60 - 1)
QUIET = (21 * 60 + 30, 8 * 60 + 30)


def at(text: str, zone: str = "UTC") -> int:
    """UTC ms of a wall-clock time."""
    from zoneinfo import ZoneInfo

    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


@given(moments, st.sampled_from((1, 7, 31)), zones)
def test_a_window_ends_at_the_first_moment_at_which_its_beginning_has_passed(
    then: int, days: int, zone: str
) -> None:
    end = window_end(then, days, zone)
    assert window_start(end, days, zone) >= then > window_start(end - 1, days, zone)
    assert end - then >= days * DAY


@given(moments, moments, st.sampled_from((1, 7, 31)), zones)
def test_a_window_never_runs_backwards(one: int, other: int, days: int, zone: str) -> None:
    first, second = sorted((one, other))
    assert window_start(first, days, zone) <= window_start(second, days, zone)


@given(moments, zones)
def test_a_window_of_a_day_holds_the_whole_local_day_so_far(now: int, zone: str) -> None:
    begins, ends = today(now, zone)
    assert begins <= now < ends
    assert window_start(now, 1, zone) < begins
    assert local(begins, zone).date() == local(now, zone).date()
    assert local(begins - 1, zone).date() == local(now, zone).date() - timedelta(days=1)


@given(moments, zones, minutes, minutes)
def test_who_is_awake_is_outside_the_quiet_hours(now: int, zone: str, start: int, end: int) -> None:
    then = awake(now, zone, start, end)
    there = local(then, zone)
    assert then >= now
    assert not is_quiet(there.hour * 60 + there.minute, start, end)
    if then > now:
        before = local(then - MINUTE, zone)
        jumped = there.utcoffset() != before.utcoffset()
        assert jumped or is_quiet(before.hour * 60 + before.minute, start, end)
        assert then - now < 25 * HOUR + HOUR


def test_a_night_ends_in_the_morning() -> None:
    zone = "Asia/Shanghai"
    morning = at("2026-11-23 08:30", zone)
    for late in ("2026-11-22 21:30", "2026-11-22 23:59", "2026-11-23 00:00", "2026-11-23 08:29"):
        assert awake(at(late, zone), zone, *QUIET) == morning
    for fine in ("2026-11-22 21:29", "2026-11-23 08:30", "2026-11-23 12:00"):
        assert awake(at(fine, zone), zone, *QUIET) == at(fine, zone)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    zone, quiet = "America/New_York", (60, 90)  # clocks go from 02:00 EDT back to 01:00 EST
    first = at("2026-11-01 05:15")
    second = at("2026-11-01 06:15")
    assert awake(first, zone, *quiet) == at("2026-11-01 05:30")
    assert awake(second, zone, *quiet) == at("2026-11-01 06:30")


def test_where_the_end_of_the_night_is_left_out_it_ends_after_it() -> None:
    zone, quiet = "America/New_York", (60, 150)  # 02:00 EST becomes 03:00 EDT
    then = local(awake(at("2026-03-08 06:30"), zone, *quiet), zone)
    assert (then.hour, then.minute) == (3, 30)


def test_equal_quiet_hours_are_none() -> None:
    now = at("2026-11-22 03:00")
    assert awake(now, "UTC", 600, 600) == now


def test_a_month_is_that_of_the_calendar_there() -> None:
    now = at("2026-10-31 17:00")  # already November in Shanghai
    begins, ends, days = month(now, "Asia/Shanghai")
    assert (datetime.fromtimestamp(begins / 1000, UTC).isoformat(), days) == (
        "2026-10-31T16:00:00+00:00", 30)  # fmt: skip
    assert ends - begins == 30 * DAY
    assert month(now, "UTC")[2] == 31
