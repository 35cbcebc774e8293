"""Shifts on the calendar: nights, absences, gaps, overlaps, clocks that change, working time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core import rota
from bot.core.clock import DAY, HOUR, MINUTE, to_ms
from bot.core.rota import Shift, Span

ZONE = "Asia/Shanghai"
MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo(ZONE)).date()
WEEK = rota.week_of(MONDAY, ZONE)


def at(day: int, hour: float, zone: str = ZONE) -> int:
    clock = time(int(hour), round(hour % 1 * 60))
    return to_ms(datetime.combine(MONDAY + timedelta(days=day), clock, ZoneInfo(zone)))


def weekly(login: str, day: int, opens: float, closes: float, *covers: str) -> Shift:
    return Shift(login=login, kind="weekly", weekday=day, opens=round(opens * 60),
                 closes=round(closes * 60), covers=covers)  # fmt: skip


def dated(login: str, since: int, until: int, kind: rota.Kind = "once", *covers: str) -> Shift:
    return Shift(login=login, kind=kind, since=since, until=until, covers=covers)


def test_a_week_begins_on_monday_and_has_seven_days() -> None:
    assert Span(at(0, 0), at(7, 0)) == WEEK
    assert rota.week_of(rota.day_of(at(6, 23), ZONE), ZONE) == WEEK
    found = rota.days(WEEK, ZONE)
    assert [day.isoweekday() for day, _ in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [span.until for _, span in found[:-1]] == [span.since for _, span in found[1:]]


def test_a_night_shift_belongs_to_the_evening_it_begins() -> None:
    night = weekly("lin", 6, 22, 30)  # Sunday 22:00 to Monday 06:00
    assert list(rota.spans_of(night, WEEK, ZONE)) == [
        Span(at(0, 0), at(0, 6)), Span(at(6, 22), at(7, 0))]  # fmt: skip
    assert rota.on_duty([night], at(7, 5), ZONE) == ["lin"]
    assert rota.on_duty([night], at(7, 6), ZONE) == []


def test_a_shift_keeps_its_hours_when_the_clocks_change() -> None:
    zone = "Europe/Berlin"  # 2026-10-25: 03:00 becomes 02:00
    sunday = weekly("lin", 6, 0, 8)
    week = rota.week_of(datetime(2026, 10, 25, tzinfo=UTC).date(), zone)
    [span] = rota.spans_of(sunday, week, zone)
    assert span.until - span.since == 9 * HOUR
    assert len(rota.days(week, zone)) == 7


def test_an_absence_takes_its_time_out() -> None:
    shifts = [weekly("lin", 0, 9, 18), weekly("chen", 0, 9, 12),
              dated("lin", at(0, 10), at(0, 11), "away")]  # fmt: skip
    told = [(t.login, t.span) for t in rota.turns(shifts, WEEK, ZONE)]
    assert told == [
        ("lin", Span(at(0, 9), at(0, 10))), ("chen", Span(at(0, 9), at(0, 12))),
        ("lin", Span(at(0, 11), at(0, 18)))]  # fmt: skip
    assert rota.on_duty(shifts, at(0, 10.5), ZONE) == ["chen"]
    assert rota.on_duty([dated("lin", 0, at(9, 0), "away")], at(0, 10), ZONE) == []


def test_a_shift_is_there_for_what_it_covers() -> None:
    shifts = [weekly("lin", 0, 9, 18, "tester"), weekly("chen", 0, 9, 18, "kf:wk2"),
              weekly("wu", 0, 9, 18)]  # fmt: skip
    noon = at(0, 12)
    assert rota.on_duty(shifts, noon, ZONE) == ["chen", "lin", "wu"]
    assert rota.on_duty(shifts, noon, ZONE, "tester", "kf:wk1") == ["lin", "wu"]
    assert rota.on_duty(shifts, noon, ZONE, "second", "kf:wk2") == ["chen", "wu"]


def test_gaps_are_office_hours_without_anybody() -> None:
    office = rota.daily("09:00", "21:00", Span(at(0, 0), at(1, 0)), ZONE)
    shifts = [weekly("lin", 0, 8, 12), weekly("chen", 0, 13, 20, "second")]
    assert rota.gaps(shifts, office, ZONE, "tester") == [Span(at(0, 12), at(0, 21))]
    assert rota.gaps(shifts, office, ZONE, "second") == [
        Span(at(0, 12), at(0, 13)), Span(at(0, 20), at(0, 21))]  # fmt: skip
    assert rota.gaps([], [], ZONE, "tester") == []


def test_hours_past_midnight_are_open_on_both_sides_of_it() -> None:
    found = rota.daily("20:00", "02:00", Span(at(0, 0), at(1, 0)), ZONE)
    assert found == [Span(at(0, 0), at(0, 2)), Span(at(0, 20), at(1, 0))]


@pytest.mark.parametrize(
    ("shifts", "hours", "since", "due"),
    [
        ([], None, at(0, 3), at(0, 3) + 5 * MINUTE),  # nobody plans anything: always
        ([], ("09:00", "21:00"), at(0, 3), at(0, 9) + 5 * MINUTE),
        ([], ("09:00", "21:00"), at(0, 20) + 57 * MINUTE, at(1, 9) + 2 * MINUTE),
        ([weekly("lin", 1, 9, 18)], None, at(0, 3), at(1, 9) + 5 * MINUTE),
        ([weekly("lin", 0, 7, 8)], ("09:00", "21:00"), at(0, 3), at(0, 7) + 5 * MINUTE),
        ([weekly("lin", 0, 7, 8, "other")], None, at(0, 3), at(0, 3) + 5 * MINUTE),
        ([dated("lin", 0, 9 * 10**12, "away")], None, at(0, 3), at(0, 3) + 5 * MINUTE),
    ],
)
def test_only_working_time_counts(
    shifts: list[Shift], hours: tuple[str, str] | None, since: int, due: int
) -> None:
    spans = rota.working(shifts, hours, Span(since, since + 3 * DAY), ZONE, "tester")
    assert rota.reached(spans, since, 5 * MINUTE) == due


def test_time_that_does_not_come_is_not_reached() -> None:
    assert rota.reached([Span(0, 10), Span(20, 30)], 5, 15) is None
    assert rota.reached([Span(0, 10), Span(20, 30)], 5, 14) == 29
    assert rota.reached([], 0, 1) is None


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (weekly("lin", 0, 17, 19), True),
        (weekly("lin", 0, 18, 19), False),  # one ends where the other begins
        (weekly("lin", 1, 9, 18), False),
        (weekly("chen", 0, 9, 18), False),
        (weekly("lin", 6, 22, 34), True),  # Sunday 22:00 to Monday 10:00
        (dated("lin", at(0, 17), at(0, 19)), True),
        (dated("lin", at(1, 17), at(1, 19)), False),
        (dated("lin", at(0, 17), at(0, 19), "away"), False),
    ],
)
def test_nobody_is_on_duty_twice(other: Shift, meets: bool) -> None:
    mine = weekly("lin", 0, 9, 18)
    for one, two in ((mine, other), (other, mine)):
        assert (rota.overlap(one, [two], ZONE, at(2, 12)) is not None) is meets


def test_two_absences_do_not_meet_either() -> None:
    away = dated("lin", at(0, 0), at(2, 0), "away")
    assert rota.overlap(dated("lin", at(1, 0), at(3, 0), "away"), [away], ZONE, at(0, 0)) is away
    assert rota.overlap(dated("lin", at(2, 0), at(3, 0), "away"), [away], ZONE, at(0, 0)) is None
