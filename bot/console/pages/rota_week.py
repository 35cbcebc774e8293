"""One week of the rota as a grid: who is there on which day, and which office hours are bare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import rota
from bot.core.clock import DAY, local
from bot.core.rota import Shift, Span
from bot.library.cast import Cast
from bot.store.shifts import clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One entry on one day. ``next``: it ends the day after; ``away``: it is an absence, ``whole``
    of the whole day; ``off``: it is a shift that an absence takes away."""

    shift: Shift
    begins: str
    ends: str
    next: bool
    away: bool
    whole: bool = False
    off: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A column."""

    date: date
    today: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """A persona's office hours, and the times of each day for which nobody is on duty."""

    persona: str
    name: str
    hours: str
    gaps: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """The grid: a row for each person, then one for each persona that has office hours."""

    monday: date
    days: Sequence[Day]
    rows: Sequence[tuple[str, Sequence[Sequence[Piece]]]]
    offices: Sequence[Office]
    now: Sequence[tuple[str, str]]

    @property
    def before(self) -> str:
        """The Monday of the week before."""
        return (self.monday - timedelta(days=7)).isoformat()

    @property
    def after(self) -> str:
        """The Monday of the week after."""
        return (self.monday + timedelta(days=7)).isoformat()

    @property
    def uncovered(self) -> int:
        """How many days have a gap."""
        return sum(map(any, zip(*(office.gaps for office in self.offices), strict=True)))


def week(shifts: Sequence[Shift], day: date, now: int, zone: str, cast: Cast | None) -> Week:
    """The week that holds a day."""
    days = rota.days(rota.week_of(day, zone), zone)
    today = rota.day_of(now, zone)
    logins = sorted({shift.login for shift in shifts})
    rows = [(login, [_pieces(shifts, login, day, span, zone) for day, span in days])
            for login in logins]  # fmt: skip
    return Week(
        monday=days[0][0], days=[Day(date=each, today=each == today) for each, _ in days],
        rows=[row for row in rows if any(row[1])],
        offices=_offices(shifts, [span for _, span in days], zone, cast),
        now=_now(shifts, now, zone),
    )  # fmt: skip


def _now(shifts: Sequence[Shift], now: int, zone: str) -> list[tuple[str, str]]:
    """Who is on duty at this moment, and until when."""
    found = rota.turns(shifts, Span(now - 1, now + DAY), zone)
    return [(turn.login, f"{local(turn.span.until, zone):%H:%M}") for turn in found
            if turn.span.since <= now < turn.span.until]  # fmt: skip


def _pieces(
    shifts: Sequence[Shift], login: str, day: date, span: Span, zone: str
) -> list[Piece]:  # fmt: skip
    mine = [shift for shift in shifts if shift.login == login]
    there = {turn.shift.id for turn in rota.turns(mine, Span(span.since, span.until + DAY), zone)
             if turn.span.since < span.until or turn.shift.kind == "once"}  # fmt: skip
    made = (_piece(shift, day, span, zone) for shift in mine)
    found = [replace(piece, off=not piece.away and piece.shift.id not in there)
             for piece in made if piece is not None]  # fmt: skip
    return sorted(found, key=lambda piece: (piece.away, piece.begins))


def _piece(shift: Shift, day: date, span: Span, zone: str) -> Piece | None:
    """An entry on the day on which it begins; an absence on each day that it touches."""
    if shift.kind == "weekly":
        if shift.weekday != day.weekday():
            return None
        return Piece(shift=shift, begins=clock(shift.opens), ends=clock(shift.closes),
                     next=shift.closes > rota.DAY_MINUTES, away=False)  # fmt: skip
    cut = next(rota.spans_of(shift, span, zone), None)
    begins_here = span.since <= shift.since < span.until
    if cut is None or (shift.kind == "once" and not begins_here):
        return None
    ends = cut.until if shift.kind == "away" else shift.until
    return Piece(
        shift=shift, begins=f"{local(cut.since, zone):%H:%M}", ends=_end(ends, span, zone),
        next=ends > span.until, away=shift.kind == "away", whole=cut == span,
    )  # fmt: skip


def _end(at: int, span: Span, zone: str) -> str:
    return "24:00" if at == span.until else f"{local(at, zone):%H:%M}"


def _offices(
    shifts: Sequence[Shift], spans: Sequence[Span], zone: str, cast: Cast | None
) -> list[Office]:  # fmt: skip
    found = []
    for key, script in sorted((cast.scripts if cast is not None else {}).items()):
        hours = script.persona.hours
        if hours is None:
            continue
        gaps = [[f"{local(gap.since, zone):%H:%M}–{_end(gap.until, span, zone)}" for gap in
                 rota.gaps(shifts, rota.daily(hours.open, hours.close, span, zone), zone, key)]
                for span in spans]  # fmt: skip
        found.append(Office(persona=key, name=script.persona.name,
                            hours=f"{hours.open}–{hours.close}", gaps=gaps))  # fmt: skip
    return found


def lines(found: Week, names: Mapping[str, str]) -> list[list[str]]:
    """The week as rows of a file: day, login, from, until, what it covers, kind, note."""
    return [
        [day.date.isoformat(), login, piece.begins, piece.ends,
         " ".join(names.get(one, one) for one in piece.shift.covers), piece.shift.kind,
         piece.shift.note]
        for login, cells in found.rows for day, cell in zip(found.days, cells, strict=True)
        for piece in cell
    ]  # fmt: skip
