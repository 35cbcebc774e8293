"""Who of the staff is on duty when: shifts as values, laid out on the calendar. Pure.

A shift comes round every week, or once; an absence takes its time out of both. Times of the day are
those of the corp's zone, so a shift keeps its hours when clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.core.clock import DAY, local, to_ms

Kind = Literal["weekly", "once", "away"]
KINDS: tuple[Kind, ...] = ("weekly", "once", "away")
DAY_MINUTES = 1440


class Span(NamedTuple):
    """From ``since`` on, before ``until``; UTC ms."""

    since: int
    until: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One entry of the rota.

    ``weekly``: on ``weekday`` (0 is Monday) from minute ``opens`` of the day to ``closes``, which
    is over 1440 when it goes past midnight. ``once`` and ``away``: from ``since`` to ``until``.
    ``covers`` are ids of personas, or ``channel:account``; empty is everything.
    """

    login: str
    kind: Kind
    weekday: int = 0
    opens: int = 0
    closes: int = 0
    since: int = 0
    until: int = 0
    covers: tuple[str, ...] = ()
    note: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of time for which somebody is on duty."""

    login: str
    span: Span
    shift: Shift


def _instant(day: date, minute: int, zone: str) -> int:
    """The ms at which the wall clock of a day shows this minute."""
    later, rest = divmod(minute, DAY_MINUTES)
    at = clock_time(rest // 60, rest % 60)
    return to_ms(datetime.combine(day + timedelta(days=later), at, ZoneInfo(zone)))


def day_of(at: int, zone: str) -> date:
    """The local day of a moment."""
    return local(at, zone).date()


def week_of(day: date, zone: str) -> Span:
    """The local week (from Monday) that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return Span(_instant(monday, 0, zone), _instant(monday + timedelta(days=7), 0, zone))


def days(span: Span, zone: str) -> list[tuple[date, Span]]:
    """The local days that a span touches."""
    day, last = day_of(span.since, zone), day_of(span.until - 1, zone)
    found = []
    while day <= last:
        after = day + timedelta(days=1)
        found.append((day, Span(_instant(day, 0, zone), _instant(after, 0, zone))))
        day = after
    return found


def spans_of(shift: Shift, within: Span, zone: str) -> Iterator[Span]:
    """When a shift falls into a span of time, cut to it."""
    if shift.kind != "weekly":
        yield from _cut([Span(shift.since, shift.until)], within)
        return
    day = day_of(within.since - DAY, zone)
    last = day_of(within.until, zone)
    while day <= last:
        if day.weekday() == shift.weekday:
            whole = Span(_instant(day, shift.opens, zone), _instant(day, shift.closes, zone))
            yield from _cut([whole], within)
        day += timedelta(days=1)


def daily(opens: str, closes: str, within: Span, zone: str) -> list[Span]:
    """Hours that are the same every day (``09:00`` to ``21:00``), past midnight where ``closes`` is
    the earlier one."""
    start, end = _minute(opens), _minute(closes)
    end += DAY_MINUTES if end <= start else 0
    every = [Shift(login="", kind="weekly", weekday=n, opens=start, closes=end) for n in range(7)]
    return merged(span for shift in every for span in spans_of(shift, within, zone))


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _cut(spans: Iterable[Span], within: Span) -> Iterator[Span]:
    for span in spans:
        cut = Span(max(span.since, within.since), min(span.until, within.until))
        if cut.since < cut.until:
            yield cut


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.since <= found[-1].until:
            found[-1] = Span(found[-1].since, max(found[-1].until, span.until))
        else:
            found.append(span)
    return found


def without(spans: Iterable[Span], gone: Iterable[Span]) -> list[Span]:
    """What is left of some time when other time is taken out of it."""
    left = merged(spans)
    for hole in merged(gone):
        left = [part for span in left
                for part in (Span(span.since, min(span.until, hole.since)),
                             Span(max(span.since, hole.until), span.until))
                if part.since < part.until]  # fmt: skip
    return left


def covering(shift: Shift, persona: str, account: str = "") -> bool:
    """True when a shift is there for a persona, or for one account of it (``channel:account``)."""
    return not shift.covers or persona in shift.covers or account in shift.covers


def turns(shifts: Sequence[Shift], within: Span, zone: str) -> list[Turn]:
    """Who is on duty when, absences taken out, by time and login."""
    gone: dict[str, list[Span]] = {}
    for shift in shifts:
        if shift.kind == "away":
            gone.setdefault(shift.login, []).extend(spans_of(shift, within, zone))
    there = [shift for shift in shifts if shift.kind != "away"]
    found = [
        Turn(shift.login, span, shift)
        for shift in there
        for span in without(spans_of(shift, within, zone), gone.get(shift.login, []))
    ]
    return sorted(found, key=lambda turn: (turn.span, turn.login))


def on_duty(
    shifts: Sequence[Shift], now: int, zone: str, persona: str = "", account: str = ""
) -> list[str]:
    """Logins on duty at a moment, for a persona and one of its accounts, or for anything."""
    moment = Span(now, now + 1)
    return list(dict.fromkeys(
        turn.login for turn in turns(shifts, moment, zone)
        if not persona or covering(turn.shift, persona, account)
    ))  # fmt: skip


def working(
    shifts: Sequence[Shift], hours: tuple[str, str] | None, within: Span, zone: str, persona: str,
    account: str = "",
) -> list[Span]:  # fmt: skip
    """When a member of this account may expect an answer: the persona's office hours, and whenever
    somebody is on duty. Without both it is always."""
    mine = [shift for shift in shifts if covering(shift, persona, account)]
    planned = any(shift.kind != "away" for shift in mine)
    if hours is None and not planned:
        return [within]
    office = daily(*hours, within, zone) if hours else []
    return merged([*office, *(turn.span for turn in turns(mine, within, zone))])


def gaps(shifts: Sequence[Shift], office: Iterable[Span], zone: str, persona: str) -> list[Span]:
    """Office hours of a persona for which nobody is on duty."""
    open_ = merged(office)
    if not open_:
        return []
    mine = [shift for shift in shifts if covering(shift, persona)]
    within = Span(open_[0].since, open_[-1].until)
    return without(open_, (turn.span for turn in turns(mine, within, zone)))


def reached(spans: Iterable[Span], since: int, need: int) -> int | None:
    """When ``need`` ms of this time have passed since a moment; None: not within it."""
    left = need
    for span in merged(spans):
        start = max(span.since, since)
        if start >= span.until:
            continue
        if span.until - start > left:
            return start + left
        left -= span.until - start
    return None


def overlap(shift: Shift, others: Iterable[Shift], zone: str, now: int) -> Shift | None:
    """The first entry of the same person and sort (duty, or absence) that shares time with it.

    What comes round every week is compared over the weeks that the other one touches.
    """
    for other in others:
        same = other.login == shift.login and (other.kind == "away") is (shift.kind == "away")
        if not same or (other.id and other.id == shift.id):
            continue
        within = _common(shift, other, zone, now)
        mine, theirs = spans_of(shift, within, zone), list(spans_of(other, within, zone))
        if any(a.since < b.until and b.since < a.until for a in mine for b in theirs):
            return other
    return None


def _common(one: Shift, other: Shift, zone: str, now: int) -> Span:
    fixed = [shift for shift in (one, other) if shift.kind != "weekly"]
    if fixed:
        return Span(min(s.since for s in fixed) - DAY, max(s.until for s in fixed) + DAY)
    week = week_of(day_of(now, zone), zone)
    return Span(week.since, week.until + 2 * DAY)
