"""The governor's rules, one small function each, in a table. Pure.

A rule gives None where it has no say (a rule about offers, asked of a birthday wish), else what it
found: it lets the message pass, puts it off until some time, or, with ``until`` None, ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.clock import DAY, local, to_ms
from bot.core.governing import Rules
from scheduler.ruling import Ask, Said, Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is asked, what is known, by what is judged, and when."""

    ask: Ask
    standing: Standing
    rules: Rules
    now: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found. ``key`` names its sentence, ``values`` are the numbers in it."""

    holds: bool
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    until: int | None = None


Judge = Callable[[Case], Found | None]


def _opted_out(case: Case) -> Found | None:
    if not case.ask.sells:
        return None
    return Found(case.standing.promo_ok, "promo_ok" if case.standing.promo_ok else "opted_out")


def _quiet(case: Case) -> Found:
    ends = awake(case, case.now)
    return Found(ends == case.now, "awake" if ends == case.now else "asleep",
                 {"zone": case.standing.zone}, ends)  # fmt: skip


def awake(case: Case, at: int) -> int:
    """The first moment from ``at`` on that is not within the quiet hours, in the member's zone."""
    rules, zone = case.rules, case.standing.zone
    if rules.quiet_from == rules.quiet_to:
        return at
    there = local(at, zone)
    minute = there.hour * 60 + there.minute
    if not _within(minute, rules.quiet_from, rules.quiet_to):
        return at
    day = there.date() + timedelta(days=minute >= rules.quiet_to)
    hour, rest = divmod(rules.quiet_to, 60)
    ends = there.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=rest,
                         second=0, microsecond=0, fold=0)  # fmt: skip
    return max(to_ms(ends), at)


def _within(minute: int, start: int, end: int) -> bool:
    if start < end:
        return start <= minute < end
    return minute >= start or minute < end


def window_start(now: int, days: int, zone: str) -> int:
    """Messages after this moment count: both in so many times 24 hours and since the same time of
    the clock so many days ago, which differ where clocks are changed."""
    there = local(now, zone)
    return min(now - days * DAY, to_ms(there - timedelta(days=days)))


def window_end(at: int, days: int, zone: str) -> int:
    """When a message that arrived at ``at`` counts no more in such a window."""
    there = local(at, zone)
    return max(at + days * DAY, to_ms(there + timedelta(days=days)))


def _capped(days: int, most: Callable[[Rules], int], offers: Callable[[Rules], int]) -> Judge:
    def judge(case: Case) -> Found | None:
        said = case.standing.said
        limits = [(said, most(case.rules), "cap")]
        if case.ask.sells:
            limits.append((tuple(s for s in said if s.sells), offers(case.rules), "cap_offers"))
        found = [_cap(case, days, *limit) for limit in limits]
        against = [one for one in found if not one.holds]
        return max(against, key=lambda one: one.until or 0) if against else found[-1]

    return judge


def _cap(case: Case, days: int, said: Sequence[Said], most: int, key: str) -> Found:
    zone, now = case.standing.zone, case.now
    since = window_start(now, days, zone)
    counted = sorted(now if s.at is None else s.at for s in said if s.at is None or s.at > since)
    values = {"n": len(counted), "most": most, "days": days}
    if len(counted) < most:
        return Found(True, key, values)
    if not most:
        return Found(False, key, values, now + days * DAY)
    return Found(False, key, values, window_end(counted[-most], days, zone))


RULES: Sequence[tuple[str, Judge]] = (
    ("opted_out", _opted_out),
    ("cap_month", _capped(31, lambda r: r.month, lambda r: r.promo_month)),
    ("cap_week", _capped(7, lambda r: r.week, lambda r: r.promo_week)),
    ("cap_day", _capped(1, lambda r: r.day, lambda r: r.promo_day)),
    ("quiet_hours", _quiet),
)
