"""Seasons agree with the almanac; days are those that events carry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.community.days import day_of, run_to, season_of, week_of
from bot.core.event import Event, Happened
from scheduler import almanac

TERMS = {"立春": "spring", "立夏": "summer", "立秋": "autumn", "立冬": "winter"}


@pytest.mark.parametrize("year", range(2019, 2054, 3))
def test_a_season_begins_when_the_almanac_says(year: int) -> None:
    for month, around in ((2, 4), (5, 5), (8, 7), (11, 7)):
        days = [date(year, month, around) + timedelta(days=n) for n in (-1, 0, 1)]
        [begins] = [day for day in days if almanac.solar_term(day) in TERMS]
        season = TERMS[almanac.solar_term(begins)]
        assert season_of(begins) == f"{year}-{season}"
        assert season_of(begins - timedelta(days=1)) != season_of(begins)
    assert season_of(date(year, 1, 1)) == f"{year - 1}-winter"


@pytest.mark.parametrize(("event", "day"), [
    (Event(kind=Happened.CHECKED, at=0, dedupe="a", which="2028-02-29"), date(2028, 2, 29)),
    (Event(kind=Happened.VOTED, at=0, dedupe="a", data={"day": "2026-12-01"}), date(2026, 12, 1)),
    # 1970-01-01 00:00 UTC is eight in the morning in Shanghai
    (Event(kind=Happened.VOTED, at=16 * 3_600_000 - 1, dedupe="a"), date(1970, 1, 1)),
    (Event(kind=Happened.VOTED, at=16 * 3_600_000, dedupe="a"), date(1970, 1, 2)),
    (Event(kind=Happened.CHECKED, at=0, dedupe="a", which="now"), date(1970, 1, 1)),
])  # fmt: skip
def test_the_day_is_the_one_that_it_carries(event: Event, day: date) -> None:
    assert day_of(event, "Asia/Shanghai") == day


def test_days_in_a_row_and_weeks() -> None:
    days = {"2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01", "2028-03-03"}
    assert len(run_to(days, date(2028, 3, 1))) == 4
    assert run_to(days, date(2028, 3, 3)) == ["2028-03-03"]
    assert run_to(days, date(2028, 3, 2)) == []
    assert week_of(date(2027, 1, 3)) == "2026-W53" and week_of(date(2027, 1, 4)) == "2027-W01"
