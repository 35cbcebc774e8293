"""One day of a recurrence goes to another day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import local
from scheduler.moving import kind_of, moved, split_shift
from scheduler.recurrence import parse_when

ZONE = "Asia/Shanghai"
WED, FRI = date(2026, 12, 2), date(2026, 12, 4)


@pytest.mark.parametrize(
    ("when", "target", "made"),
    [
        ("wed 20:00", FRI, "fri 20:00"),
        ("mon,wed,fri 20:00", FRI, "mon,fri 20:00"),
        ("wed 20:00", WED + timedelta(days=7), "wed 20:00"),
        ("2 08:30", FRI, "4 08:30"),
        ("2,15 8:30", date(2026, 12, 20), "15,20 08:30"),
        ("1st wed 10:00", date(2026, 12, 17), "3rd thu 10:00"),
        ("2026-12-02 10:00", date(2027, 1, 1), "2027-01-01 10:00"),
        ("term:大雪-5d 08:00", date(2026, 12, 7), "term:大雪 08:00"),
        ("daily 09:00", FRI, None),
        ("workday 09:00", FRI, None),
    ],
)
def test_the_rule_follows_the_day(when: str, target: date, made: str | None) -> None:
    assert moved(parse_when(when, ZONE), WED, target) == made


def test_a_last_weekday_stays_the_last_where_it_can() -> None:
    last, day = parse_when("last fri 20:00", ZONE), date(2026, 12, 25)
    assert moved(last, day, date(2026, 12, 31)) == "last thu 20:00"
    assert moved(last, day, date(2026, 12, 24)) == "4th thu 20:00"


def test_a_festival_is_followed_for_sixty_days_and_no_further() -> None:
    spring = parse_when("festival:春节-3d 09:00", ZONE)
    day = date(2027, 2, 3)
    assert moved(spring, day, date(2027, 2, 8)) == "festival:春节+2d 09:00"
    assert moved(spring, day, date(2027, 2, 6)) == "festival:春节 09:00"
    assert moved(spring, day, date(2027, 6, 1)) is None
    assert split_shift("festival:春节-3d") == ("festival:春节", -3)


RULES = ("wed 20:00", "mon,wed 08:30", "2 08:30", "2,15 08:30", "1st wed 10:00", "last wed 10:00",
         "2026-12-02 10:00", "term:大雪-5d 08:00")  # fmt: skip


@given(st.sampled_from(RULES), st.integers(0, 25))
def test_what_was_moved_comes_on_that_day(when: str, days: int) -> None:
    """Whatever the rule: it can be read, and its day is among those on which it comes."""
    rule, target = parse_when(when, ZONE), date(2026, 12, 2) + timedelta(days=days)
    made = moved(rule, WED, target)
    assert made is not None
    after = parse_when(made, ZONE)
    assert kind_of(after.days) == kind_of(rule.days)
    at = after.after(1_796_054_400_000)  # 2026-12-01, midnight there
    seen = set()
    while at is not None and local(at, ZONE).date() <= target:
        seen.add(local(at, ZONE).date())
        at = after.after(at)
    assert target in seen
