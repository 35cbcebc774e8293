"""Nights and the moments at which something is to be done about a task."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.clock import HOUR, MINUTE, to_ms
from bot.core.taptime import Night, Timing

TIMING = Timing(deadline=24 * HOUR, reminders=(2 * HOUR, 6 * HOUR), escalate=12 * HOUR)
HERE = Night(zone="Asia/Shanghai", begins=21 * 60 + 30, ends=8 * 60 + 30)


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("now", "over"),
    [("2026-11-22 21:29", None), ("2026-11-22 21:30", "2026-11-23 08:30"),
     ("2026-11-23 00:00", "2026-11-23 08:30"), ("2026-11-23 08:29", "2026-11-23 08:30"),
     ("2026-11-23 08:30", None), ("2026-11-23 12:00", None)],
)  # fmt: skip
def test_a_night_that_goes_over_midnight(now: str, over: str | None) -> None:
    assert HERE.over_at(at(now)) == (over and at(over))


def test_a_night_within_one_day_and_none_at_all() -> None:
    noon = Night(zone="Asia/Shanghai", begins=12 * 60, ends=14 * 60)
    assert noon.over_at(at("2026-11-22 13:00")) == at("2026-11-22 14:00")
    assert noon.over_at(at("2026-11-22 11:59")) is None
    assert noon.next_at(at("2026-11-22 12:00")) == at("2026-11-23 12:00")
    none = Night(zone="Asia/Shanghai", begins=0, ends=0)
    assert none.over_at(at("2026-11-22 00:00")) is None and none.next_at(0) is None


def test_the_next_night_begins_today_or_tomorrow() -> None:
    assert HERE.next_at(at("2026-11-22 12:00")) == at("2026-11-22 21:30")
    assert HERE.next_at(at("2026-11-22 21:30")) == at("2026-11-23 21:30")
    assert HERE.next_at(at("2026-12-31 22:00")) == at("2027-01-01 21:30")


def test_a_night_in_which_clocks_are_changed_ends_by_the_clock() -> None:
    zone = "Europe/Berlin"
    there = Night(zone=zone, begins=21 * 60 + 30, ends=8 * 60 + 30)
    begins = at("2026-10-24 21:30", zone)
    assert there.over_at(begins) == at("2026-10-25 08:30", zone)
    assert at("2026-10-25 08:30", zone) - begins == 12 * HOUR, "an hour longer than usual"


def test_what_comes_next_for_a_task() -> None:
    deadline = TIMING.deadline_at(0, None)
    assert (deadline, TIMING.deadline_at(0, HOUR)) == (24 * HOUR, HOUR)
    assert [TIMING.next_at(0, deadline, n, told) // HOUR
            for n, told in ((0, False), (1, False), (2, False), (2, True))] == [2, 6, 12, 24]  # fmt: skip
    assert TIMING.next_at(0, MINUTE, 0, False) == MINUTE
    assert [TIMING.due_reminders(0, hour * HOUR) for hour in (1, 2, 7)] == [0, 1, 2]
    assert not TIMING.escalates(0, 12 * HOUR - 1) and TIMING.escalates(0, 12 * HOUR)
    assert not Timing(deadline=HOUR).escalates(0, 99 * HOUR)
