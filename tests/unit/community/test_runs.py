"""When runs are on, and what days in a row make: time zones, clock changes, leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.community.activity import Activity, Stage, Times
from bot.community.runs import Run, plan, question, stage_at
from bot.community.streaks import Streak, streak
from bot.core.clock import DAY, HOUR, local, to_ms

HERE = "Asia/Shanghai"


def at(text: str, zone: str = HERE) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def made(kind: str = "contest", **when: str) -> Activity:
    return Activity(id="a", title="一", circle="tea", kind=kind, when=Times(**when))  # type: ignore[arg-type]


def test_a_run_is_called_by_the_local_day_and_its_spans_begin_with_it() -> None:
    told = made(every="sat 10:00", join="1h", submit="2h", close="2d", award="3d", remind="1d")
    run = plan(told, at("2026-12-05 10:00"), HERE)
    assert run.id == "a@2026-12-05"
    assert dict(run.due) == {"open": run.announce_at + HOUR, "remind": run.announce_at + DAY,
                             "close": run.announce_at + 2 * DAY,
                             "judge": run.announce_at + 3 * DAY}  # fmt: skip
    assert run.submit_at == run.announce_at + 2 * HOUR


@pytest.mark.parametrize(("zone", "moment", "open_"), [
    ("Pacific/Kiritimati", "2026-12-01 00:00", True),
    ("Pacific/Kiritimati", "2026-11-30 23:59", False),
    ("Etc/GMT+12", "2026-12-01 23:59", True),
    ("Etc/GMT+12", "2026-12-02 00:00", False),
    ("America/New_York", "2026-12-01 23:59", True),
])  # fmt: skip
def test_a_check_in_is_open_as_long_as_its_day_is_anywhere(
    zone: str, moment: str, open_: bool
) -> None:
    run = plan(made("checkin", every="daily 06:30"), at("2026-12-01 06:30"), HERE)
    assert run.announce_at == at("2026-12-01 06:30")
    assert (run.join_at <= at(moment, zone) < run.close_at) is open_


def days(zone: str, *moments: str) -> list[date]:
    """The local days on which somebody checked in, told in UTC."""
    return [local(to_ms(datetime.fromisoformat(one).replace(tzinfo=UTC)), zone).date()
            for one in moments]  # fmt: skip


# (where, when in UTC, days, in a row, the longest row)
TABLE = [
    # 23:59 and 00:01 are two days where he lives
    (HERE, ("2026-12-01 15:59", "2026-12-01 16:01"), 2, 2, 2),
    # the same two minutes are one day in London
    ("Europe/London", ("2026-12-01 15:59", "2026-12-01 16:01"), 1, 1, 1),
    # the day of 23 hours and that of 25 are days like any other
    ("America/New_York", ("2026-03-07 17:00", "2026-03-08 17:00", "2026-03-09 03:59"), 2, 2, 2),
    ("America/New_York", ("2026-10-31 16:00", "2026-11-01 05:30", "2026-11-02 04:59",
                          "2026-11-02 05:00"), 3, 3, 3),
    # a leap day stands between two months, and does not where there is none
    (HERE, ("2028-02-28 04:00", "2028-02-29 04:00", "2028-03-01 04:00"), 3, 3, 3),
    (HERE, ("2028-02-28 04:00", "2028-03-01 04:00"), 2, 1, 1),
    (HERE, ("2027-02-28 04:00", "2027-03-01 04:00"), 2, 2, 2),
    # over the year; and a gap begins anew, but the longest row stays
    (HERE, ("2026-12-31 04:00", "2027-01-01 04:00"), 2, 2, 2),
    (HERE, ("2026-12-01 04:00", "2026-12-02 04:00", "2026-12-03 04:00", "2026-12-05 04:00"),
     4, 1, 3),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "moments", "n", "row", "best"), TABLE)
def test_days_in_a_row(zone: str, moments: tuple[str, ...], n: int, row: int, best: int) -> None:
    told = days(zone, *moments)
    assert streak(told) == Streak(n, row, best, max(told))
    assert streak(reversed(told + told)) == streak(told)


def test_a_row_lives_until_the_end_of_the_next_day() -> None:
    held = streak([date(2028, 2, 28), date(2028, 2, 29)])
    assert held is not None and streak([]) is None
    assert [held.now(date(2028, 2, 29)), held.now(date(2028, 3, 1)), held.now(date(2028, 3, 2))] \
        == [2, 2, 0]  # fmt: skip


def test_questions_take_turns_by_the_day() -> None:
    from bot.community.activity import Question

    told = Activity(id="a", title="一", circle="t", kind="checkin",
                    questions=tuple(Question(ask=one) for one in "甲乙丙"))  # fmt: skip
    asked = [question(told, f"2026-12-{day:02}") for day in range(1, 7)]
    assert asked[:3] == asked[3:] and set(asked) == set("甲乙丙")


def test_the_steps_of_a_co_creation_follow_one_another() -> None:
    steps = tuple(Stage(id=one, title=one, ask="?", lasts="2d") for one in ("design", "opinion"))  # type: ignore[arg-type]
    told = Activity(id="a", title="一", circle="t", kind="cocreate", stages=steps)
    found = [stage_at(told, 0, at) for at in (-1, 0, 2 * DAY - 1, 2 * DAY, 4 * DAY)]
    assert [one and one.id for one in found] == [None, "design", "design", "opinion", None]


def test_a_reminder_behind_the_end_is_none() -> None:
    run: Run = plan(made(every="daily 10:00", close="2h", remind="3h"), at("2026-12-05 10:00"),
                    HERE)  # fmt: skip
    assert "remind" not in dict(run.due)
