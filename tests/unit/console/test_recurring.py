"""When something comes round, in words and in a form, and back again."""

from __future__ import annotations

import pytest

from bot.console.recurring import HOWS, Unclear, composed, fields_of, said
from scheduler.recurrence import parse_when

ZONE = "Asia/Shanghai"
SAID = {
    "2026-12-13 10:00": "2026-12-13 10:00，只这一次",
    "wed 20:00": "每周三 20:00",
    "mon,thu 08:30": "每周一、周四 08:30",
    "23 08:30": "每月 23 日 08:30",
    "1,15 8:30": "每月 1、15 日 08:30",
    "last fri 20:00": "每月最后一个周五 20:00",
    "daily 09:00": "每天 09:00",
    "workday 09:00": "每个上班的日子 09:00",
    "holiday 10:00": "每个放假的日子 10:00",
    "festival:春节-3d 09:00": "每年春节前 3 天 09:00",
    "festival:中秋节 09:00": "每年中秋节 09:00",
    "term:大雪+1d 08:00": "每年大雪后 1 天 08:00",
}


@pytest.mark.parametrize("text", SAID)
def test_it_is_said_and_comes_back_from_the_form(text: str) -> None:
    assert said("zh", text, ZONE) == SAID[text]
    fields = fields_of(text, ZONE)
    assert fields["how"] in HOWS
    again = composed(fields, ZONE)
    assert parse_when(again, ZONE) == parse_when(text, ZONE)
    assert said("en", text, ZONE).isascii() or "term" in text or "festival" in text


def test_every_way_of_the_form_is_met_above() -> None:
    assert {fields_of(text, ZONE)["how"] for text in SAID} == set(HOWS)


def test_what_cannot_be_read_stays_as_it_is() -> None:
    assert said("zh", "someday", ZONE) == "someday"
    assert fields_of("someday", ZONE) == {"how": "other", "when": "someday"}
    with pytest.raises(Unclear):
        composed({"how": "other", "when": "someday"}, ZONE)
    assert composed({"how": "other", "when": " daily 09:00 "}, ZONE) == "daily 09:00"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"how": "daily", "time": "25:00"}, "time"),
        ({"how": "cook", "time": "10:00"}, "how"),
        ({"how": "once", "date": "2026-02-30"}, "date"),
        ({"how": "weekly"}, "weekdays"),
        ({"how": "monthly", "days": "0"}, "days"),
        ({"how": "monthly", "days": "三号"}, "days"),
        ({"how": "nth", "ordinal": "6th", "weekday": "fri"}, "weekdays"),
        ({"how": "festival", "festival": "春节", "shift": "x"}, "shift"),
        ({"how": "festival", "festival": "春节", "shift": "90"}, "when"),
        ({"how": "term", "term": "没有"}, "when"),
    ],
)
def test_a_form_that_says_nothing_is_told_why(typed: dict[str, str], fault: str) -> None:
    with pytest.raises(Unclear) as caught:
        composed({"time": "10:00"} | typed, ZONE)
    assert str(caught.value) == f"plan_fault.{fault}"
