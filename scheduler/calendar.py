"""content/calendar.toml: what comes round for everybody, and the days of silence. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.core import tomlfile
from bot.core.clock import HOUR, MINUTE, local, to_ms
from bot.core.decode import decode, fail
from bot.core.model import ReplyKind
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc
from scheduler.recurrence import Recurrence, parse_when

SKIP = "skip"
SKIP_AFTER = 5 * MINUTE  # a restart is no reason to leave a post out
JITTER_MAX = 6 * HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One recurring post.

    ``late``: run once when at most this late, else leave it out; ``skip`` never makes up for it.
    ``jitter``: it comes up to this much later, each time by another amount. ``zone``: of the times
    of this entry; empty is the corp's.
    """

    id: str
    when: str
    do: Literal["group_post", "moment"]
    persona: str
    template: str
    title: str = ""
    groups: Literal["customer", "internal", "both"] = "customer"
    late: str = "2h"
    jitter: str = "0s"
    zone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blackout:
    """Days, both included, on which nothing unasked is said; ``kinds``: empty is all of it."""

    begins: date = field(metadata={"key": "from"})
    ends: date = field(metadata={"key": "to"})
    why: str
    kinds: tuple[ReplyKind, ...] = ()
    persona: tuple[str, ...] = ()

    def covers(self, day: date, kind: str, persona: str) -> bool:
        """True when a message of this kind by this persona has to wait on that local day."""
        named = not self.kinds or kind in self.kinds
        return self.begins <= day <= self.ends and named and (
            not self.persona or persona in self.persona)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """All entries and days of silence of one published version."""

    entry: tuple[Entry, ...] = ()
    blackout: tuple[Blackout, ...] = ()
    version: int = field(default=1, metadata={"key": ""})
    zone: str = field(default="UTC", metadata={"key": ""})

    def get(self, name: str) -> Entry | None:
        """The entry of that id, or None when it is gone from the calendar."""
        return next((e for e in self.entry if e.id == name), None)

    def recurrence(self, entry: Entry) -> Recurrence:
        """When the entry comes round."""
        return parse_when(entry.when, entry.zone or self.zone)

    def silence(self, at: int, kind: str, persona: str) -> tuple[str, int] | None:
        """Why a message of this kind has to wait at that time, and until when (UTC ms); None when
        it need not. Blackouts that follow one another count as one."""
        day = local(at, self.zone).date()
        why, until = "", day
        while found := next((b for b in self.blackout if b.covers(until, kind, persona)), None):
            why, until = why or found.why, found.ends + timedelta(days=1)
        if not why:
            return None
        return why, to_ms(datetime(until.year, until.month, until.day, tzinfo=ZoneInfo(self.zone)))


def parse_calendar(source: str, file: str, zone: str, version: int = 1) -> Calendar:
    """Reads the calendar. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source, file)
    calendar = decode(Calendar, doc)
    seen: set[str] = set()
    for i, entry in enumerate(calendar.entry):
        if entry.id in seen:
            raise fail(doc, ("entry", i, "id"), f"{entry.id!r} stands twice")
        seen.add(entry.id)
        _check(doc, i, entry, zone)
    for i, blackout in enumerate(calendar.blackout):
        if blackout.ends < blackout.begins:
            raise fail(doc, ("blackout", i, "to"), "is before from", "write the last day of it")
    return Calendar(entry=calendar.entry, blackout=calendar.blackout, version=version, zone=zone)


def _check(doc: TomlDoc, i: int, entry: Entry, zone: str) -> None:
    checks: Mapping[str, Callable[[str], Any]] = {
        "zone": _zone, "when": lambda text: parse_when(text, entry.zone or zone),
        "late": grace, "jitter": _jitter,
    }  # fmt: skip
    for key, check in checks.items():
        try:
            check(getattr(entry, key))
        except ValueError as exc:
            raise fail(doc, ("entry", i, key), str(exc)) from None


def _zone(text: str) -> None:
    try:
        ZoneInfo(text or "UTC")
    except (ValueError, OSError, LookupError):
        raise ValueError(f"{text!r} is no time zone; write one like Asia/Shanghai") from None


def _jitter(text: str) -> int:
    span = parse_span(text)
    if span > JITTER_MAX:
        raise ValueError(f"{text!r} is too much; at most 6h, or it is another time of day")
    return span


def grace(late: str) -> int:
    """By how many ms an entry may be late and is still made up for. Raises ValueError."""
    return SKIP_AFTER if late == SKIP else parse_span(late)


def is_late(entry: Entry, planned: int, now: int) -> bool:
    """True when the entry's time is too long gone to be made up for."""
    return now - due_at(entry, planned) > grace(entry.late)


def due_at(entry: Entry, planned: int) -> int:
    """When an occurrence is really due: by its jitter later, the same whoever asks."""
    span = _jitter(entry.jitter)
    if not span:
        return planned
    mark = hashlib.sha256(f"{entry.id}/{planned}".encode()).digest()
    return planned + int.from_bytes(mark[:8], "big") % (span + 1)


def occurrences(calendar: Calendar, entry: Entry, since: int, until: int) -> Iterator[int]:
    """Planned times of an entry in [since, until)."""
    recurrence = calendar.recurrence(entry)
    at = recurrence.after(since - 1)
    while at is not None and at < until:
        yield at
        at = recurrence.after(at)
