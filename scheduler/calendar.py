"""content/calendar.toml: what comes round for everybody. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.core import tomlfile
from bot.core.decode import decode, fail
from bot.core.span import parse_span
from scheduler.recurrence import Recurrence, parse_when


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One recurring post. ``late``: run once when at most this late, else skip it."""

    id: str
    when: str
    do: Literal["group_post", "moment"]
    persona: str
    template: str
    title: str = ""
    groups: Literal["customer", "internal", "both"] = "customer"
    late: str = "2h"


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """All entries of one published version."""

    entry: tuple[Entry, ...] = ()
    version: int = field(default=1, metadata={"key": ""})
    zone: str = field(default="UTC", metadata={"key": ""})

    def get(self, name: str) -> Entry | None:
        """The entry of that id, or None when it is gone from the calendar."""
        return next((e for e in self.entry if e.id == name), None)

    def recurrence(self, entry: Entry) -> Recurrence:
        """When the entry comes round."""
        return parse_when(entry.when, self.zone)


def parse_calendar(source: str, file: str, zone: str, version: int = 1) -> Calendar:
    """Reads the calendar. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source, file)
    calendar = decode(Calendar, doc)
    seen: set[str] = set()
    for i, entry in enumerate(calendar.entry):
        if entry.id in seen:
            raise fail(doc, ("entry", i, "id"), f"{entry.id!r} stands twice")
        seen.add(entry.id)
        for key, check in (("when", lambda t: parse_when(t, zone)), ("late", parse_span)):
            try:
                check(getattr(entry, key))
            except ValueError as exc:
                raise fail(doc, ("entry", i, key), str(exc)) from None
    return Calendar(entry=calendar.entry, version=version, zone=zone)


def is_late(entry: Entry, planned: int, now: int) -> bool:
    """True when the entry's time is too long gone to be made up for."""
    return now - planned > parse_span(entry.late)
