"""What a day is in the Chinese calendar: solar term, festival, statutory holiday, working day.

The libraries that know it are loaded when the first such value is asked for, and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LUNAR_YEARS = range(1901, 2100)  # that the table of moons covers
KEPT = 1024  # days
FIRST_YEAR = 2004  # of the table of days off

_LUNAR_FESTIVALS: Mapping[tuple[int, int], str] = {
    (1, 1): "春节", (1, 15): "元宵节", (2, 2): "龙抬头", (5, 5): "端午节", (7, 7): "七夕",
    (8, 15): "中秋节", (9, 9): "重阳节", (12, 8): "腊八节", (12, 23): "小年",
}  # fmt: skip
_FESTIVALS: Mapping[tuple[int, int], str] = {
    (1, 1): "元旦", (2, 14): "情人节", (3, 8): "妇女节", (3, 12): "植树节", (5, 1): "劳动节",
    (5, 4): "青年节", (6, 1): "儿童节", (9, 10): "教师节", (10, 1): "国庆节", (12, 24): "平安夜",
    (12, 25): "圣诞节",
}  # fmt: skip
# Month, and which Sunday of it.
_SUNDAYS: Mapping[tuple[int, int], str] = {(5, 2): "母亲节", (6, 3): "父亲节"}
# Measures on the days of national festivals (全国年节及纪念日放假办法, in force since 2025-01-01).
# Which days are moved about them is announced year by year.
_LAW: Mapping[str, tuple[tuple[int, int], ...]] = {
    "元旦": ((1, 1),), "劳动节": ((5, 1), (5, 2)), "国庆节": ((10, 1), (10, 2), (10, 3)),
}  # fmt: skip
_LUNAR_LAW: Mapping[tuple[int, int], str] = {
    (1, 1): "春节", (1, 2): "春节", (1, 3): "春节", (5, 5): "端午节", (8, 15): "中秋节",
}  # fmt: skip
FESTIVALS = frozenset((*_LUNAR_FESTIVALS.values(), *_FESTIVALS.values(), *_SUNDAYS.values(),
                       "除夕", "清明节"))  # fmt: skip
TERMS = (
    "小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至",
    "小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至",
)  # fmt: skip
_OFFICIAL: Mapping[str, str] = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


class Day(Mapping[str, Any]):
    """One local day as templates see it (docs/formats.md, Sources): each fact is worked out when
    it is asked for."""

    __slots__ = ("_day",)

    def __init__(self, day: date) -> None:
        self._day = day

    def __getitem__(self, key: str) -> Any:
        return _FACTS[key](self._day)

    def __iter__(self) -> Iterator[str]:
        return iter(_FACTS)

    def __len__(self) -> int:
        return len(_FACTS)


@lru_cache(KEPT)
def solar_term(day: date) -> str:
    """The solar term that begins on that day in China, like 大雪; empty on the others."""
    if day.year not in LUNAR_YEARS:
        return ""
    found = str(_lunar(day).todaySolarTerms)
    return "" if found == "无" else found


def festival(day: date) -> str:
    """The festival that people keep on that day, of the moon first; empty where there is none."""
    return next(iter(festivals(day)), "")


@lru_cache(KEPT)
def festivals(day: date) -> tuple[str, ...]:
    """All festivals of that day, those of the moon first."""
    sunday = (day.month, (day.day + 6) // 7) if day.weekday() == 6 else (0, 0)
    found = (_by_moon(day), _FESTIVALS.get((day.month, day.day), ""), _SUNDAYS.get(sunday, ""),
             "清明节" if solar_term(day) == "清明" else "")  # fmt: skip
    return tuple(filter(None, found))


@lru_cache(KEPT)
def holiday(day: date) -> str:
    """The statutory holiday because of which that day is off; empty on a weekend without one.

    For a year that is not announced yet these are the festival days that the law itself names.
    """
    detail = _announced(day)
    if detail is None:
        return _by_law(day)
    off, name = detail
    return name if off else ""


@lru_cache(KEPT)
def is_workday(day: date) -> bool:
    """True when people work that day: days that make up for a holiday are working days.

    For a year that is not announced yet: Monday to Friday, but for the days that the law names.
    """
    detail = _announced(day)
    if detail is None:
        return day.weekday() < 5 and not _by_law(day)
    return not detail[0]


@lru_cache(64)
def is_announced(year: int) -> bool:
    """True when it is known which days of the year are off and which are made up for."""
    return _announced(date(year, 1, 1)) is not None


def announced_until(year: int) -> int:
    """The last year of which it is known which days are off, looked for from ``year`` on or, where
    that one is not known, back from it."""
    while is_announced(year + 1):
        year += 1
    while not is_announced(year) and year > FIRST_YEAR:
        year -= 1
    return year


def _by_moon(day: date) -> str:
    if day.year not in LUNAR_YEARS:
        return ""
    month, number, leap = _moon(day)
    if _moon(day + timedelta(days=1))[:2] == (1, 1):
        return "除夕"
    return "" if leap else _LUNAR_FESTIVALS.get((month, number), "")


def _by_law(day: date) -> str:
    fixed = next((name for name, days in _LAW.items() if (day.month, day.day) in days), "")
    if fixed or day.year not in LUNAR_YEARS:
        return fixed
    if _by_moon(day) == "除夕":
        return "春节"
    month, number, leap = _moon(day)
    lunar = "" if leap else _LUNAR_LAW.get((month, number), "")
    return lunar or ("清明节" if solar_term(day) == "清明" else "")


def _moon(day: date) -> tuple[int, int, bool]:
    found = _lunar(day)
    return int(found.lunarMonth), int(found.lunarDay), bool(found.isLunarLeapMonth)


@lru_cache(KEPT)
def _lunar(day: date) -> Any:
    from cnlunar import Lunar

    # By the eight characters it works out no omens, which takes most of its time.
    return Lunar(datetime(day.year, day.month, day.day, 12), godType="8char")


def _announced(day: date) -> tuple[bool, str] | None:
    """(is off, name of the holiday); None for a year that the table does not know."""
    from chinese_calendar import Holiday, get_holiday_detail

    try:
        off, name = get_holiday_detail(day)
    except NotImplementedError:
        return None
    chinese = str(Holiday(name).chinese) if name else ""
    return bool(off), _OFFICIAL.get(chinese, chinese)


_FACTS: Mapping[str, Callable[[date], Any]] = {
    "date": lambda day: day, "weekday": lambda day: WEEKDAYS[day.weekday()],
    "solar_term": solar_term, "festival": festival, "holiday": holiday, "workday": is_workday,
}  # fmt: skip
