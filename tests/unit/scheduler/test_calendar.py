"""The calendar: entries, their faults, and how late is too late."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.clock import MINUTE, to_ms
from bot.core.errors import BadInput
from scheduler.calendar import Calendar, Entry, due_at, is_late, occurrences, parse_calendar

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
        (
            'when = "wed 20:00"',
            'when = "day 20:00"',
            3,
            "entry.0.when: 'day': days are written like",
        ),
        ('late = "45m"', 'late = "soon"', 15, "entry.1.late: 'soon' is no length of time"),
        ('do = "moment"', 'do = "post"', 12, "entry.1.do: 'post' is not possible"),
        ('groups = "both"', 'groups = "all"', 7, "entry.0.groups: 'all' is not possible"),
        ('persona = "tester"', "", 1, "entry.0: persona is missing"),
        ('groups = "both"', 'group = "both"', 7, "did you mean 'groups'?"),
        ('id = "weekly"', 'id = "weekly"\nversion = 2', 3, "entry.0.version: unknown key"),
        ('groups = "both"', 'zone = "Asia/Beijing"', 7, "entry.0.zone: 'Asia/Beijing' is no time"),
        ('groups = "both"', 'jitter = "7h"', 7, "entry.0.jitter: '7h' is too much; at most 6h"),
        ('when = "wed 20:00"', 'when = "festival:中秋 20:00"', 3, "did you mean '中秋节'?"),
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


def entry(**more: str) -> Entry:
    values = {"id": "e", "when": "daily 09:00", "do": "moment", "persona": "p", "template": "t"}
    return Entry(**(values | more))  # type: ignore[arg-type]


def at(text: str, zone: str = ZONE) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def test_an_entry_that_is_not_made_up_for_is_left_out_after_a_restart_s_time() -> None:
    skipped = entry(late="skip")
    assert not is_late(skipped, 0, 5 * MINUTE)
    assert is_late(skipped, 0, 5 * MINUTE + 1)


def test_an_entry_has_a_zone_of_its_own() -> None:
    calendar = Calendar(zone=ZONE, entry=(entry(zone="America/New_York"), entry(id="here")))
    there, here = (next(occurrences(calendar, one, at("2026-11-21 00:00"), at("2026-11-23 00:00")))
                   for one in calendar.entry)  # fmt: skip
    assert (there, here) == (at("2026-11-21 09:00", "America/New_York"), at("2026-11-21 09:00"))


def test_jitter_is_another_one_each_time_and_the_same_after_a_restart() -> None:
    calendar = Calendar(zone=ZONE, entry=(entry(jitter="10m"),))
    planned = list(occurrences(calendar, calendar.entry[0], at("2026-11-01 00:00"),
                               at("2026-12-01 00:00")))  # fmt: skip
    later = [due_at(calendar.entry[0], one) - one for one in planned]
    assert len(planned) == 30 and len(set(later)) > 25
    assert all(0 <= span <= 10 * MINUTE for span in later)
    assert later == [due_at(entry(jitter="10m"), one) - one for one in planned]
    assert due_at(entry(), 7) == 7
    assert not is_late(entry(jitter="10m", late="0s"), planned[0], planned[0] + later[0])


SILENT = """\
[[blackout]]
from = 2026-12-07
to = 2026-12-13
why = "安静周"
kinds = ["promo"]

[[blackout]]
from = 2026-12-14
to = 2026-12-14
why = "公祭日后"
"""


@pytest.mark.parametrize(
    ("when", "kind", "expected"),
    [
        ("2026-12-06 23:59", "promo", None),
        ("2026-12-07 00:00", "promo", ("安静周", "2026-12-15 00:00")),
        ("2026-12-10 12:00", "care", None),
        ("2026-12-13 23:59", "promo", ("安静周", "2026-12-15 00:00")),
        ("2026-12-14 08:00", "care", ("公祭日后", "2026-12-15 00:00")),
        ("2026-12-15 00:00", "promo", None),
    ],
)
def test_on_days_of_silence_it_waits_until_they_are_over(
    when: str, kind: str, expected: tuple[str, str] | None
) -> None:
    calendar = parse_calendar(SILENT, FILE, ZONE)
    wanted = None if expected is None else (expected[0], at(expected[1]))
    assert calendar.silence(at(when), kind, "tester") == wanted


def test_a_silence_may_be_of_some_personas_only_and_ends_after_it_begins() -> None:
    one = parse_calendar(
        SILENT.replace('why = "安静周"', 'why = "安静周"\npersona = ["a"]'), FILE, ZONE
    )
    assert one.silence(at("2026-12-08 12:00"), "promo", "b") is None
    assert one.silence(at("2026-12-08 12:00"), "promo", "a") is not None
    with pytest.raises(BadInput, match=r"calendar.toml:9: blackout.1.to: is before from"):
        parse_calendar(SILENT.replace("to = 2026-12-14", "to = 2026-12-13"), FILE, ZONE)
