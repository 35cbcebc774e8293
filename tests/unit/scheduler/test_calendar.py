"""The calendar: entries, their faults, and how late is too late."""

from __future__ import annotations

import pytest

from bot.core.errors import BadInput
from scheduler.calendar import Entry, is_late, parse_calendar

GOOD = """\
[[entry]]
id = "weekly"
when = "wed 20:00"
do = "group_post"
persona = "tester"
template = "groups/weekly"
groups = "both"

[[entry]]
id = "morning"
when = "mon,thu 08:30"
do = "moment"
persona = "tester"
template = "moments/morning"
late = "45m"
"""
FILE, ZONE = "content/calendar.toml", "Asia/Shanghai"


def test_a_calendar_as_it_is_written() -> None:
    calendar = parse_calendar(GOOD, FILE, ZONE, 3)
    assert [e.id for e in calendar.entry] == ["weekly", "morning"]
    assert (calendar.version, calendar.zone) == (3, ZONE)
    weekly, morning = calendar.entry
    assert (weekly.groups, weekly.late, morning.groups, morning.late) == (
        "both", "2h", "customer", "45m")  # fmt: skip
    assert calendar.get("weekly") is weekly
    assert calendar.get("gone") is None
    assert calendar.recurrence(morning).days == "mon,thu"
    assert calendar.recurrence(morning).zone == ZONE


def test_an_empty_calendar_is_fine() -> None:
    assert parse_calendar("", FILE, ZONE).entry == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "morning"', 'id = "weekly"', 10, "entry.1.id: 'weekly' stands twice"),
        ('when = "mon,thu 08:30"', 'when = "mon 8"', 11, "entry.1.when: 'mon 8' is no recurrence"),
        ('when = "wed 20:00"', 'when = "wed 25:00"', 3, "entry.0.when: 25:00 is no time of day"),
        ('when = "wed 20:00"', 'when = "day 20:00"', 3, "entry.0.when: 'day': days are written like"),
        ('late = "45m"', 'late = "soon"', 15, "entry.1.late: 'soon' is no length of time"),
        ('do = "moment"', 'do = "post"', 12, "entry.1.do: 'post' is not possible"),
        ('groups = "both"', 'groups = "all"', 7, "entry.0.groups: 'all' is not possible"),
        ('persona = "tester"', "", 1, "entry.0: persona is missing"),
        ('groups = "both"', 'group = "both"', 7, "did you mean 'groups'?"),
        ('id = "weekly"', 'id = "weekly"\nversion = 2', 3, "entry.0.version: unknown key"),
    ],
)
def test_a_fault_names_its_line_and_key(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_calendar(GOOD.replace(old, new, 1), FILE, ZONE)
    assert str(caught.value).startswith(f"{FILE}:{line}: ")
    assert words in str(caught.value)


def test_version_and_zone_do_not_come_from_the_file() -> None:
    for key in ("version = 2", 'zone = "UTC"'):
        with pytest.raises(BadInput, match="unknown key"):
            parse_calendar(key + "\n" + GOOD, FILE, ZONE)


@pytest.mark.parametrize(
    ("late", "by", "too_late"),
    [("2h", 0, False), ("2h", 7_200_000, False), ("2h", 7_200_001, True), ("2h", -5_000, False),
     ("0s", 0, False), ("0s", 1, True)],
)  # fmt: skip
def test_an_entry_is_made_up_for_within_its_grace_and_not_after(
    late: str, by: int, too_late: bool
) -> None:
    entry = Entry(id="e", when="daily 09:00", do="moment", persona="p", template="t", late=late)
    assert is_late(entry, 1_790_000_000_000, 1_790_000_000_000 + by) is too_late
