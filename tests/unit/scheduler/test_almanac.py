"""Days of the Chinese calendar, against dates that stand in every printed one."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from bot.studio.values import SOURCES
from scheduler.almanac import Day, festival, holiday, is_announced, is_workday, solar_term

TERMS = "小寒 大寒 立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 夏至 小暑 大暑 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪 冬至"
DAYS = {
    2026: "0105 0120 0204 0218 0305 0320 0405 0420 0505 0521 0605 0621 "
          "0707 0723 0807 0823 0907 0923 1008 1023 1107 1122 1207 1222",
    2027: "0105 0120 0204 0219 0306 0321 0405 0420 0506 0521 0606 0621 "
          "0707 0723 0808 0823 0908 0923 1008 1023 1107 1122 1207 1222",
}  # fmt: skip


@pytest.mark.parametrize("year", DAYS)
def test_the_solar_terms_of_a_year(year: int) -> None:
    first = date(year, 1, 1)
    every = [first + timedelta(days=n) for n in range(365)]
    found = {f"{day:%m%d}": term for day in every if (term := solar_term(day))}
    assert found == dict(zip(DAYS[year].split(), TERMS.split(), strict=True))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-02-16", "除夕"),
        ("2026-02-17", "春节"),
        ("2027-02-05", "除夕"),
        ("2027-02-06", "春节"),
        ("2027-02-20", "元宵节"),
        ("2027-06-09", "端午节"),
        ("2027-08-08", "七夕"),
        ("2027-09-15", "中秋节"),
        ("2026-09-25", "中秋节"),
        ("2027-10-08", "重阳节"),
        ("2027-01-15", "腊八节"),
        ("2027-04-05", "清明节"),
        ("2027-05-09", "母亲节"),
        ("2027-06-20", "父亲节"),
        ("2026-10-01", "国庆节"),
        ("2025-08-29", "七夕"),
        ("2025-06-25", ""),
        ("2025-07-29", ""),  # the fifth of the leap sixth month
        ("2300-10-01", "国庆节"),
        ("2300-03-03", ""),
    ],
)
def test_festivals(day: str, name: str) -> None:
    assert festival(date.fromisoformat(day)) == name


@pytest.mark.parametrize(
    ("day", "name", "works"),
    [
        ("2026-10-01", "国庆节", False),
        ("2026-10-10", "", True),  # a Saturday that makes up for the week before
        ("2026-09-25", "中秋节", False),
        ("2026-11-21", "", False),
        ("2026-11-23", "", True),
        ("2027-02-05", "春节", False),  # not announced yet: by the law itself
        ("2027-02-09", "", True),
        ("2027-05-03", "", True),
        ("2027-06-09", "端午节", False),
        ("2027-10-01", "国庆节", False),
        ("2027-10-04", "", True),
        ("2027-10-09", "", False),
    ],
)
def test_holidays_and_working_days(day: str, name: str, works: bool) -> None:
    when = date.fromisoformat(day)
    assert (holiday(when), is_workday(when)) == (name, works)


def test_it_is_known_which_years_are_announced() -> None:
    assert [is_announced(year) for year in (2025, 2026, 2099)] == [True, True, False]


def test_a_day_has_all_that_templates_are_promised() -> None:
    day = Day(date(2026, 12, 7))
    assert set(day) == set(SOURCES["day"])
    assert dict(day) == {
        "date": date(2026, 12, 7), "weekday": "周一", "solar_term": "大雪", "festival": "",
        "holiday": "", "workday": True,
    }  # fmt: skip
    assert day.get("moon") is None


def test_who_asks_for_no_such_value_loads_nothing() -> None:
    code = (
        "import sys; from datetime import date; from scheduler.almanac import Day;"
        "assert Day(date(2026, 12, 7))['weekday'] == '周一';"
        "assert not {'cnlunar', 'chinese_calendar'} & set(sys.modules);"
        "import bot.library.library; assert 'cnlunar' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
