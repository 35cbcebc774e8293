"""When a run of an activity is announced, open, closed and awarded. Pure.

A run is called by the local day of its announcement (``2026-12-01``), in the company's zone. That
of a check-in is a day of the members: for each it lasts from his own midnight to the next, so the
run is open from when the day begins in the first zone of the world until it ends in the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.community.activity import Activity, Stage, run_id
from bot.community.activity_check import DAILY
from bot.community.times import instant
from bot.core.clock import HOUR, local, to_ms
from bot.core.span import parse_span

CHECKIN = "checkin"
FIRST_ZONE, LAST_ZONE = 14 * HOUR, 12 * HOUR  # ahead of UTC, behind it


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One time an activity takes place. UTC ms; ``remind`` None: nobody is reminded."""

    id: str
    activity: str
    version: int
    key: str
    circle: str
    announce_at: int
    join_at: int
    submit_at: int
    close_at: int
    award_at: int
    remind_at: int | None

    @property
    def due(self) -> Iterator[tuple[str, int]]:
        """What is to be done when, the announcement aside."""
        yield "open", self.join_at
        if self.remind_at is not None and self.remind_at < self.close_at:
            yield "remind", self.remind_at
        yield "close", self.close_at
        yield "judge", self.award_at


def plan(made: Activity, announced: int, zone: str) -> Run:
    """The run that is announced at a moment; times are those of ``zone``."""
    if made.kind == CHECKIN:
        return plan_day(made, local(announced, zone).date(), zone)
    when = made.when
    close = instant(when.close, announced, zone)
    join = instant(when.join, announced, zone)
    award = instant(when.award, announced, zone) if when.award else close
    return _run(made, local(announced, zone).date(), announced, join=join,
                submit=max(join, instant(when.submit, announced, zone)), close=close,
                award=max(award, close), zone=zone)  # fmt: skip


def plan_day(made: Activity, day: date, zone: str) -> Run:
    """The run of a check-in for one day of the members."""
    found = DAILY.fullmatch(made.when.every.strip().lower())
    at = time(int(found[1]), int(found[2])) if found else time()
    announced = to_ms(datetime.combine(day, at, ZoneInfo(zone)))
    begins = to_ms(datetime.combine(day, time(), UTC)) - FIRST_ZONE
    ends = to_ms(datetime.combine(day + timedelta(days=1), time(), UTC)) + LAST_ZONE
    return _run(made, day, announced, join=begins, submit=begins, close=ends, award=ends, zone=zone)


def _run(
    made: Activity, day: date, announced: int, *, join: int, submit: int, close: int, award: int,
    zone: str,
) -> Run:  # fmt: skip
    key, remind = day.isoformat(), made.when.remind
    return Run(
        id=run_id(made.id, key), activity=made.id, version=made.version, key=key,
        circle=made.circle, announce_at=announced, join_at=join, submit_at=submit, close_at=close,
        award_at=award, remind_at=instant(remind, announced, zone) if remind else None,
    )  # fmt: skip


def question(made: Activity, run_key: str) -> str:
    """What is asked in a run: of a check-in or a topic one question a day, in turn. The turn goes
    by the day itself, so it is the same after any restart; empty: nothing is asked."""
    if made.kind == "quiz" or not made.questions:
        return ""
    return made.questions[date.fromisoformat(run_key).toordinal() % len(made.questions)].ask


def stage_at(made: Activity, announced: int, now: int) -> Stage | None:
    """The step of a co-creation that is on; None before and after."""
    begins = announced
    for one in made.stages:
        ends = begins + parse_span(one.lasts)
        if begins <= now < ends:
            return one
        begins = ends
    return None
