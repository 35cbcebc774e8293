"""What comes round: weekdays, months' ends and clocks that jump."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clock import DAY, local, to_ms
from scheduler.recurrence import parse_when

NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"


def at(zone: str, text: str) -> int:
    """UTC ms of a wall-clock time like ``2026-11-01 01:30``; ``*`` marks its second coming."""
    moment = datetime.fromisoformat(text.rstrip("*"))
    return to_ms(moment.replace(tzinfo=ZoneInfo(zone), fold=int(text.endswith("*"))))


def coming(when: str, zone: str, start: str, n: int = 3) -> list[str]:
    """The next ``n`` occurrences after ``start``, in wall-clock time."""
    recurrence, found = parse_when(when, zone), []
    now: int | None = at(zone, start)
    for _ in range(n):
        assert now is not None
        now = recurrence.after(now)
        if now is None:
            return [*found, "never"]
        found.append(local(now, zone).strftime("%a %m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("when", "start", "expected"),
    [
        ("daily 09:00", "2026-11-21 08:59", "Sat 11-21, Sun 11-22, Mon 11-23"),
        ("daily 9:05", "2026-11-21 09:05", "Sun 11-22, Mon 11-23, Tue 11-24"),
        ("mon 08:30", "2026-11-21 12:00", "Mon 11-23, Mon 11-30, Mon 12-07"),
        ("sun 20:00", "2026-11-21 12:00", "Sun 11-22, Sun 11-29, Sun 12-06"),
        ("wed 20:00", "2026-11-25 20:00", "Wed 12-02, Wed 12-09, Wed 12-16"),
        ("mon,thu 08:30", "2026-11-23 08:30", "Thu 11-26, Mon 11-30, Thu 12-03"),
        ("15 10:00", "2026-11-21 12:00", "Tue 12-15, Fri 01-15, Mon 02-15"),
        ("1,15 00:00", "2026-11-15 00:00", "Tue 12-01, Tue 12-15, Fri 01-01"),
        # a month without that day is left out
        ("31 10:00", "2026-11-21 12:00", "Thu 12-31, Sun 01-31, Wed 03-31"),
        ("29 10:00", "2027-02-01 12:00", "Mon 03-29, Thu 04-29, Sat 05-29"),
        ("29 10:00", "2028-02-01 12:00", "Tue 02-29, Wed 03-29, Sat 04-29"),
        ("daily 23:59", "2026-12-31 23:59", "Fri 01-01, Sat 01-02, Sun 01-03"),
        ("last fri 20:00", "2026-11-21 12:00", "Fri 11-27, Fri 12-25, Fri 01-29"),
        ("1st mon 10:00", "2026-12-07 10:00", "Mon 01-04, Mon 02-01, Mon 03-01"),
        ("5th sun 10:00", "2026-11-21 12:00", "Sun 11-29, Sun 01-31, Sun 05-30"),
    ],
)
def test_in_shanghai(when: str, start: str, expected: str) -> None:
    clock = when.split()[-1].rjust(5, "0")
    assert coming(when, SHANGHAI, start) == [f"{day} {clock}" for day in expected.split(", ")]


@pytest.mark.parametrize(
    ("when", "start", "expected"),
    [
        # make-up days of the National Day of 2026: Sunday 20 September, Saturday 10 October
        ("workday 09:00", "2026-09-18 10:00", "Sun 09-20, Mon 09-21, Tue 09-22"),
        ("workday 09:00", "2026-09-30 09:00", "Thu 10-08, Fri 10-09, Sat 10-10"),
        ("holiday 10:00", "2026-09-26 12:00", "Sun 09-27, Thu 10-01, Fri 10-02"),
        ("festival:中秋节 09:00", "2026-01-01 12:00", "Fri 09-25, Wed 09-15, Tue 10-03"),
        ("festival:春节-3d 09:00", "2026-02-14 09:00", "Wed 02-03, Sun 01-23, Sat 02-10"),
        ("festival:母亲节+1d 9:00", "2026-01-01 12:00", "Mon 05-11, Mon 05-10, Mon 05-15"),
        ("term:大雪 08:00", "2026-11-21 12:00", "Mon 12-07, Tue 12-07, Wed 12-06"),
        ("2026-12-01 10:00", "2026-11-21 12:00", "Tue 12-01, never"),
        ("2026-12-01 10:00", "2026-12-01 10:00", "never"),
    ],
)
def test_days_of_the_almanac(when: str, start: str, expected: str) -> None:
    days = [word for word in expected.split(", ") if word != "never"]
    clock = when.split()[1].rjust(5, "0")
    wanted = [f"{day} {clock}" for day in days] + (["never"] if "never" in expected else [])
    assert coming(when, SHANGHAI, start) == wanted


def test_a_festival_that_falls_on_another_one_is_not_lost() -> None:
    """In 2031 the moon is full on the National Day."""
    assert coming("festival:国庆节 09:00", SHANGHAI, "2030-12-01 00:00", 1) == ["Wed 10-01 09:00"]
    assert coming("festival:中秋节 09:00", SHANGHAI, "2030-12-01 00:00", 1) == ["Wed 10-01 09:00"]


def test_a_day_of_the_almanac_keeps_to_the_clocks_of_its_zone() -> None:
    assert coming("workday 02:30", NEW_YORK, "2026-03-07 12:00", 1) == ["Mon 03-09 02:30"]
    assert coming("festival:妇女节 02:30", NEW_YORK, "2026-01-01 00:00", 1) == ["Sun 03-08 03:30"]


def test_a_time_that_the_clock_skips_comes_at_the_next_existing_one() -> None:
    expected = ["Sun 03-08 03:30", "Mon 03-09 02:30", "Tue 03-10 02:30"]
    assert coming("daily 02:30", NEW_YORK, "2026-03-07 12:00") == expected


def test_a_time_that_the_clock_repeats_comes_once() -> None:
    expected = ["Sun 11-01 01:30", "Mon 11-02 01:30", "Tue 11-03 01:30"]
    assert coming("daily 01:30", NEW_YORK, "2026-10-31 12:00") == expected
    first = parse_when("daily 01:30", NEW_YORK).after(at(NEW_YORK, "2026-10-31 12:00"))
    assert first == at(NEW_YORK, "2026-11-01 01:30")


def test_between_the_two_half_past_ones_the_next_day_comes() -> None:
    assert coming("daily 01:30", NEW_YORK, "2026-11-01 01:45", 1) == ["Mon 11-02 01:30"]
    assert coming("daily 01:30", NEW_YORK, "2026-11-01 01:45*", 1) == ["Mon 11-02 01:30"]


def test_wall_clock_time_stays_while_the_offset_moves() -> None:
    expected = ["Sat 10-31 09:00", "Sun 11-01 09:00", "Mon 11-02 09:00"]
    assert coming("daily 09:00", NEW_YORK, "2026-10-30 12:00") == expected
    before = parse_when("daily 09:00", NEW_YORK).after(at(NEW_YORK, "2026-10-31 08:00"))
    assert before is not None
    after = parse_when("daily 09:00", NEW_YORK).after(before)
    assert after == before + DAY + DAY // 24


@pytest.mark.parametrize("early", [1, 499, 500, 501, 999, 1_000, 1_001])
def test_an_occurrence_a_moment_away_is_not_missed(early: int) -> None:
    planned = at(SHANGHAI, "2026-11-21 09:00")
    assert parse_when("daily 09:00", SHANGHAI).after(planned - early) == planned


def test_an_occurrence_is_later_than_now_and_never_now() -> None:
    planned = at(SHANGHAI, "2026-11-21 09:00")
    assert parse_when("daily 09:00", SHANGHAI).after(planned) == planned + DAY


@settings(max_examples=60)
@given(
    st.sampled_from(
        [
            "daily 02:30",
            "mon 01:30",
            "mon,fri 00:00",
            "31 23:59",
            "1,15 02:15",
            "last sun 02:30",
            "workday 01:30",
            "festival:元旦 00:00",
            "holiday 02:15",
        ]
    ),
    st.sampled_from([NEW_YORK, SHANGHAI, "Australia/Lord_Howe", "UTC"]),
    st.integers(1_767_225_600_000, 1_830_297_600_000),
)
def test_what_comes_is_later_than_now_and_nothing_lies_between(
    when: str, zone: str, now: int
) -> None:
    recurrence = parse_when(when, zone)
    found = recurrence.after(now)
    assert found is not None and found > now
    assert recurrence.after((now + found) // 2) == found or found - now < 2


SENSELESS = [
    "", "daily", "09:00", "daily 9", "daily 24:00", "daily 09:60", "monday 09:00", "0 09:00",
    "32 09:00", "mon;thu 09:00", "mon, thu 09:00", "daily,mon 09:00", "mon,15 09:00", "* 09:00",
    "daily 09:00 UTC", "0 9 * * 1", "１５ 09:00", "15-20 09:00", "last 09:00", "6th mon 09:00",
    "last mon,fri 09:00", "festival: 09:00", "festival:中秋 09:00", "festival:春节-61d 09:00",
    "term:中秋节 09:00", "2026-02-30 09:00", "2026-1-1 09:00", "weekend 09:00",
]  # fmt: skip


@pytest.mark.parametrize("text", SENSELESS)
def test_what_is_no_recurrence_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_when(text, SHANGHAI)


def test_case_and_blanks_around_do_not_matter() -> None:
    assert parse_when("  Wed  20:00 ", SHANGHAI) == parse_when("wed 20:00", SHANGHAI)
