"""Flows: which steps wait, until when, and what is wrong with a file."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.clock import local, to_ms
from bot.core.errors import BadInput
from scheduler.flows import Flow, Planned, Step, parse_flow, plan, triggered, welcome_step, when

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
GOOD = """\
id = "welcome"
trigger = "contact.added"
persona = ["tester"]

[[step]]
id = "day0"
template = "welcome/day0"
via = ["welcome"]

[[step]]
id = "soon"
at = "2h"
template = "care/soon"
via = ["kf"]

[[step]]
id = "day3"
day = 3
at = "19:30"
template = "care/day3"
via = ["kf", "bulk"]
"""


def ms(text: str, zone: str = SHANGHAI) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def step(at: str, day: int = 0) -> Step:
    return Step(id="s", template="t", via=("kf",), at=at, day=day)


@pytest.mark.parametrize(
    ("at", "day", "started", "expected"),
    [
        ("now", 0, "2026-11-21 09:15:30", "2026-11-21 09:15:30"),
        ("now", 5, "2026-11-21 09:15:30", "2026-11-21 09:15:30"),
        ("90s", 0, "2026-11-21 09:15:30", "2026-11-21 09:17:00"),
        ("3d", 0, "2026-11-21 09:15:30", "2026-11-24 09:15:30"),
        ("10:00", 0, "2026-11-21 09:15:30", "2026-11-21 10:00:00"),
        ("9:00", 0, "2026-11-21 09:15:30", "2026-11-22 09:00:00"),
        ("09:15", 0, "2026-11-21 09:15:00", "2026-11-22 09:15:00"),
        ("10:00", 1, "2026-11-21 23:59:59", "2026-11-22 10:00:00"),
        ("10:00", 1, "2026-11-21 00:00:00", "2026-11-22 10:00:00"),
        ("00:00", 1, "2026-11-21 23:59:59", "2026-11-22 00:00:00"),
        ("19:30", 3, "2026-11-29 20:00:00", "2026-12-02 19:30:00"),
        ("10:00", 1, "2028-02-28 12:00:00", "2028-02-29 10:00:00"),
    ],
)
def test_when_a_step_is_due(at: str, day: int, started: str, expected: str) -> None:
    assert when(step(at, day), ms(started), SHANGHAI) == ms(expected)


def test_days_are_days_of_the_corps_zone() -> None:
    """23:30 in Shanghai is still the afternoon in UTC."""
    started = ms("2026-11-21 23:30:00")
    assert local(when(step("10:00", 1), started, SHANGHAI), SHANGHAI).day == 22
    assert local(when(step("10:00", 1), started, "UTC"), "UTC").day == 22
    early = ms("2026-11-22 07:00:00")
    assert local(when(step("10:00", 1), early, "UTC"), "UTC").day == 22


@pytest.mark.parametrize(
    ("started", "at", "expected"),
    [("2026-10-31 12:00:00", "09:00", "2026-11-01 09:00:00"),
     ("2026-03-07 12:00:00", "09:00", "2026-03-08 09:00:00"),
     ("2026-03-07 12:00:00", "02:30", "2026-03-08 03:30:00")],
)  # fmt: skip
def test_a_wall_clock_time_holds_across_a_change_of_clocks(
    started: str, at: str, expected: str
) -> None:
    due = when(step(at, 1), ms(started, NEW_YORK), NEW_YORK)
    assert local(due, NEW_YORK).strftime("%Y-%m-%d %H:%M:%S") == expected


@pytest.mark.parametrize("at", ["", "later", "25:00", "10:60", "10", "10:0", "-1h", "tomorrow"])
def test_a_senseless_time_is_refused(at: str) -> None:
    with pytest.raises(ValueError, match="is no length of time"):
        when(step(at), 0, SHANGHAI)


def test_the_plan_leaves_out_what_answers_the_trigger_itself() -> None:
    flow, started = parse_flow(GOOD, "content/flows/welcome.toml", 4), ms("2026-11-21 09:00:00")
    assert plan(flow, started, SHANGHAI) == (
        Planned("soon", ms("2026-11-21 11:00:00")),
        Planned("day3", ms("2026-11-24 19:30:00")),
    )
    found = welcome_step(flow)
    assert found is not None
    assert found.id == "day0"


def test_a_flow_knows_its_steps_its_version_and_whom_it_serves() -> None:
    flow = parse_flow(GOOD, "content/flows/welcome.toml", 4)
    assert (flow.id, flow.version) == ("welcome", 4)
    assert flow.step("day3") is flow.file.step[2]
    assert flow.step("day9") is None
    assert flow.serves("tester")
    assert not flow.serves("second")
    everybody = parse_flow(GOOD.replace('persona = ["tester"]', ""), "welcome.toml")
    assert everybody.serves("second")


def test_an_event_starts_the_flows_of_its_name_and_persona() -> None:
    flow = parse_flow(GOOD, "welcome.toml")
    assert triggered([flow], "contact.added", "tester") == (flow,)
    assert triggered([flow], "contact.added", "second") == ()
    assert triggered([flow], "contact.removed", "tester") == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "welcome"', 'id = "other"', 1, "id: 'other', but the file is 'welcome'; make them"),
        ('trigger = "contact.added"', "", 1, "trigger is missing"),
        ('trigger = "contact.added"', "trigger = 1", 2, "trigger: wants text in quotes"),
        ('id = "day3"', 'id = "soon"', 17, "step.2.id: 'soon' stands twice"),
        ('via = ["kf"]', "via = []", 14, "step.1.via: is empty; welcome, kf, bulk"),
        ('via = ["kf"]', 'via = ["sms"]', 14, "step.1.via.0: 'sms' is not possible"),
        ('at = "2h"', 'at = "2 hours"', 12, "step.1.at: '2 hours' is no length of time"),
        ('at = "19:30"', 'at = "19:61"', 19, "step.2.at: '19:61' is no length of time"),
        ("day = 3", 'day = "3"', 18, "step.2.day: wants a whole number"),
        ("day = 3", "day = -3", 18, "step.2.day"),
        ("day = 3", "dya = 3", 18, "step.2.dya: unknown key; did you mean 'day'?"),
        ('template = "care/soon"', "", 10, "step.1: template is missing"),
        ("persona =", "persona = =", 3, "not valid TOML"),
        (
            '"contact.added"',
            '"contact.gone"',
            2,
            "there is no trigger 'contact.gone'; did you mean",
        ),
        ('"contact.added"', '"tag_added"', 2, "tag_added wants a word behind a colon"),
        ('"contact.added"', '"birthday:x"', 2, "birthday takes no word behind a colon"),
        ('"contact.added"', '"silent:3d"', 2, "'3d' is not between 7d and 730d"),
        ('"contact.added"', '"festival:中秋"', 2, "did you mean '中秋节'?"),
        ("persona =", 'goal = "sold"\npersona =', 3, "there is no condition 'sold'"),
        ("persona =", "holdout = 0.6\npersona =", 3, "holdout: is not within 0 and 0.5"),
        (
            'via = ["kf"]',
            'via = ["kf"]\nunless = ["promo", "tag"]',
            15,
            "step.1.unless.1: tag wants a word behind a colon",
        ),
        (
            'via = ["kf"]',
            'via = ["kf"]\nanswer = "苦||涩"',
            15,
            "step.1.answer: '苦||涩': up to 16",
        ),
        ('via = ["kf"]', 'via = ["kf"]\nlate = "soon"', 15, "step.1.late: 'soon' is no length"),
    ],
)
def test_a_fault_names_its_line_and_key(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_flow(GOOD.replace(old, new), "content/flows/welcome.toml")
    assert str(caught.value).startswith(f"content/flows/welcome.toml:{line}: ")
    assert words in str(caught.value)


def test_a_flow_without_steps_is_refused() -> None:
    with pytest.raises(BadInput, match=r"no step; add a \[\[step\]\]"):
        parse_flow(GOOD.partition("[[step]]")[0], "content/flows/welcome.toml")


def test_a_trigger_may_name_which_one() -> None:
    def flow(trigger: str) -> Flow:
        return parse_flow(GOOD.replace("contact.added", trigger), "welcome.toml")

    any_group, one = flow("group_joined"), flow("group_joined:一群")
    assert triggered([any_group, one], "group_joined", "tester", "一群") == (any_group, one)
    assert triggered([any_group, one], "group_joined", "tester", "二群") == (any_group,)
    assert flow("festival:春节-3d").trigger.how == "swept"


@pytest.mark.parametrize(
    ("once", "same", "other"),
    [("member", ["o1", "o2"], []), ("year", ["o1"], []), ("event", ["o1", "o1"], ["o2"])],
)
def test_how_often_a_member_goes_through_it(once: str, same: list[str], other: list[str]) -> None:
    flow = parse_flow(GOOD.replace("persona =", f'once = "{once}"\npersona ='), "welcome.toml")
    started = ms("2026-11-21 09:00:00")
    keys = {flow.key("tester", "wm1", key, started, SHANGHAI) for key in same}
    assert len(keys) == 1
    assert not keys & {flow.key("tester", "wm1", key, started, SHANGHAI) for key in other}
    assert not keys & {flow.key("tester", "wm2", same[0], started, SHANGHAI)}
    next_year = flow.key("tester", "wm1", same[0], ms("2027-01-01 00:00:00"), SHANGHAI)
    assert (next_year in keys) is (once != "year")


def test_the_held_out_are_the_share_that_was_asked_for_and_stay_so() -> None:
    flow = parse_flow(GOOD.replace("persona =", "holdout = 0.1\npersona ="), "welcome.toml")
    members = [f"wm{n}" for n in range(5_000)]
    held = {member for member in members if flow.holds_out(member)}
    assert 430 < len(held) < 570
    wider = parse_flow(GOOD.replace("persona =", "holdout = 0.2\npersona ="), "welcome.toml")
    assert held < {member for member in members if wider.holds_out(member)}
    nobody = parse_flow(GOOD, "welcome.toml")
    assert not any(nobody.holds_out(member) for member in members)
